"""Spectrogram thumbnails: made once, kept on disk, and never waited for.

A thumbnail is a file of its own under ``cache/thumbnails``, named by the digest of the piece of
sound that it shows, its correction and its theme. What is missing is made by a few threads while
the page goes on; the page asks again a moment later.
"""

import contextlib
import hashlib
import logging
import os
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Lock

import streamlit as st

from core.corpus import Utterance
from core.corpus.clips import read_clip
from core.errors import AudioError
from core.features import log_mel_spectrogram
from core.plots import Theme, thumbnail_png
from core.settings import workspace
from pages.parts.resources import catalog

__all__ = ["ThumbnailMaker", "thumbnail_maker", "thumbnail_path"]

FOLDER = "thumbnails"
VERSION = 1  # raised when the pictures change
THREADS = 2
PATIENCE = 0.15  # s that a page gives the missing ones; disks that know them take less
KEPT = 20_000  # pictures in memory, about 2 kB each

_LOG = logging.getLogger(__name__)


def thumbnail_path(folder: Path, clip: Utterance, theme: Theme) -> Path:
    """Where a clip's thumbnail lies, whether it is there or not.

    Parameters
    ----------
    folder : Path
        Of all thumbnails.
    clip : Utterance
    theme : {"light", "dark"}

    Returns
    -------
    path : Path
    """
    end = None if clip.end is None else float(clip.end)
    named = f"{VERSION}|{clip.content}|{float(clip.start)!r}|{end!r}|{clip.correction}|{theme}"
    digest = hashlib.blake2b(named.encode(), digest_size=16).hexdigest()
    return folder / digest[:2] / f"{digest}.png"


class ThumbnailMaker:
    """The threads that draw thumbnails, and what they have drawn; one for all sessions."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="thumbnails")
        self._known: dict[Path, str] = {}
        self._under_way: dict[Path, Future[None]] = {}
        self._lock = Lock()

    def pictures(
        self, clips: Sequence[Utterance], theme: Theme, *, patience: float = PATIENCE
    ) -> list[str | None]:
        """The thumbnails of a page of clips, as far as they are there.

        Parameters
        ----------
        clips : sequence of Utterance
        theme : {"light", "dark"}
        patience : float
            s to wait for the missing ones at most.

        Returns
        -------
        pictures : list of str or None
            PNG in base64, in the order of the clips; empty where a clip cannot be read, None
            where it is still being drawn.
        """
        folder = workspace().cache / FOLDER
        paths = [thumbnail_path(folder, clip, theme) for clip in clips]
        missing = [
            self._begin(path, clip, theme)
            for path, clip in zip(paths, clips, strict=True)
            if path not in self._known
        ]
        if missing:
            wait(missing, timeout=patience)
        return [self._known.get(path) for path in paths]

    def prepare(self, clips: Sequence[Utterance], theme: Theme) -> None:
        """Draw thumbnails that will be wanted soon.

        Parameters
        ----------
        clips : sequence of Utterance
        theme : {"light", "dark"}
        """
        self.pictures(clips, theme, patience=0.0)

    def _begin(self, path: Path, clip: Utterance, theme: Theme) -> "Future[None]":
        with self._lock:
            future = self._under_way.get(path)
            if future is None:
                future = self._pool.submit(self._make, path, clip, theme)
                self._under_way[path] = future
            return future

    def _make(self, path: Path, clip: Utterance, theme: Theme) -> None:
        try:
            picture = _from_disk(path) or _drawn(clip, theme, path)
        except Exception:
            _LOG.exception("no thumbnail for clip %s", clip.id)
            picture = b""
        with self._lock:
            self._known[path] = b64encode(picture).decode()
            self._under_way.pop(path, None)
            while len(self._known) > KEPT:
                self._known.pop(next(iter(self._known)))


@st.cache_resource(show_spinner=False)
def thumbnail_maker() -> ThumbnailMaker:
    """The maker that all sessions share.

    Returns
    -------
    maker : ThumbnailMaker
    """
    return ThumbnailMaker()


def _from_disk(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _drawn(clip: Utterance, theme: Theme, path: Path) -> bytes:
    """A new thumbnail, kept on disk where there is room; empty for a clip that cannot be read."""
    try:
        S_db, _times, _freqs = log_mel_spectrogram(read_clip(catalog(), clip).y)
    except AudioError:
        return b""
    picture = thumbnail_png(S_db, theme=theme)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.{clip.id}.tmp")
        unfinished.write_bytes(picture)
        unfinished.replace(path)
    return picture
