"""Where a clip comes from: the microphone, uploads and zips, the data, an example."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from core.corpus import Utterance
from core.corpus.sources import Upload, open_source
from core.corpus.zip_source import is_zip
from core.errors import MalgyeolError
from core.i18n import N_
from pages.parts.frame import Frame
from pages.parts.recorder import PROCESSING, Take, draw_recorder
from pages.parts.resources import catalog

__all__ = ["NEXT_WAY", "WAYS", "Clip", "choose_clips", "choose_way"]

LONGEST_TAKE = 240.0  # s that the recorder takes; a longer sound is uploaded
MAX_UPLOAD_MB = 200  # as [server] maxUploadSize
DEMO = "demo"
N_EXAMPLES = 4
N_FOUND = 50  # clips of the data that are offered at once
HEAD = 512  # bytes that tell a zip

WAY, NEXT_WAY = "inference.way", "inference.way.next"
WAYS = {
    "microphone": N_("Microphone"),
    "live": N_("Live"),
    "upload": N_("Upload"),
    "data": N_("From the data"),
    "example": N_("Example"),
}


@dataclass(frozen=True)
class Clip:
    """A clip that is there to be heard: what it is known by, and how to get its bytes."""

    id: str  # another one for other bytes
    name: str
    read: Callable[[], bytes] = field(repr=False)  # raises only MalgyeolError
    utterance: Utterance | None = None  # where it is a clip of the catalog


def choose_way(page: Frame) -> str:
    """Draw the ways in, and return the chosen one.

    Parameters
    ----------
    page : Frame

    Returns
    -------
    way : str
        A key of `WAYS`.
    """
    _ = page._
    if wanted := st.session_state.pop(NEXT_WAY, None):
        st.session_state[WAY] = wanted
    return st.segmented_control(
        _("Where the voice comes from"),
        list(WAYS),
        default="microphone",
        required=True,
        format_func=lambda w: _(WAYS[w]),
        key=WAY,
        label_visibility="collapsed",
        persist_state="session",
        width="stretch",
    )


def choose_clips(page: Frame, way: str) -> list[Clip]:
    """Draw one way in and return its clips, newest or first chosen first.

    Parameters
    ----------
    page : Frame
    way : str
        A key of `WAYS` other than ``"live"``.

    Returns
    -------
    clips : list of Clip
        Empty as long as there is nothing.
    """
    ways = {"microphone": _record, "upload": _upload, "data": _from_data, "example": _example}
    return ways[way](page)


def _record(page: Frame) -> list[Clip]:
    _ = page._
    take = draw_recorder(page, key="inference.recorder", limit=LONGEST_TAKE)
    if take is None:
        st.caption(
            _(
                "The browser asks once for the microphone. It works on localhost or over HTTPS;"
                " where there is none, upload a clip instead."
            )
            + " "
            + _(
                "A recording ends by itself after {n:.0f} minutes; upload what is longer, up to"
                " 30 minutes."
            ).format(n=LONGEST_TAKE / 60)
        )
        return []
    if len(take.data) >= 2 * take.rate * LONGEST_TAKE:  # 16 bit, mono
        said = _("The recording ended at {n:.0f} minutes. Upload what is longer, up to 30 minutes.")
        page.note("info", said.format(n=LONGEST_TAKE / 60))
    if take.processed:
        kept = ", ".join(_(PROCESSING[name]) for name in take.processed)
        page.note(
            "caution",
            _("The browser kept {what} on; loudness may be heard wrongly.").format(what=kept),
        )
    return [Clip(f"take-{take.number}", _("Your recording") + ".wav", partial(_bytes_of, take))]


def _bytes_of(take: Take) -> bytes:
    return take.data


def _upload(page: Frame) -> list[Clip]:
    _ = page._
    files = st.file_uploader(
        _("Clips or a zip of them; one clip may last up to 30 minutes"),
        accept_multiple_files=True,
        max_upload_size=MAX_UPLOAD_MB,
        key="inference.upload",
    )
    clips: list[Clip] = []
    for file in files:
        head = bytes(file.getbuffer()[:HEAD])
        if is_zip(head):
            clips += _unpacked(page, file.file_id, file.name, file.getvalue())
        else:
            clips.append(Clip(file.file_id, file.name, file.getvalue))
    return clips


def _unpacked(page: Frame, file_id: str, name: str, data: bytes) -> list[Clip]:
    """The clips of a zip; each is unpacked only when it is heard."""
    kept = st.session_state.setdefault("inference.zips", {})
    if file_id not in kept:
        kept.clear()  # one zip stays open
        try:
            source = open_source(Upload(name, data))
        except MalgyeolError as error:
            page.note("wrong", error.describe(page._))
            return []
        refused = [
            Clip(f"{file_id}/{name}", name, partial(_refuse, error))
            for name, error in source.refused
        ]
        there = [Clip(f"{file_id}/{f.name}", f.name, f.read) for f in source.files]
        kept[file_id] = there + refused
    return kept[file_id]


def _refuse(error: MalgyeolError) -> bytes:
    raise error


def _from_data(page: Frame) -> list[Clip]:
    _ = page._
    corpora = {info.name: info.title for info in catalog().corpora() if info.n_utterances}
    if not corpora:
        st.caption(_("There is no data yet; record or upload a clip instead."))
        return []
    corpus = st.selectbox(
        _("Corpus"),
        list(corpora),
        format_func=lambda name: corpora.get(name, name),
        key="inference.corpus",
        persist_state="session",
    )
    search = st.text_input(
        _("Search by file, voice or words"), key="inference.search", persist_state="session"
    )
    found = catalog().utterances(corpus, search=search.strip() or None, limit=N_FOUND)
    if not found:
        st.caption(_("No clip fits; try another word."))
        return []
    captions = page.emotion_captions()
    offered = {clip.id: clip for clip in found}
    chosen = st.selectbox(
        _("Clip"),
        list(offered),
        format_func=lambda i: _named(offered[i], captions) if i in offered else str(i),
        key=f"inference.clip.{corpus}.{search}",
    )
    return [_of_catalog(offered[chosen])]


def _named(clip: Utterance, captions: dict[str, str]) -> str:
    said = clip.sentence_text or clip.sentence or clip.name
    parts = [said, clip.speaker, captions.get(clip.emotion or "")]
    return " · ".join(part for part in parts if part)


def _of_catalog(chosen: Utterance) -> Clip:
    piece = f"{chosen.content}.{chosen.start}.{chosen.end}.{chosen.correction}"
    return Clip(piece, chosen.name, partial(catalog().read_bytes, chosen), chosen)


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
    return [_of_catalog(chosen)]


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
