"""Controls for the knobs of a spec: drawn from the spec's own ranges, so none can be forgotten."""

import dataclasses
from typing import Any

import streamlit as st

from core.i18n import Translate, number
from core.names import SETTINGS

__all__ = ["draw_knobs"]


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
    caption, explained = (_(text) for text in SETTINGS[item.name])
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
        return st.select_slider(caption, steps, value, format_func=number, **shared)
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
