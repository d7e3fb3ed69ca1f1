"""Where a clip comes from: the microphone, an upload, or an example of the demo corpus."""

from dataclasses import dataclass

import streamlit as st

from core.corpus import Utterance
from core.i18n import N_
from pages.parts.frame import Frame
from pages.parts.resources import catalog

__all__ = ["Clip", "choose_clips"]

MICROPHONE_RATE = 48_000  # Hz; without it the widget asks the browser for 16 kHz
MAX_UPLOAD_MB = 25
SUFFIXES = ["wav", "flac", "mp3", "ogg", "opus", "m4a", "mp4", "webm", "amr", "3gp", "aif", "aiff"]
DEMO = "demo"
N_EXAMPLES = 4

WAYS = {
    "microphone": N_("Microphone"),
    "upload": N_("Upload"),
    "example": N_("Example"),
}


@dataclass(frozen=True)
class Clip:
    """The bytes of a clip and the name that its user knows it by."""

    name: str
    data: bytes


def choose_clips(page: Frame) -> list[Clip]:
    """Draw the ways in and return the clips of the chosen one, newest or first chosen first.

    Parameters
    ----------
    page : Frame

    Returns
    -------
    clips : list of Clip
        Empty as long as there is nothing.
    """
    _ = page._
    way = st.segmented_control(
        _("Where the voice comes from"),
        list(WAYS),
        default="microphone",
        required=True,
        format_func=lambda w: _(WAYS[w]),
        key="inference.way",
        label_visibility="collapsed",
        persist_state="session",
        width="stretch",
    )
    return {"microphone": _record, "upload": _upload, "example": _example}[way](page)


def _record(page: Frame) -> list[Clip]:
    _ = page._
    take = st.audio_input(
        _("Press, say a sentence, press again"),
        sample_rate=MICROPHONE_RATE,
        key="inference.microphone",
    )
    st.caption(
        _(
            "The browser asks once for the microphone. It works on localhost or over HTTPS; where"
            " there is none, upload a clip instead."
        )
    )
    return [] if take is None else [Clip(_("Your recording") + ".wav", take.getvalue())]


def _upload(page: Frame) -> list[Clip]:
    _ = page._
    files = st.file_uploader(
        _("One clip or several, 0.3 to 60 seconds each"),
        type=SUFFIXES,
        accept_multiple_files=True,
        max_upload_size=MAX_UPLOAD_MB,
        key="inference.upload",
    )
    return [Clip(file.name, file.getvalue()) for file in files]


def _example(page: Frame) -> list[Clip]:
    _ = page._
    examples = _examples()
    if not examples:
        st.caption(_("The demo corpus was removed; record or upload a clip instead."))
        return []
    captions = page.emotion_captions()
    chosen = st.radio(
        _("Synthesised clips of the demo corpus"),
        examples,
        format_func=lambda u: f"{u.sentence_text or u.sentence} · {captions[u.emotion]}",
        key="inference.example",
    )
    return [Clip(chosen.name, catalog().read_bytes(chosen))]


def _examples() -> list[Utterance]:
    """One clip an emotion, each of another sentence and voice, always the same ones."""
    known = {info.name: info for info in catalog().corpora()}
    if DEMO not in known:
        return []
    chosen = []
    for i, emotion in enumerate(known[DEMO].emotions):
        there = catalog().utterances(DEMO, emotions=[emotion], limit=200)
        if there:
            chosen.append(there[(i * 13) % len(there)])
    return chosen[:N_EXAMPLES]
