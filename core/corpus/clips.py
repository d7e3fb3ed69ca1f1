"""An utterance's sound: its recording decoded and cut to the utterance."""

from core.audio import Sound, decode
from core.corpus.catalog import Catalog, Utterance
from core.settings import SR, DecodeLimits

__all__ = ["LONG_TAKE", "read_clip"]

LONG_TAKE = DecodeLimits(max_bytes=400 * 2**20, max_duration=1_800.0)  # a recording in the catalog


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
    data = catalog.read_bytes(utterance)
    sound = decode(data, name=utterance.name, limits=LONG_TAKE)
    if utterance.start == 0.0 and utterance.end is None:
        return sound
    return _cut(sound, utterance.start, utterance.end)


def _cut(sound: Sound, start: float, end: float | None) -> Sound:
    import dataclasses

    first = round(start * SR)
    last = None if end is None else round(end * SR)
    y = sound.y[first:last]
    return dataclasses.replace(sound, y=y, duration=len(y) / SR)
