"""Specs: frozen dataclasses whose knobs a user may turn, each with its range.

Conventions
-----------
A setting that changes a number is a field of a frozen dataclass in this room. A field made by
`knob` is one that a user may turn: its range is checked when the spec is made, and pages draw
their sliders from the same metadata. Every spec has a canonical JSON form and a digest.
"""

import dataclasses
import hashlib
import json
import typing
from dataclasses import field
from typing import Any, ClassVar

from core.errors import KnobError, UnknownKnobError
from core.i18n import N_, number

__all__ = [
    "knob",
    "Spec",
    "spec_to_json",
    "spec_from_json",
    "spec_digest",
    "knob_names",
    "with_knobs",
]

_TYPES = {
    "int": N_("a whole number"),
    "float": N_("a number"),
    "bool": N_("on or off"),
    "str": N_("a text"),
    "tuple": N_("whole numbers with commas between them"),
}
_SWITCH = dict.fromkeys(("on", "true", "1", "yes"), True) | dict.fromkeys(
    ("off", "false", "0", "no"), False
)
_SPECS: dict[str, type["Spec"]] = {}  # every spec that has a kind, by it


def knob(
    default: Any,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple | None = None,
    log: bool = False,
    step: float | None = None,
) -> Any:
    """A dataclass field that a user may turn, with its allowed range or choices.

    `log` and `step` say how a slider goes through the range; neither limits the values.
    """
    return field(
        default=default,
        metadata={
            "knob": True,
            "low": low,
            "high": high,
            "choices": choices,
            "log": log,
            "step": step,
        },
    )


class Spec:
    """Base of the specs: checks its knobs when made."""

    kind: ClassVar[str]

    def __init_subclass__(cls) -> None:
        if "kind" in vars(cls):
            _SPECS[cls.kind] = cls

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):  # type: ignore[arg-type]
            if item.metadata.get("knob"):
                _check_knob(item.name, getattr(self, item.name), item.metadata)


def _check_knob(name: str, value: Any, metadata: Any) -> None:
    low, high, choices = metadata["low"], metadata["high"], metadata["choices"]
    if choices is not None:
        if value not in choices:
            raise KnobError(name, value, " | ".join(str(c) for c in choices))
        return
    if low is None:
        return
    for one in value if isinstance(value, tuple) else (value,):
        if not isinstance(one, int | float) or not low <= one <= high:
            raise KnobError(name, value, f"{number(low)}…{number(high)}")


def spec_to_json(spec: Spec) -> dict[str, Any]:
    """A spec as plain JSON values, with its kind.

    Parameters
    ----------
    spec : Spec

    Returns
    -------
    document : dict
    """
    document: dict[str, Any] = {"kind": spec.kind}
    for item in dataclasses.fields(spec):  # type: ignore[arg-type]
        document[item.name] = _as_json(getattr(spec, item.name))
    return json.loads(json.dumps(document))


def _as_json(value: Any) -> Any:
    if isinstance(value, Spec):
        return spec_to_json(value)
    return [_as_json(v) for v in value] if isinstance(value, tuple) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        return spec_from_json(value)
    return tuple(_from_json(v) for v in value) if isinstance(value, list) else value


def spec_from_json(document: dict[str, Any]) -> Any:
    """The spec of a document made by `spec_to_json`.

    Parameters
    ----------
    document : dict

    Returns
    -------
    spec : Spec

    Raises
    ------
    KnobError
        If the kind is unknown or a value is outside its range.
    UnknownKnobError
        If the document names a field that the spec does not have.
    """
    if not isinstance(document, dict):
        raise KnobError("spec", document, "{…}")
    values = dict(document)
    kind = values.pop("kind", None)
    if not isinstance(kind, str) or kind not in _SPECS:
        raise KnobError("kind", kind, " | ".join(_SPECS))
    cls = _SPECS[kind]
    fields = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    for name in values:
        if name not in fields:
            raise UnknownKnobError(name, list(fields))
    for name, item in fields.items():
        if name not in values and item.default is dataclasses.MISSING:
            raise KnobError(name, None, _expected(cls, name))
    made = {name: _from_json(value) for name, value in values.items()}
    for name, value in made.items():
        _check_type(cls, name, value)
    return cls(**made)


def _expected(cls: type, name: str) -> str:
    return _of_type(typing.get_type_hints(cls)[name])


def _of_type(hint: Any) -> str:
    """What a value has to be, as a message id."""
    kind = getattr(hint, "__name__", str(hint))
    return _TYPES.get(kind, kind)


def _check_type(cls: type, name: str, value: Any) -> None:
    """Refuse a value of another type than the field's; whole numbers do for any number."""
    hint = typing.get_type_hints(cls)[name]
    if not _is_of(value, hint):
        raise KnobError(name, value, _expected(cls, name))


def _is_of(value: Any, hint: Any) -> bool:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        kind = inner[0] if inner else object
        return isinstance(value, tuple) and all(_is_of(v, kind) for v in value)
    if inner:  # a union
        return any(_is_of(value, one) for one in inner)
    if hint is bool or isinstance(value, bool):
        return isinstance(value, bool) and hint is bool
    if hint is float:
        return isinstance(value, int | float)
    return isinstance(value, hint) if isinstance(hint, type) else True


def spec_digest(spec: Spec) -> str:
    """Sixteen hexadecimal digits that name a spec's values.

    Parameters
    ----------
    spec : Spec

    Returns
    -------
    digest : str
    """
    text = json.dumps(spec_to_json(spec), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def knob_names(spec: Any) -> tuple[str, ...]:
    """Names of what a user may turn in a spec, in its order.

    Parameters
    ----------
    spec : Spec

    Returns
    -------
    names : tuple of str

    Examples
    --------
    >>> knob_names(MfccSpec())
    ('n_mfcc', 'deltas')
    """
    return tuple(f.name for f in dataclasses.fields(spec) if f.metadata.get("knob"))


def with_knobs(spec: Any, settings: dict[str, str]) -> Any:
    """A spec with some knobs set from text, as ``--set alpha=0.1`` gives them.

    Parameters
    ----------
    spec : Spec
    settings : dict of str to str
        Values as text; a tuple is written ``128,64``.

    Returns
    -------
    spec : Spec
        Of the same class.

    Raises
    ------
    UnknownKnobError
        If a name is not a knob of the spec.
    KnobError
        If a text is no value of the knob's type, or outside its range.

    Examples
    --------
    >>> with_knobs(MlpSpec(), {"hidden_layer_sizes": "64,32"}).hidden_layer_sizes
    (64, 32)
    """
    knobs = {f.name: f for f in dataclasses.fields(spec) if f.metadata.get("knob")}
    changes = {}
    for name, text in settings.items():
        if name not in knobs:
            raise UnknownKnobError(name, sorted(knobs))
        changes[name] = _parse_knob(name, text, knobs[name].default)
    return dataclasses.replace(spec, **changes)


def _parse_knob(name: str, text: str, default: Any) -> Any:
    try:
        if isinstance(default, bool):
            return _SWITCH[text.strip().lower()]
        if isinstance(default, tuple):
            return tuple(int(part) for part in text.replace(" ", "").split(",") if part)
        return type(default)(text)
    except (KeyError, ValueError):
        raise KnobError(name, text, _of_type(type(default))) from None
