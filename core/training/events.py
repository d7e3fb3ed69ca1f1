"""The events of a run, in the order they come: what a page, a script and a test all watch.

Conventions
-----------
``FeaturesRead`` (several) → ``Prepared`` → ``EpochGoesOn`` (while a network compiles or an epoch
is long) and ``EpochEnded`` (epochs of all folds in step; only for
models that learn by epochs) → ``FoldEnded`` (one a fold) → ``KnownVoiceLearnt`` (one a fold; only
where `core.training.known_voice` has something to put beside) → ``Finished``. Every event has a
JSON form, one line of ``events.jsonl``.
"""

import dataclasses
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = [
    "EpochEnded",
    "EpochGoesOn",
    "Event",
    "FeaturesRead",
    "Finished",
    "FoldEnded",
    "KnownVoiceLearnt",
    "Prepared",
    "event_from_json",
    "event_to_json",
    "pack_proba",
    "register_events",
    "unpack_proba",
]


@dataclass(frozen=True)
class FeaturesRead:
    """Features of `done` of `total` clips are there."""

    done: int
    total: int
    seconds_left: float | None


@dataclass(frozen=True)
class Prepared:
    """Data and folds are ready; learning begins."""

    n: int
    n_features: int
    scheme: tuple[str, ...]
    class_counts: tuple[int, ...]
    fold_names: tuple[str, ...]
    max_epochs: int | None  # None for models that learn in one go
    at: float  # Unix seconds


@dataclass(frozen=True)
class EpochGoesOn:
    """A network is at work inside an epoch; epoch 0 means that its code is being compiled."""

    fold: int  # from 0
    epoch: int  # from 1
    done: int  # batches
    total: int


@dataclass(frozen=True)
class EpochEnded:
    """One epoch of one fold."""

    fold: int  # from 0
    epoch: int  # from 1
    loss: float  # mean training loss
    train: float  # UAR on the clips learnt from
    held_out: float  # UAR on the clips held out
    answers: str = ""  # `pack_proba` of the held-out clips, in the order of `FoldEnded.utterances`


@dataclass(frozen=True)
class FoldEnded:
    """One fold is learnt and has answered its held-out clips."""

    fold: int
    name: str
    utterances: tuple[int, ...]  # ids of the held-out clips
    reference: tuple[int, ...]  # class indices
    proba: tuple[tuple[float, ...], ...]  # (n, n_classes), not yet calibrated
    train: float  # UAR on the clips learnt from
    validation: float | None = None  # UAR on the validation part, in a split in three parts


@dataclass(frozen=True)
class KnownVoiceLearnt:
    """`done` of `total` folds with known voices are learnt, to be put beside the new voices."""

    done: int
    total: int


@dataclass(frozen=True)
class Finished:
    """The run is over; `report` is its JSON document (see `core.training.report`)."""

    report: dict[str, Any]


Event = FeaturesRead | Prepared | EpochGoesOn | EpochEnded | FoldEnded | KnownVoiceLearnt | Finished

_EVENTS: dict[str, Any] = {
    cls.__name__: cls
    for cls in (
        FeaturesRead,
        Prepared,
        EpochGoesOn,
        EpochEnded,
        FoldEnded,
        KnownVoiceLearnt,
        Finished,
    )
}


def register_events(*kinds: type) -> None:
    """Make events of another kind of job readable by `event_from_json`.

    Parameters
    ----------
    *kinds : type
        Frozen dataclasses of JSON values.
    """
    _EVENTS.update({kind.__name__: kind for kind in kinds})


def event_to_json(event: Any) -> dict[str, Any]:
    """An event as plain JSON values.

    Parameters
    ----------
    event : Event

    Returns
    -------
    document : dict
        With the event's name under ``"event"``.
    """
    fields = {f.name: getattr(event, f.name) for f in dataclasses.fields(event)}
    return {"event": type(event).__name__, **fields}


def event_from_json(document: dict[str, Any]) -> Event:
    """The event of a document made by `event_to_json`.

    Parameters
    ----------
    document : dict

    Returns
    -------
    event : Event

    Examples
    --------
    >>> event_from_json({"event": "EpochEnded", "fold": 0, "epoch": 1, "loss": 1.0,
    ...                  "train": 0.5, "held_out": 0.25}).held_out
    0.25
    """
    values = dict(document)
    cls = _EVENTS[values.pop("event")]
    return cls(**{k: _tuples(v) if isinstance(v, list) else v for k, v in values.items()})


def pack_proba(proba: np.ndarray) -> str:
    """Probabilities as short text: a byte each, so that every epoch can be kept.

    Parameters
    ----------
    proba : np.ndarray [shape=(n, n_classes)]
        In [0, 1].

    Returns
    -------
    packed : str
        Base64; about 1.4 characters a value, exact to 0.002.
    """
    return b64encode(np.rint(255 * np.clip(proba, 0, 1)).astype(np.uint8).tobytes()).decode("ascii")


def unpack_proba(packed: str, n_classes: int) -> np.ndarray:
    """What `pack_proba` put away.

    Parameters
    ----------
    packed : str
    n_classes : int

    Returns
    -------
    proba : np.ndarray [shape=(n, n_classes)]

    Raises
    ------
    ValueError
        If the text is not that of `n_classes` classes.

    Examples
    --------
    >>> unpack_proba(pack_proba(np.array([[1.0, 0.0], [0.2, 0.8]])), 2).tolist()
    [[1.0, 0.0], [0.2, 0.8]]
    """
    values = np.frombuffer(b64decode(packed, validate=True), np.uint8)
    return values.reshape(-1, n_classes) / 255


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, list) else value
