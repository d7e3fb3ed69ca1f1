"""Several feature sets in one model: a spec of specs, and its short name such as ``a+b``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from core.errors import KnobError
from core.settings.features import FEATURE_SPECS, FeatureSpec, FunctionalsSpec, WhisperSpec
from core.settings.knobs import knob, knob_names, with_knobs

__all__ = [
    "BEST_FEATURES",
    "FUSE_METHODS",
    "FusionSpec",
    "feature_parts",
    "feature_spec",
    "fused",
    "part_kinds",
]

FUSE_METHODS = ("mean", "stack")
MOST_PARTS = 4


@dataclass(frozen=True)
class FusionSpec(FeatureSpec):
    """Several feature sets; a model learns each for itself, and their probabilities are joined."""

    kind: ClassVar[str] = "fusion"
    parts: tuple[FeatureSpec, ...] = (FunctionalsSpec(), WhisperSpec())
    fuse: str = knob("mean", choices=FUSE_METHODS)  # mean, or a regression on held-out answers

    def __post_init__(self) -> None:
        super().__post_init__()
        kinds = [part.kind for part in self.parts]
        if not 2 <= len(kinds) <= MOST_PARTS or len(set(kinds)) < len(kinds) or "fusion" in kinds:
            raise KnobError("features", "+".join(kinds), f"a+b, 2…{MOST_PARTS}, " + _KNOWN)


_KNOWN = " | ".join(FEATURE_SPECS)
BEST_FEATURES = "functionals+whisper"


def feature_parts(spec: FeatureSpec) -> tuple[FeatureSpec, ...]:
    """The feature sets of a spec, one by one.

    Parameters
    ----------
    spec : FeatureSpec

    Returns
    -------
    parts : tuple of FeatureSpec
        The spec itself where it is no fusion.
    """
    return spec.parts if isinstance(spec, FusionSpec) else (spec,)


def part_kinds(document: Mapping[str, Any]) -> list[str]:
    """The kinds of the feature sets in the JSON of a spec, which may be older than today's specs.

    Parameters
    ----------
    document : mapping

    Returns
    -------
    kinds : list of str
        Its own kind where it is no fusion; "–" for what has none.

    Examples
    --------
    >>> part_kinds({"kind": "fusion", "parts": [{"kind": "mfcc"}, {"kind": "whisper"}]})
    ['mfcc', 'whisper']
    """
    return [str(part.get("kind", "–")) for part in document.get("parts") or [document]]


def fused(parts: Sequence[FeatureSpec], *, fuse: str = "mean") -> FeatureSpec:
    """One spec of some feature sets.

    Parameters
    ----------
    parts : sequence of FeatureSpec
        One or more, each of another kind.
    fuse : str
        How probabilities are joined, where there is something to join.

    Returns
    -------
    spec : FeatureSpec
        The only part itself, or a `FusionSpec`.

    Raises
    ------
    KnobError
        If a kind comes twice, or there are too many.
    """
    return parts[0] if len(parts) == 1 else FusionSpec(tuple(parts), fuse)


def feature_spec(
    name: str, *, fuse: str = "mean", settings: dict[str, str] | None = None
) -> FeatureSpec:
    """The spec of a name as the command line takes it.

    Parameters
    ----------
    name : str
        A kind of `FEATURE_SPECS`, or several joined by ``+``.
    fuse : str
        One of `FUSE_METHODS`.
    settings : dict of str to str, optional
        Knobs as text; each goes to every part that has one of its name, others are left aside.

    Returns
    -------
    spec : FeatureSpec

    Raises
    ------
    KnobError
        If there is no such feature set, one comes twice, or a value is out of range.

    Examples
    --------
    >>> feature_spec("mfcc", settings={"n_mfcc": "13"}).n_mfcc
    13
    >>> [part.kind for part in feature_parts(feature_spec("functionals+whisper"))]
    ['functionals', 'whisper']
    """
    parts = []
    for kind in name.split("+"):
        if kind.strip() not in FEATURE_SPECS:
            raise KnobError("features", name, f"{_KNOWN} | a+b")
        spec = FEATURE_SPECS[kind.strip()]()
        own = {k: v for k, v in (settings or {}).items() if k in knob_names(spec)}
        parts.append(with_knobs(spec, own))
    return fused(parts, fuse=fuse)
