"""Controls for the knobs of a spec: drawn from the spec's own ranges, so none can be forgotten."""

import dataclasses
from typing import Any

import streamlit as st

from core.i18n import N_, Translate

__all__ = ["CAPTIONS", "draw_knobs"]

CAPTIONS: dict[str, tuple[str, str]] = {
    "hidden_layer_sizes": (N_("Hidden layers"), N_("How many layers, and how wide each is.")),
    "activation": (N_("Activation"), N_("What each unit does with its sum.")),
    "alpha": (
        N_("Weight penalty (alpha)"),
        N_("L2. Few clips want much of it: 1 to 10; the original used 0.0001."),
    ),
    "learning_rate_init": (
        N_("Learning rate"),
        N_("The size of a step. Too large jumps about, too small never arrives."),
    ),
    "batch_size": (N_("Batch"), N_("Clips looked at before each step.")),
    "max_epochs": (N_("Epochs"), N_("How often every clip is learnt from, at most.")),
    "early_stopping": (
        N_("Stop early"),
        N_("Sets a part of the training clips aside and stops when it gets no better on them."),
    ),
    "patience": (N_("Patience"), N_("Epochs without progress before it stops.")),
    "tol": (N_("Least progress"), N_("A smaller gain does not count as progress.")),
    "standardise": (
        N_("Standardise"),
        N_("Puts every feature on one scale, fitted on the training clips alone."),
    ),
    "solver": (
        N_("Optimiser"),
        N_("adam finds its own step for each weight; sgd takes the same one for all."),
    ),
    "momentum": (N_("Momentum (sgd)"), N_("How much of the last step goes into the next.")),
    "beta_1": (N_("Memory (adam, beta 1)"), N_("How long it remembers which way it went.")),
    "kernel": (
        N_("Kernel"),
        N_("rbf bends the border between emotions, linear keeps it straight."),
    ),
    "C": (
        N_("Freedom (C)"),
        N_("The larger, the closer the model follows the training clips."),
    ),
    "gamma": (N_("Reach (gamma)"), N_("0 lets the data decide.")),
    "max_iter": (N_("Iterations"), N_("At most so many steps.")),
    "method": (
        N_("Way of growing"),
        N_("Extra trees draw their borders at random, a random forest draws its clips."),
    ),
    "n_trees": (N_("Trees"), N_("More give steadier answers and take longer.")),
    "max_depth": (N_("Depth"), N_("Questions from root to leaf at most; 0 sets no limit.")),
    "min_samples_leaf": (N_("Clips in a leaf"), N_("At least so many; more makes it cautious.")),
    "C_logreg": (
        N_("Freedom of the regression (C)"),
        N_("The larger, the closer the model follows the training clips."),
    ),
    "C_svm": (
        N_("Freedom of the machine (C)"),
        N_("The larger, the closer the model follows the training clips."),
    ),
    "n_mels": (N_("Mel bands"), N_("More bands see finer detail, and more that is only noise.")),
    "n_mfcc": (N_("Coefficients"), N_("The first tell the rough shape, later ones fine detail.")),
    "length": (
        N_("Length (s)"),
        N_("Longer clips give their middle; behind shorter ones is padding that is left out."),
    ),
    "filters": (N_("Filters"), N_("Patterns that the first convolution looks for.")),
    "units": (N_("Units"), N_("How much the recurrent part can keep in mind.")),
    "bidirectional": (N_("Both ways"), N_("Reads each clip forwards and backwards.")),
    "dropout": (
        N_("Dropout"),
        N_("Share of the values left out at random while learning, against learning by heart."),
    ),
    "n_networks": (
        N_("Networks that vote"),
        N_("Learnt from other first weights; more are surer, and take as many times as long."),
    ),
    "spec_augment": (
        N_("Gaps"),
        N_("SpecAugment: leaves out stretches of time and bands at random while learning."),
    ),
    "frame_noise": (
        N_("Noise on the frames"),
        N_("In standard deviations of each value, anew in every epoch."),
    ),
    "band_shift": (
        N_("Other voices (bands)"),
        N_("Moves frequencies up or down by up to so many bands, as another throat would."),
    ),
    "time_warp": (N_("Another pace (share)"), N_("Makes clips longer or shorter, at most so.")),
    "copies": (N_("Copies of each clip"), N_("Beside the clip itself, each disturbed anew.")),
    "noise": (
        N_("Noise (dB SNR)"),
        N_("From this ratio to 15 dB cleaner; 10 is a busy room, 30 hardly heard, 0 turns it off."),
    ),
    "gain": (N_("Loudness (± dB)"), N_("Up or down by as much as this; 0 turns it off.")),
    "shift": (N_("Shift (± s)"), N_("Earlier or later, with silence in the gap.")),
    "pitch": (
        N_("Pitch (± semitones)"),
        N_("Keep it mild: pitch is part of what carries the emotion."),
    ),
    "tempo": (N_("Tempo (± share)"), N_("0.1 means up to a tenth faster or slower.")),
    "room": (
        N_("Room (s of echo)"),
        N_("Until the echo has died away: 0.3 is a living room, 1 a hall."),
    ),
    "deltas": (N_("Changes, too (deltas)"), N_("Adds how fast each coefficient rises and falls.")),
}


