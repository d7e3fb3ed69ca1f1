"""What a search may turn: the knobs of a model, each with the range in which it is worth trying."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from core.errors import UnknownKnobError
from core.settings import knob_names

__all__ = ["default_knobs", "searchable_knobs", "start_of", "suggest"]

# Narrower than what a user may set: beyond them nothing was ever found on small corpora.
_RANGES: dict[str, tuple[float, float]] = {  # tried on a logarithmic scale
    "C": (1e-4, 1e3),
    "C_logreg": (1e-4, 10.0),
    "C_svm": (1e-2, 1e3),
    "alpha": (1e-4, 30.0),
    "gamma": (1e-5, 1e-1),
    "learning_rate_init": (1e-4, 1e-2),
}
_LAYERS = ("32", "64", "128", "256", "64,64", "128,128", "256,128", "256,256")
_NOT_WORTH = {"max_iter", "tol", "patience", "max_epochs", "early_stopping"}  # stop, not learn
_DEFAULT = {
    "mlp": ("alpha", "learning_rate_init", "hidden_layer_sizes"),
    "svm": ("C", "gamma"),
    "logreg": ("C",),
    "forest": ("method", "min_samples_leaf", "max_depth"),
    "vote": ("C_logreg", "C_svm", "gamma"),
}


def searchable_knobs(model: Any) -> tuple[str, ...]:
    """The knobs of a model that a search may turn.

    Parameters
    ----------
    model : ModelSpec

    Returns
    -------
    names : tuple of str

    Examples
    --------
    >>> from core.settings import LogregSpec
    >>> searchable_knobs(LogregSpec())
    ('C', 'standardise')
    """
    return tuple(name for name in knob_names(model) if name not in _NOT_WORTH)


def default_knobs(model: Any) -> tuple[str, ...]:
    """The knobs that are worth turning first.

    Parameters
    ----------
    model : ModelSpec

    Returns
    -------
    names : tuple of str
    """
    return _DEFAULT.get(model.kind) or searchable_knobs(model)[:2]


def suggest(trial: Any, model: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Values for some knobs, as a trial proposes them.

    Parameters
    ----------
    trial : optuna.trial.Trial
    model : ModelSpec
    names : tuple of str

    Returns
    -------
    settings : dict
        As `dataclasses.replace` takes them.

    Raises
    ------
    UnknownKnobError
        If a name is not a knob that can be searched.
    """
    known = searchable_knobs(model)
    fields = {f.name: f for f in dataclasses.fields(model)}
    settings = {}
    for name in names:
        if name not in known:
            raise UnknownKnobError(name, sorted(known))
        settings[name] = _suggested(trial, name, fields[name], getattr(model, name))
    return settings


def start_of(model: Any, names: Sequence[str]) -> dict[str, Any]:
    """A model's own values as a trial names them, so that a search can begin with them.

    Parameters
    ----------
    model : ModelSpec
    names : sequence of str

    Returns
    -------
    params : dict
        Without those for which the model leaves the value to the data.
    """
    values = {name: getattr(model, name) for name in names}
    return {
        name: _layers(value) if name == "hidden_layer_sizes" else value
        for name, value in values.items()
        if name not in _RANGES or value > 0
    }


def _layers(sizes: Sequence[int]) -> str:
    return ",".join(map(str, sizes))


def _suggested(trial: Any, name: str, field: dataclasses.Field, start: Any) -> Any:
    """A value from the range that is worth trying, which always holds the one begun with."""
    meta = field.metadata
    if name == "hidden_layer_sizes":
        text = trial.suggest_categorical(name, list(dict.fromkeys((*_LAYERS, _layers(start)))))
        return tuple(int(width) for width in text.split(","))
    if meta["choices"] is not None:
        return trial.suggest_categorical(name, list(meta["choices"]))
    if name in _RANGES:
        low, high = _RANGES[name]
        within = (low, high) if start <= 0 else (min(low, start), max(high, start))
        return trial.suggest_float(name, *within, log=True)
    low, high = meta["low"], meta["high"]
    if isinstance(field.default, int):
        return trial.suggest_int(name, int(low), int(high), log=low > 0 and high / low >= 20)
    return trial.suggest_float(name, low, high, log=bool(meta["log"]) and low > 0)
