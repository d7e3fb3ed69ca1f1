"""The live board: level, rolling picture, the utterance under way, the timeline.

Conventions
-----------
What is drawn comes as small data and is drawn by the browser: the newest columns of the picture
and not the picture, so that a look costs the server next to nothing. Columns are numbered since
the start of the stream, and each look sends some seconds of them: one that is lost heals.
"""

import time
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from core.emotions import emotion
from core.features import RollingSpectrogram
from core.i18n import percent, with_share
from core.inference import HeardSegment
from core.inference.stream import LiveState
from core.plots.theme import level_scale
from core.plots.thumbnail import level_shades
from pages.parts.frame import Frame
from pages.parts.verdict import verdict_html, words_html

__all__ = ["Board", "last_html", "newest_columns"]

FOLDER = Path(__file__).parent
SPAN = 10.0  # s of the rolling picture
SHOWN = 60.0  # s of the scrolling timeline
OVERLAP = 3.0  # s of the picture that a look sends
GAP = 1.5  # s without a look after which all of the picture is sent
EVERY = 20  # looks after which it is sent anyway
POOLED = 2  # columns of 16 ms that are one of the picture


class Board:
    """The board of one browser session; knows when it was drawn last."""

    def __init__(self) -> None:
        self._looked, self._looks = 0.0, 0

    def draw(
        self,
        page: Frame,
        state: LiveState,
        spectrogram: RollingSpectrogram,
        *,
        lost: float,
        waiting: float,
    ) -> None:
        """Draw how a stream stands.

        Parameters
        ----------
        page : Frame
        state : LiveState
        spectrogram : RollingSpectrogram
            Of the stream.
        lost : float
            Share of the sound that did not come through.
        waiting : float
            Sound that is not heard yet, in s.
        """
        _component()(
            key="inference.live.board",
            data={
                "stream": state.timeline.content,
                "time": round(state.time, 2),
                "level": round(state.level),
                "speaking": state.speaking,
                "since": state.since,
                "picture": newest_columns(spectrogram, self._wanted()),
                "span": SPAN,
                "shown": SHOWN,
                "scale": level_scale(page.theme),
                "said": _said(page, state),
                "bars": _bars(page, state),
                "parts": _parts(page, state),
                "facts": _facts(page, state, lost, waiting),
                "captions": _captions(page),
            },
        )

    def _wanted(self) -> float:
        """Seconds of the picture that this look sends."""
        now = time.monotonic()
        whole = now - self._looked > GAP or self._looks % EVERY == 0
        self._looked, self._looks = now, self._looks + 1
        return SPAN if whole else OVERLAP


