"""The events of a search, in the order they come.

``FeaturesRead`` (several) → ``SearchPrepared`` → for each part ``TrialEnded`` (several) and
``PartEnded`` → ``Finished``. The parts are the training parts of the outer folds and, last, all
clips together: that one finds the settings to learn with, the others say what such a search is
worth.
"""

from dataclasses import dataclass
from typing import Any

from core.training.events import register_events

__all__ = ["PartEnded", "SearchPrepared", "TrialEnded"]


@dataclass(frozen=True)
class SearchPrepared:
    """Data and folds are ready; the trials begin."""

    n: int
    part_names: tuple[str, ...]  # what each outer fold holds out; "" for all clips together
    knobs: tuple[str, ...]
    seconds: float  # for all trials together
    at: float  # Unix seconds


@dataclass(frozen=True)
class TrialEnded:
    """One setting was tried on the inner folds of a part."""

    part: int
    number: int  # within its part, from 0
    settings: dict[str, Any]
    score: float | None  # UAR on the inner folds; of those that were reached where it was pruned
    pruned: bool
    best: float  # the best score of the part so far


@dataclass(frozen=True)
class PartEnded:
    """A part has found its settings."""

    part: int
    settings: dict[str, Any]
    inner_uar: float  # of the winner on the inner folds; too good, it was chosen for it
    n_trials: int


register_events(SearchPrepared, TrialEnded, PartEnded)
