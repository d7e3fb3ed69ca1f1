"""Which model answers, and what other models make of the same clip."""

import streamlit as st

from core.audio import Sound
from core.emotions import emotion
from core.errors import ModelError
from core.i18n import percent
from core.inference import HeardSegment, Prediction, classify_many
from core.models import Bundle, ModelEntry, list_models
from pages.parts.escape import esc_html
from pages.parts.frame import Frame
from pages.parts.listening import model_key
from pages.parts.resources import bundle
from pages.parts.verdict import bars_html

__all__ = ["choose_model", "draw_models_side_by_side"]

MOST = 6  # models side by side


def choose_model(page: Frame) -> Bundle | None:
    """Draw the choice of model, where there are several.

    Parameters
    ----------
    page : Frame

    Returns
    -------
    bundle : Bundle or None
        None where there is none, or where none can be used: then why has been said.
    """
    _ = page._
    entries = list_models()
    if not entries:
        return None
    usable = [entry for entry in entries if entry.problem is None]
    names = list(dict.fromkeys(entry.name for entry in usable))
    try:
        default = bundle().name
    except ModelError as error:
        page.note("wrong", error.describe(_))
        default = None
    if not names:
        return None
    if len(names) == 1 and default is not None:
        return bundle(default)
    name = st.selectbox(
        _("Model"),
        names,
        index=names.index(default) if default in names else 0,
        key="inference.model",
        persist_state="session",
    )
    try:
        return bundle(name)
    except ModelError as error:
        page.note("wrong", error.describe(_))
        return None


def draw_models_side_by_side(page: Frame, piece: Sound, segment: HeardSegment, own: Bundle) -> None:
    """Draw what other models hear in the same segment.

    Parameters
    ----------
    page : Frame
    piece : Sound
        The segment alone.
    segment : HeardSegment
        As the model that answers hears it.
    own : Bundle
        The model that answers.
    """
    _ = page._
    entries = {e.name: e for e in list_models() if e.problem is None and e.name != own.name}
    if not entries:
        page.note("info", _("There is no other model yet. Train one, and compare it here."))
        page.link("training", _("To training"), key="inference-compare")
        return
    names = st.multiselect(
        _("Models to compare"),
        list(entries),
        default=list(entries)[: MOST - 1],
        max_selections=MOST - 1,
        placeholder=_("Choose"),
        key="inference.compared",
    )
    cards = [_card(page, own, segment.prediction)]
    cards += [_other(page, piece, entries[name]) for name in names]
    page.html(f'<div class="mg-models">{"".join(cards)}</div>')


def _other(page: Frame, piece: Sound, entry: ModelEntry) -> str:
    try:
        other = bundle(entry.name)
        prediction = _predicted(piece, other)
    except ModelError as error:
        said = f"<p>{esc_html(error.describe(page._))}</p>"
        return f'<div class="mg-model"><h4>{esc_html(entry.name)}</h4>{said}</div>'
    return _card(page, other, prediction)


def _predicted(piece: Sound, other: Bundle) -> Prediction:
    """The prediction, kept for the session so that a redraw costs nothing."""
    kept: dict = st.session_state.setdefault("inference.compared.kept", {})
    key = (piece.content, len(piece.y), float(piece.y[:64].sum()), model_key(other))
    if key not in kept:
        if len(kept) > 200:
            kept.clear()
        kept[key] = classify_many([piece], other)[0]
    return kept[key]


def _card(page: Frame, model: Bundle, prediction: Prediction) -> str:
    _, captions = page._, page.emotion_captions()
    metrics = model.manifest["metrics"]
    said, share = captions[prediction.emotion], percent(prediction.confidence)
    fill = emotion(prediction.emotion).color
    kind = "" if prediction.sure else " mg-chip-unsure"
    doubt = "" if prediction.sure else "?"
    chip = (
        f'<span class="mg-chip{kind}" style="--fill:{fill};background:{fill}">'
        f"{esc_html(said + doubt)} <b>{share}</b></span>"
    )
    bars = bars_html(
        prediction.proba,
        captions,
        threshold=model.calibration.threshold,
        below="",
        best=prediction.emotion if prediction.sure else None,
        small=True,
    )
    worth = _("UAR {uar:.2f}, {protocol}; chance {chance:.2f}").format(
        uar=metrics["uar"],
        protocol=model.manifest["protocol"]["ko" if page.language == "ko" else "en"],
        chance=metrics["chance"],
    )
    return (
        f'<div class="mg-model"><h4>{esc_html(model.name)}</h4>{chip}{bars}'
        f'<p class="mg-small">{esc_html(worth)}</p></div>'
    )
