"""Runs in words: what they learnt with, what was set differently, and by whom."""

import dataclasses
from typing import Any

from core.corpus import Catalog
from core.corpus.runs import Run
from core.emotions import EMOTION_IDS, emotion
from core.i18n import Translate, written
from core.names import ALL_FEATURES, MODELS, SETTINGS, SPLITS, name_of
from core.settings import (
    FEATURE_SPECS,
    MODEL_SPECS,
    default_model_spec,
    part_kinds,
    spec_from_json,
    spec_to_json,
)
from core.training.history import owner_of
from core.training.protocol import protocol_in
from pages.parts.training_setup import FUSE_CAPTIONS

__all__ = [
    "by_whom",
    "corpus_title",
    "feature_name",
    "model_name",
    "own_settings",
    "protocol",
    "run_title",
    "setting_name",
    "setting_value",
    "settings_summary",
    "value_text",
]


def model_name(spec: dict[str, Any], _: Translate) -> str:
    """The caption of a spec's model; one without a caption is called by its kind."""
    kind = spec["model"]["kind"]
    return _(name_of(kind, MODELS))


def feature_name(spec: dict[str, Any], _: Translate) -> str:
    """The caption of a spec's features; those without a caption are called by their kind."""
    return " + ".join(_part_name(kind, _) for kind in part_kinds(spec["features"]))


def _part_name(kind: str, _: Translate) -> str:
    return _(name_of(kind, ALL_FEATURES))


def run_title(run: Run, _: Translate) -> str:
    """What a run is called: its name, else its model and features."""
    return run.name or f"{model_name(run.spec, _)} · {feature_name(run.spec, _)}"


def corpus_title(catalog: Catalog, name: str, _: Translate) -> str:
    """The title of a corpus, or its name where it is gone or has no title."""
    title = next((info.title for info in catalog.corpora() if info.name == name), "")
    return _(title) if title else name


def protocol(run: Run, language: str) -> str:
    """How a run was tested, in words."""
    return protocol_in(run.report, language)


def by_whom(catalog: Catalog, run: Run, _: Translate) -> str:
    """Who asked for a run, or where it was asked for."""
    owner = owner_of(catalog, run.id)
    return _("command line") if owner is None else owner or _("this studio")


def settings_summary(spec: dict[str, Any], _: Translate) -> str:
    """The knobs that were turned away from where they start; “as it comes” where none was."""
    turned = []
    try:
        parsed = spec_from_json(spec)
        start = spec_to_json(default_model_spec(parsed.model.kind, parsed.features))
    except Exception:  # a run of another version: its settings are still there as JSON
        start = {}
    for name, value in spec["model"].items():
        if name != "kind" and start.get(name) != value:
            turned.append(f"{setting_name('model.' + name, _)} {value_text(value, _)}")
    return " · ".join(turned) or _("as it comes")


def own_settings(spec: dict[str, Any], room: str, _: Translate) -> str:
    """What a spec's model or features are, and every setting they have; empty where they have none.

    Parameters
    ----------
    spec : dict
    room : {"model", "features"}
    _ : callable
        Translation.

    Returns
    -------
    text : str
        Such as ``"SVM: C 1, Kernel rbf"``; feature sets that are joined, one after the other.
    """
    kinds = [part for part in spec[room].get("parts", [spec[room]]) if isinstance(part, dict)]
    told = [(str(part.get("kind", "–")), _knobs(room, part, _)) for part in kinds]
    return " · ".join(
        f"{setting_value(f'{room}.kind', kind, _)}: {knobs}" for kind, knobs in told if knobs
    )


def _knobs(room: str, part: dict[str, Any], _: Translate) -> str:
    """The settings of a model or a feature set that somebody could have turned."""
    specs: dict[str, Any] = {"model": MODEL_SPECS, "features": FEATURE_SPECS}[room]
    kind = specs.get(part.get("kind"))
    fields = dataclasses.fields(kind) if kind is not None else ()
    knobs = [field.name for field in fields if field.metadata.get("knob") and field.name in part]
    return ", ".join(
        f"{setting_name(f'{room}.{name}', _)} {value_text(part[name], _)}" for name in knobs
    )


def setting_name(name: str, _: Translate) -> str:
    """The caption of a setting, such as ``model.alpha``; one without a caption stays as it is."""
    room, __, key = name.partition(".")
    key = room if key in {"", "kind", "parts"} else key
    return _(name_of(key, SETTINGS)) if key in SETTINGS else name


def setting_value(name: str, value: Any, _: Translate) -> str:
    """The value of a setting by its name: captions for models and features, else `value_text`."""
    if name == "model.kind" and value in MODELS:
        return _(MODELS[value])
    if name == "split.mode" and value in SPLITS:
        return _(SPLITS[value])
    if name == "scheme" and isinstance(value, list | tuple):
        return ", ".join(_(emotion(e).caption) if e in EMOTION_IDS else str(e) for e in value)
    if name == "augment.kind" and value is not None:
        return _("on")
    if name == "features.kind" and value == "fusion":
        return _("Several, joined")
    if name == "features.kind" and value in ALL_FEATURES:
        return _(name_of(value, ALL_FEATURES))
    if name == "features.fuse" and value in FUSE_CAPTIONS:
        return _(FUSE_CAPTIONS[value])
    return value_text(value, _)


def value_text(value: Any, _: Translate) -> str:
    """A setting's value; a dash where there is no such setting."""
    if isinstance(value, list | tuple):
        return ", ".join(_part_text(v, _) if isinstance(v, dict) else written(v, _) for v in value)
    return written(value, _)


def _part_text(part: dict[str, Any], _: Translate) -> str:
    """One feature set of several, with the settings it has."""
    kind = str(part.get("kind", "–"))
    knobs = _knobs("features", part, _)
    return f"{_part_name(kind, _)} ({knobs})" if knobs else _part_name(kind, _)
