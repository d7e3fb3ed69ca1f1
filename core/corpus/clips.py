"""An utterance's sound: its recording decoded and cut to the utterance."""

import functools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.audio import Sound, decode
from core.corpus.catalog import Catalog, Utterance
from core.settings import LONG_TAKE, SR

__all__ = ["ClipLoad", "read_clip", "read_pieces"]


def read_clip(catalog: Catalog, utterance: Utterance) -> Sound:
    """The sound of an utterance, from the original bytes.

    Parameters
    ----------
    catalog : Catalog
    utterance : Utterance

    Returns
    -------
    sound : Sound
        Its signal cut to ``utterance.start`` … ``utterance.end``.

    Raises
    ------
    AudioError
        If the recording is gone from disk or can no longer be decoded.
    """
    return read_pieces(catalog.read_bytes(utterance), [utterance])[0]


class ClipLoad:
    """A clip's signal, read when it is called for; what `core.features.features_of` takes.

    Sent to another process or machine it takes the recording's bytes along, so that nobody there
    needs the workspace.

    Parameters
    ----------
    catalog : Catalog
    utterance : Utterance
    """

    def __init__(self, catalog: Catalog, utterance: Utterance):
        self._catalog, self._utterance = catalog, utterance

    def __call__(self) -> np.ndarray:
        """The signal, mono float32 at 16 kHz."""
        return read_clip(self._catalog, self._utterance).y

    def __reduce__(self) -> tuple:
        data = self._catalog.read_bytes(self._utterance)
        return functools.partial, (_signal, data, self._utterance)


def _signal(data: bytes, utterance: Utterance) -> np.ndarray:
    return read_pieces(data, [utterance])[0].y


def read_pieces(data: bytes, utterances: Sequence[Utterance]) -> list[Sound]:
    """The sounds of several utterances of one recording, which is decoded once.

    Parameters
    ----------
    data : bytes
        The recording's original bytes.
    utterances : sequence of Utterance
        At least one, all of this recording.

    Returns
    -------
    sounds : list of Sound
        In their order.

    Raises
    ------
    AudioError
        If the recording can no longer be decoded.
    """
    sound = decode(data, name=utterances[0].name, limits=LONG_TAKE)
    return [_cut(sound, u) for u in utterances]


def _cut(sound: Sound, utterance: Utterance) -> Sound:
    if utterance.start == 0.0 and utterance.end is None:
        return sound
    first = round(utterance.start * SR)
    last = None if utterance.end is None else round(utterance.end * SR)
    y = sound.y[first:last]
    return replace(sound, y=y, duration=len(y) / SR)