def draw_knobs(spec: Any, *, key: str, translate: Translate, hidden: tuple[str, ...] = ()) -> Any:
    """Draw a control for each knob of a spec and return the spec as set.

    Parameters
    ----------
    spec : Spec
        Its values are what the controls start with.
    key : str
        Prefix of the widget keys.
    translate : callable
    hidden : tuple of str
        Knobs not to draw.

    Returns
    -------
    spec : Spec
    """
    knobs = [f for f in dataclasses.fields(spec) if f.metadata.get("knob")]
    if not knobs:
        return spec
    values = {}
    sides = st.columns(2, gap="medium")
    shown = sorted((k for k in knobs if k.name not in hidden), key=_kind)
    for i, item in enumerate(shown):
        with sides[i % 2]:
            value = getattr(spec, item.name)
            values[item.name] = _draw(item, value, f"{key}.{item.name}", translate)
    return dataclasses.replace(spec, **values)


def _kind(item: dataclasses.Field) -> int:
    """Sliders first, then choices, then switches, so that both columns stay level."""
    if isinstance(item.default, bool):
        return 3
    return 2 if item.metadata["choices"] is not None else 1


def _draw(item: dataclasses.Field, value: Any, key: str, _: Translate) -> Any:
    caption, explained = (_(text) for text in CAPTIONS[item.name])
    shared = {"key": key, "help": explained, "persist_state": "session"}
    metadata = item.metadata
    if item.name == "hidden_layer_sizes":
        return _layers(value, key, _)
    if isinstance(value, bool):
        return st.toggle(caption, value, **shared)
    if metadata["choices"] is not None:
        names = list(metadata["choices"])
        return st.selectbox(caption, names, names.index(value), **shared)
    if metadata["log"] or isinstance(value, float):
        steps = _steps(metadata["low"], metadata["high"], value, metadata["step"])
        return st.select_slider(caption, steps, value, format_func=lambda v: f"{v:g}", **shared)
    return st.slider(caption, metadata["low"], metadata["high"], value, **shared)


def _steps(low: float, high: float, value: float, step: float | None) -> list[float]:
    """Even steps, or values at 1, 3 and 10 of every power of ten; and the value itself."""
    if step is not None:
        count = round((high - low) / step)
        return sorted({float(f"{low + i * step:g}") for i in range(count + 1)} | {high, value})
    powers = (m * 10.0**p for p in range(-6, 5) for m in (1, 3))
    inside = {float(f"{v:g}") for v in powers if low <= v <= high}
    return sorted(inside | {low, high, value})


def _layers(value: tuple[int, ...], key: str, _: Translate) -> tuple[int, ...]:
    count = st.slider(
        _("Hidden layers"), 1, 4, len(value), key=f"{key}.count", persist_state="session"
    )
    width = st.select_slider(
        _("Units in each layer"),
        [8, 16, 32, 64, 128, 256, 512],
        value[0],
        key=f"{key}.width",
        persist_state="session",
    )
    return (width,) * count