def newest_columns(spectrogram: RollingSpectrogram, duration: float) -> dict[str, Any]:
    """The newest columns of a rolling spectrogram, as the browser takes them.

    Parameters
    ----------
    spectrogram : RollingSpectrogram
    duration : float
        How much of it, in s.

    Returns
    -------
    picture : dict
        ``first``, the number of the first column since the start; ``step``, s from one to the
        next; ``rows``, their height; ``data``, a byte a value, column by column, high bands first.
        A column is the peak of `POOLED` frames.
    """
    S_db, times = spectrogram.columns()
    step = POOLED * spectrogram.hop_length / spectrogram.sr
    start = round(times[0] * spectrogram.sr / spectrogram.hop_length) if len(times) else 0
    first = max(-(-start // POOLED), (start + len(times)) // POOLED - round(duration / step))
    n = max(0, (start + len(times)) // POOLED - first)
    from_ = POOLED * first - start
    newest = S_db[:, from_ : from_ + POOLED * n].reshape(len(S_db), n, POOLED)
    data = level_shades(newest.max(axis=2)).T if n else np.zeros((0, len(S_db)), np.uint8)
    return {
        "first": first,
        "step": step,
        "rows": len(S_db),
        "data": b64encode(np.ascontiguousarray(data)).decode(),
    }


@cache
def _component() -> Callable[..., Any]:
    html, css, js = (
        (FOLDER / f"board.{suffix}").read_text(encoding="utf-8") for suffix in ("html", "css", "js")
    )
    return st.components.v2.component("malgyeol_live", html=html, css=css, js=js)


def _captions(page: Frame) -> dict[str, str]:
    _ = page._
    return {
        "level": _("Level (dBFS)"),
        "speaking": _("speaking"),
        "quiet": _("quiet"),
        "spectrogram": _("Spectrogram"),
        "timeline": _("What was heard, the last minute"),
        "ago": _("{seconds:.0f} s ago").format(seconds=SPAN),
        "frequency": _("Frequency (Hz)") + " 0–8,000",
    }


def _said(page: Frame, state: LiveState) -> str:
    _ = page._
    if state.proba is None:
        return _("Listening…") if state.speaking else _("Waiting for a voice")
    return _("So far: {emotion}").format(emotion=_(emotion(state.emotion or "").caption))


def _bars(page: Frame, state: LiveState) -> list[dict[str, Any]]:
    """The emotions of the model, with their shares while there are any."""
    return [
        {
            "caption": page._(emotion(name).caption),
            "color": emotion(name).color,
            "share": round(share, 3),
            "best": name == state.emotion,
        }
        for name, share in (state.proba or {}).items()
    ]


def _parts(page: Frame, state: LiveState) -> list[dict[str, Any]]:
    """The utterances of the last minute that are over."""
    parts = []
    for segment in state.timeline.segments:
        if segment.end <= state.time - SHOWN - 1:
            continue
        heard = segment.prediction
        caption = page._(emotion(heard.emotion).caption)
        parts.append(
            {
                "start": round(segment.start, 2),
                "end": round(segment.end, 2),
                "caption": caption if heard.sure else f"{caption}?",
                "text": segment.text,
                "color": emotion(heard.emotion).color,
                "sure": heard.sure,
            }
        )
    return parts


def _facts(page: Frame, state: LiveState, lost: float, waiting: float) -> str:
    _ = page._
    facts = [
        _("{n} utterances").format(n=len(state.timeline.segments)),
        _("{seconds:.0f} s heard").format(seconds=state.time),
        _("{share} of the sound lost").format(share=percent(lost, 1)),
    ]
    if waiting > 1:
        facts.append(_("{seconds:.1f} s behind").format(seconds=waiting))
    if state.dropped:
        facts.append(_("words left out {n} times").format(n=state.dropped))
    return " · ".join(facts)


def last_html(page: Frame, state: LiveState) -> str:
    """The latest utterance, its words beside its emotion; or the one under way.

    Parameters
    ----------
    page : Frame
    state : LiveState

    Returns
    -------
    html : str
    """
    from pages.parts.heard import HEARD

    _ = page._
    if not state.timeline.segments:
        words = words_html(state.interim or _("Speak; the words appear here."), muted=True)
        feeling = words_html(_("And the emotion here."), muted=True)
        return f'<div class="mg-pair">{words}{feeling}</div>'
    last = state.timeline.segments[-1]
    heard = with_share(_(HEARD[last.prediction.emotion]), last.prediction.confidence)
    sure = last.prediction.sure
    said = heard if sure else _("I'm not sure")
    note = "" if sure else _("Closest: {answer}").format(answer=heard)
    verdict = verdict_html(last.prediction.emotion, said, note, sure=sure)
    return f'<div class="mg-pair">{_words(page, last, state)}{verdict}</div>'


def _words(page: Frame, last: HeardSegment, state: LiveState) -> str:
    _ = page._
    if last.words_error is not None:
        return words_html(last.words_error.describe(_), muted=True)
    if last.transcript is None:
        waits = (
            _("Writing it down…")
            if state.waiting
            else _("No words: nobody was asked to write them")
        )
        return words_html(waits, muted=True)
    if not last.text.strip():
        return words_html(_("Speech, but no words could be made out"), muted=True)
    return words_html(last.text, doubtful=last.transcript.low_confidence)
