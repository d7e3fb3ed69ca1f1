"""Everything that decides the numbers of a run."""

from dataclasses import dataclass
from typing import ClassVar

from core.settings.augmentation import AugmentSpec
from core.settings.features import FeatureSpec
from core.settings.knobs import Spec, knob
from core.settings.models import ModelSpec

__all__ = [
    "SplitSpec",
    "ExperimentSpec",
]


@dataclass(frozen=True)
class SplitSpec(Spec):
    """How the held-out clips are chosen."""

    kind: ClassVar[str] = "split"
    mode: str = knob("speaker", choices=("random", "speaker", "sentence", "speaker+sentence"))
    n_folds: int = knob(5, low=0, high=100)  # 0 means leave one group out
    # Three parts in place of folds: one to learn from, one to stop by, one opened once at the end.
    three_way: bool = knob(False, choices=(False, True))
    test_share: float = knob(0.2, low=0.05, high=0.5)  # of the clips
    validation_share: float = knob(0.2, low=0.05, high=0.5)


@dataclass(frozen=True)
class ExperimentSpec(Spec):
    """Everything that decides a run's numbers; the same spec gives the same numbers again."""

    kind: ClassVar[str] = "experiment"
    corpus: str
    snapshot: str  # digest of the clips, labels and corrections used
    scheme: tuple[str, ...]  # emotion ids in the fixed order
    features: FeatureSpec
    model: ModelSpec
    split: SplitSpec = SplitSpec()
    class_weight: bool = True
    speaker_norm: bool = False
    seed: int = 0
    augment: AugmentSpec | None = None  # copies inside the training parts alone
