"""An utterance's sound: its recording decoded, cut to the utterance and corrected by its chain."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.audio import Sound, decode
from core.corpus.catalog import Catalog, Utterance
from core.corpus.corrections import chain_of_digest
from core.errors import AudioError
from core.settings import LONG_TAKE, SR, CorrectionChain
from core.signal import correct

__all__ = ["ClipLoad", "chains_of", "read_clip", "read_original", "read_pieces"]

Chains = Mapping[str, CorrectionChain]  # by digest


def read_clip(catalog: Catalog, utterance: Utterance) -> Sound:
    """The sound of an utterance, from the original bytes.

    Parameters
    ----------
    catalog : Catalog
    utterance : Utterance

    Returns
    -------
    sound : Sound
        Its signal cut to ``utterance.start`` … ``utterance.end``, after its corrections.

    Raises
    ------
    AudioError
        If the recording is gone from disk or can no longer be decoded, or its chain of corrections
        is not in this workspace.
    """
    chains = chains_of(catalog, [utterance])
    return read_pieces(catalog.read_bytes(utterance), [utterance], chains)[0]


def read_original(catalog: Catalog, utterance: Utterance) -> Sound:
    """The same without any correction.

    Parameters
    ----------
    catalog : Catalog
    utterance : Utterance

    Returns
    -------
    sound : Sound
    """
    return read_clip(catalog, replace(utterance, correction=""))


def chains_of(catalog: Catalog, utterances: Sequence[Utterance]) -> dict[str, CorrectionChain]:
    """The chains that some utterances name, by digest.

    Parameters
    ----------
    catalog : Catalog
    utterances : sequence of Utterance

    Returns
    -------
    chains : dict of str to CorrectionChain
    """
    return {d: chain_of_digest(catalog, d) for d in {u.correction for u in utterances} if d}


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
        try:
            data = self._catalog.read_bytes(self._utterance)
        except AudioError as error:  # told where the clip is asked for, not while it is packed
            return functools.partial, (_raise, error)
        chains = chains_of(self._catalog, [self._utterance])
        return functools.partial, (_signal, data, self._utterance, chains)


def _raise(error: Exception) -> np.ndarray:
    raise error


def _signal(data: bytes, utterance: Utterance, chains: Chains) -> np.ndarray:
    return read_pieces(data, [utterance], chains)[0].y


def read_pieces(data: bytes, utterances: Sequence[Utterance], chains: Chains) -> list[Sound]:
    """The sounds of several utterances of one recording, which is decoded once.

    Parameters
    ----------
    data : bytes
        The recording's original bytes.
    utterances : sequence of Utterance
        At least one, all of this recording.
    chains : mapping of str to CorrectionChain
        The chains that they name, see `chains_of`.

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
    return [_corrected(_cut(sound, u), chains.get(u.correction)) for u in utterances]


def _corrected(sound: Sound, chain: CorrectionChain | None) -> Sound:
    if chain is None:
        return sound
    y = correct(sound.y, chain)
    return replace(sound, y=y, duration=len(y) / SR)


def _cut(sound: Sound, utterance: Utterance) -> Sound:
    if utterance.start == 0.0 and utterance.end is None:
        return sound
    first = round(utterance.start * SR)
    last = None if utterance.end is None else round(utterance.end * SR)
    y = sound.y[first:last]
    return replace(sound, y=y, duration=len(y) / SR)
