"""One sentence in all its emotions: the takes of a voice, laid over each other and heard."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.audio import Sound
from core.corpus import Catalog, CorpusInfo, Utterance
from core.corpus.ordering import emotion_rank
from core.emotions import emotion
from core.errors import AudioError
from core.features.contours import Contours, contours, semitones, speech_span
from core.plots import Curve, overlay_figure
from pages.parts.frame import Frame
from pages.parts.player import draw_player
from pages.parts.resources import clip_sound

__all__ = ["draw_one_sentence"]

A_ROW = 4  # takes side by side
MOST = 12  # takes at once
DASHES = ("solid", "dash", "dot", "dashdot")
QUIET_CHART = {"displayModeBar": False}


@dataclass(frozen=True)
class Take:
    """One clip, heard and measured."""

    clip: Utterance
    sound: Sound
    shape: Contours
    caption: str
    color: str
    dash: str


def draw_one_sentence(page: Frame, catalog: Catalog, corpus: CorpusInfo) -> None:
    """Draw the choice of a sentence and a voice, and their takes.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    corpus : CorpusInfo
    """
    _ = page._
    sentences = [s for s in catalog.facets(corpus.name)["sentence"] if s is not None]
    if not sentences:
        page.empty_state(
            _("No clip names its sentence"),
            _("Choose clips in the list and give them one; then they can be compared here."),
        )
        return
    clips = _choose_clips(page, catalog, corpus, sentences)
    takes = _takes(page, clips)
    if not takes:
        page.empty_state(_("Nothing to compare"), _("Pick another voice or sentence."))
        return
    _draw_curves(page, takes)
    _draw_players(page, takes)


def _choose_clips(
    page: Frame, catalog: Catalog, corpus: CorpusInfo, sentences: Sequence[str]
) -> list[Utterance]:
    _, key = page._, f"dataset.one.{corpus.name}"
    texts = catalog.sentence_texts(corpus.name)
    left, middle, right = st.columns([5, 3, 4], vertical_alignment="bottom")
    sentence = left.selectbox(
        _("Sentence"),
        sentences,
        format_func=lambda s: f"{s} · {texts[s]}" if s in texts else s,
        key=f"{key}.sentence",
        persist_state="session",
    )
    clips = [
        c for c in catalog.utterances(corpus.name, sentences=[sentence]) if c.emotion is not None
    ]
    voices = _voices(clips)
    voice = middle.selectbox(
        _("Voice"),
        voices,
        format_func=lambda v: _("unknown") if v is None else v,
        key=f"{key}.voice.{sentence}",
    )
    every = right.toggle(
        _("Every take"),
        key=f"{key}.every",
        persist_state="session",
        help=_("Otherwise the first take of each emotion."),
    )
    own = [c for c in clips if c.speaker == voice]
    own.sort(key=lambda c: (emotion_rank(c.emotion), c.take, c.id))
    if not every:
        own = list({c.emotion: c for c in reversed(own)}.values())[::-1]
    return own[:MOST]


def _voices(clips: Sequence[Utterance]) -> list[str | None]:
    """The voices, those with the most emotions first."""
    emotions: dict[str | None, set[str | None]] = {}
    for clip in clips:
        emotions.setdefault(clip.speaker, set()).add(clip.emotion)
    return sorted(emotions, key=lambda voice: -len(emotions[voice]))


def _takes(page: Frame, clips: Sequence[Utterance]) -> list[Take]:
    captions, seen, takes = page.emotion_captions(), dict[str, int](), list[Take]()
    for clip in clips:
        try:
            sound = clip_sound(clip)
        except AudioError as error:
            page.note("wrong", error.describe(page._))
            continue
        assert clip.emotion is not None
        n = seen[clip.emotion] = seen.get(clip.emotion, 0) + 1
        caption = captions[clip.emotion] + (f" {n}" if n > 1 else "")
        dash, color = DASHES[(n - 1) % len(DASHES)], emotion(clip.emotion).color
        shape = _contours(sound.content, clip.start, clip.end, clip.correction, sound)
        takes.append(Take(clip, sound, shape, caption, color, dash))
    return takes


@st.cache_data(show_spinner=False, max_entries=128)
def _contours(
    content: str, start: float, end: float | None, correction: str, _sound: Sound
) -> Contours:
    return contours(_sound.y)


def _draw_curves(page: Frame, takes: Sequence[Take]) -> None:
    _ = page._
    unit, length = st.columns([1, 2], vertical_alignment="bottom")
    in_hz = (
        unit.segmented_control(
            _("Pitch in"),
            ("st", "hz"),
            default="st",
            required=True,
            format_func={"st": _("semitones"), "hz": "Hz"}.__getitem__,
            key="dataset.one.unit",
            persist_state="session",
        )
        == "hz"
    )
    stretched = length.toggle(
        _("Stretch to the same length"), key="dataset.one.stretched", persist_state="session"
    )
    middle = _middle(takes)
    x_title = _("Share of the sentence (%)") if stretched else _("Time from the first sound (s)")
    pitch, level = st.columns(2, gap="large")
    with pitch:
        curves = [
            _curve(t, t.shape.f0 if in_hz else semitones(t.shape.f0, middle), stretched)
            for t in takes
        ]
        said = _("Pitch (Hz)") if in_hz else _("Pitch (semitones)")
        _draw_overlay(page, curves, said, "Hz" if in_hz else "st", x_title, "pitch")
    with level:
        curves = [_curve(t, t.shape.level, stretched) for t in takes]
        _draw_overlay(page, curves, _("Level (dBFS)"), "dB", x_title, "level")


def _middle(takes: Sequence[Take]) -> float:
    """Median pitch of all takes, Hz."""
    voiced = np.concatenate([t.shape.f0[~np.isnan(t.shape.f0)] for t in takes])
    return float(np.median(voiced)) if voiced.size else 100.0


def _curve(take: Take, values: np.ndarray, stretched: bool) -> Curve:
    start, end = speech_span(take.shape)
    times = take.shape.times - start
    if stretched:
        times = 100 * times / max(end - start, 1e-3)
    inside = (take.shape.times >= start) & (take.shape.times <= end)
    return Curve(take.caption, take.color, times[inside], values[inside], take.dash)


def _draw_overlay(
    page: Frame, curves: Sequence[Curve], y_title: str, unit: str, x_title: str, name: str
) -> None:
    figure = overlay_figure(
        curves, y_title=y_title, unit=unit, x_title=x_title, theme=page.theme, translate=page._
    )
    st.plotly_chart(figure, theme=None, key=f"dataset.one.{name}", config=QUIET_CHART)


def _draw_players(page: Frame, takes: Sequence[Take]) -> None:
    for start in range(0, len(takes), A_ROW):
        row = takes[start : start + A_ROW]
        for place, take in zip(
            st.columns(A_ROW if len(takes) > 2 else len(takes)), row, strict=False
        ):
            with place:
                page.html(page.emotion_chip(take.clip.emotion or "", _which(page, take)))
                draw_player(
                    page,
                    take.sound,
                    key=f"dataset.one.player.{take.clip.id}",
                    id=f"one-{take.clip.id}",
                    contours=False,
                    compact=True,
                    page_keys=False,
                )


def _which(page: Frame, take: Take) -> str:
    return page._("{n} s").format(n=f"{take.sound.duration:.2f}")
