"""A search for better settings: what is turned, for how long, and how it is kept honest."""

from dataclasses import dataclass
from typing import ClassVar

from core.settings.experiments import ExperimentSpec
from core.settings.knobs import Spec, knob

__all__ = ["SearchSpec"]


@dataclass(frozen=True)
class SearchSpec(Spec):
    """Settings tried out inside the training part of every fold of an experiment.

    The folds of the experiment are the outer ones: what they hold out, no trial ever sees.
    """

    kind: ClassVar[str] = "search"
    base: ExperimentSpec  # whose model is searched, and the first settings that are tried
    knobs: tuple[str, ...]  # of the model
    seconds: float = knob(120.0, low=5.0, high=86_400.0)  # for all trials together
    sampler: str = knob("tpe", choices=("tpe", "random"))
    inner_folds: int = knob(3, low=2, high=10)
    max_trials: int = knob(0, low=0, high=10_000)  # in each part; 0 leaves it to the time
