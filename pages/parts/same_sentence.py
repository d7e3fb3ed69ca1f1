"""The same sentence in the data, as others say it: laid over the clip, and heard."""

from collections.abc import Sequence

import streamlit as st

from core.audio import Sound
from core.corpus import Utterance
from core.corpus.ordering import emotion_rank
from core.emotions import emotion
from core.errors import AudioError
from core.features.contours import contours, semitones, speech_span
from core.inference import SameSentence, same_sentence
from core.plots import Curve, overlay_figure, palette
from pages.parts.frame import Frame
from pages.parts.player import draw_player
from pages.parts.resources import catalog, clip_sound

__all__ = ["draw_same_sentence"]

A_ROW = 2
QUIET_CHART = {"displayModeBar": False}


def draw_same_sentence(page: Frame, piece: Sound, text: str) -> None:
    """Draw how the data says what was just said, one clip an emotion.

    Parameters
    ----------
    page : Frame
    piece : Sound
        What was said.
    text : str
        Its words; empty while there are none.
    """
    _ = page._
    if not text.strip():
        page.note("info", _("First the words are needed: they tell which sentence it is."))
        return
    found = same_sentence(catalog(), text)
    if found is None:
        page.note("info", _("Nobody says this sentence in the data yet."))
        return
    clips = _one_an_emotion(found)
    said = _("“{sentence}” in the data · {n} clips").format(
        sentence=found.text, n=len(found.utterances)
    )
    st.caption(said)
    _draw_melodies(page, piece, clips)
    captions = page.emotion_captions()
    for start in range(0, len(clips), A_ROW):
        row = clips[start : start + A_ROW]
        for place, clip in zip(st.columns(A_ROW, gap="large"), row, strict=False):
            with place:
                page.html(page.emotion_chip(clip.emotion or "", clip.speaker or ""))
                _draw_clip(page, clip, captions[clip.emotion or ""])


def _one_an_emotion(found: SameSentence) -> list[Utterance]:
    labelled = [u for u in found.utterances if u.emotion is not None]
    labelled.sort(key=lambda u: (emotion_rank(u.emotion), u.take, u.id))
    return list({u.emotion: u for u in reversed(labelled)}.values())[::-1]


def _draw_melodies(page: Frame, piece: Sound, clips: Sequence[Utterance]) -> None:
    _, captions = page._, page.emotion_captions()
    curves = [_melody(piece, _("You"), palette(page.theme).ink, "dot")]
    for clip in clips:
        try:
            sound = clip_sound(clip)
        except AudioError:
            continue  # its own player says why
        fill = emotion(clip.emotion or "").color
        curves.append(_melody(sound, captions[clip.emotion or ""], fill, "solid"))
    figure = overlay_figure(
        [curve for curve in curves if curve is not None],
        y_title=_("Pitch (semitones)"),
        unit="st",
        x_title=_("Share of the sentence (%)"),
        theme=page.theme,
        translate=_,
    )
    st.plotly_chart(figure, theme=None, key="inference.same", config=QUIET_CHART)


def _melody(sound: Sound, caption: str, color: str, dash: str) -> Curve | None:
    """Pitch against the voice's own middle, so that high and low voices compare."""
    import numpy as np

    shape = contours(sound.y)
    voiced = shape.f0[~np.isnan(shape.f0)]
    if not voiced.size:
        return None
    start, end = speech_span(shape)
    inside = (shape.times >= start) & (shape.times <= end)
    times = 100 * (shape.times[inside] - start) / max(end - start, 1e-3)
    heights = semitones(shape.f0[inside], float(np.median(voiced)))
    return Curve(caption, color, times, heights, dash)


def _draw_clip(page: Frame, clip: Utterance, caption: str) -> None:
    try:
        sound = clip_sound(clip)
    except AudioError as error:
        page.note("caution", error.describe(page._))
        return
    draw_player(
        page,
        sound,
        key=f"inference.same.{clip.id}",
        id=f"same-{clip.id}",
        title=caption,
        contours=False,
        compact=True,
        page_keys=False,
    )
