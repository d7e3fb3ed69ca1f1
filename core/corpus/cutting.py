"""One long take becomes many utterances: found, named by prompts, saved at once, undone at once."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.audio import Sound, decode
from core.corpus.catalog import Catalog
from core.corpus.recordings import Added, add_utterances
from core.corpus.records import CorpusFacts, ImportOrigin, NewUtterance
from core.corpus.sheets import Cell, PromptSheet
from core.corpus.storage import recording_of
from core.corpus.takes import take_name
from core.emotions import emotion
from core.errors import CutOverlapError, NoSpeechFoundError, NotEnoughPromptsError
from core.settings import LONG_TAKE, SR, SegmentationSpec
from core.signal import speech_segments

__all__ = [
    "Cut",
    "assign_in_order",
    "closest_to",
    "cut_take",
    "named",
    "read_take",
    "save_cuts",
    "takes_of",
]

_SHORTEST = 0.1  # s


@dataclass(frozen=True)
class Cut:
    """A segment of a take and the cell that it fills; None while it has none."""

    start: float  # s
    end: float  # s
    cell: Cell | None = None  # sentence code, emotion id

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start


def read_take(data: bytes, name: str) -> Sound:
    """A take of up to half an hour.

    Parameters
    ----------
    data : bytes
    name : str
        The user's file name.

    Returns
    -------
    sound : Sound

    Raises
    ------
    AudioError
        If it is no sound, or longer.
    """
    return decode(data, name=name, limits=LONG_TAKE)


def cut_take(sound: Sound, spec: SegmentationSpec | None = None) -> list[Cut]:
    """The segments of a take in which somebody speaks.

    Parameters
    ----------
    sound : Sound
    spec : SegmentationSpec, optional

    Returns
    -------
    cuts : list of Cut
        Without prompts.

    Raises
    ------
    NoSpeechFoundError
        If there is none: silence, noise or music.
    """
    found = speech_segments(sound.y, SR, spec)
    if not found:
        raise NoSpeechFoundError(sound.name, sound.duration)
    return [Cut(s.start, s.end) for s in found]


def closest_to(cuts: Sequence[Cut], n: int) -> list[Cut]:
    """The cuts merged over their shortest pauses until there are ``n`` of them.

    Parameters
    ----------
    cuts : sequence of Cut
        In order.
    n : int
        At least 1; with as many cuts or fewer, nothing changes.

    Returns
    -------
    cuts : list of Cut

    Examples
    --------
    >>> [(c.start, c.end) for c in closest_to([Cut(0, 1), Cut(1.3, 2), Cut(4, 5)], 2)]
    [(0, 2), (4, 5)]
    """
    merged = list(cuts)
    while len(merged) > max(n, 1):
        gaps = [b.start - a.end for a, b in itertools.pairwise(merged)]
        at = gaps.index(min(gaps))
        merged[at : at + 2] = [Cut(merged[at].start, merged[at + 1].end, merged[at].cell)]
    return merged


def assign_in_order(cuts: Sequence[Cut], cells: Sequence[Cell]) -> list[Cut]:
    """Each cut with the cell whose turn it is; cuts beyond the last cell have none.

    Parameters
    ----------
    cuts : sequence of Cut
    cells : sequence of (sentence, emotion)

    Returns
    -------
    cuts : list of Cut
    """
    rest = [None] * max(0, len(cuts) - len(cells))
    return [replace(c, cell=cell) for c, cell in zip(cuts, [*cells, *rest], strict=False)]


def named(
    cuts: Sequence[Cut], speaker: str, taken: Sequence[tuple[Cell, int]] = ()
) -> list[str | None]:
    """The names that the utterances will get, in the original naming.

    Parameters
    ----------
    cuts : sequence of Cut
    speaker : str
    taken : sequence of ((sentence, emotion), take)
        Takes of this speaker that the corpus has already.

    Returns
    -------
    names : list of str or None
        None where a cut has no cell.
    """
    return [
        None if c.cell is None else take_name(c.cell[0], speaker, c.cell[1], take, "wav")
        for c, take in zip(cuts, _takes(cuts, taken), strict=True)
    ]


def _takes(cuts: Sequence[Cut], taken: Sequence[tuple[Cell, int]]) -> list[int]:
    last: dict[Cell | None, int] = {}
    for cell, take in taken:
        last[cell] = max(take, last.get(cell, 0))
    numbers = []
    for cut in cuts:
        last[cut.cell] = last.get(cut.cell, 0) + 1
        numbers.append(last[cut.cell])
    return numbers


def save_cuts(
    catalog: Catalog,
    corpus: str,
    data: bytes,
    sound: Sound,
    cuts: Sequence[Cut],
    *,
    sheet: PromptSheet,
    speaker: str,
) -> Added:
    """Keep a take and make an utterance of every cut, all of them or none.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
        Made when it is not there.
    data : bytes
        The take as it was given.
    sound : Sound
        The same, decoded.
    cuts : sequence of Cut
        Each with a cell.
    sheet : PromptSheet
    speaker : str

    Returns
    -------
    added : Added
        Its ``import_id`` takes all of it back by `Catalog.undo_import`.

    Raises
    ------
    NotEnoughPromptsError
        If a cut has no cell; nothing is kept.
    CutOverlapError
        If a cut has no length, lies outside the take or overlaps another; nothing is kept.
    """
    _check(cuts, sound.duration)
    taken = takes_of(catalog, corpus, speaker)
    recording = recording_of(sound, data)
    news = []
    for cut, name, take in zip(cuts, named(cuts, speaker, taken), _takes(cuts, taken), strict=True):
        assert cut.cell is not None and name is not None
        prompt = sheet.prompt(cut.cell[0])
        news.append(
            NewUtterance(
                recording=recording,
                name=name,
                sentence=cut.cell[0],
                speaker=speaker,
                emotion=emotion(cut.cell[1]).id,
                take=take,
                sentence_text=prompt.text if prompt and prompt.text else None,
                start=round(cut.start, 3),
                end=round(cut.end, 3),
            )
        )
    catalog.store.put(recording.content, recording.extension, data)
    facts = CorpusFacts(title=corpus, language="ko", convention="original")
    origin = ImportOrigin(sound.name, "original")
    return add_utterances(catalog.database, catalog.store, corpus, facts, news, origin=origin)


def takes_of(catalog: Catalog, corpus: str, speaker: str) -> list[tuple[Cell, int]]:
    """The takes of a speaker that a corpus has, disabled ones too.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
        Need not exist.
    speaker : str

    Returns
    -------
    takes : list of ((sentence, emotion), take)
    """
    if corpus not in {c.name for c in catalog.corpora()}:
        return []
    clips = catalog.utterances(corpus, speakers=[speaker], status=None)
    return [((u.sentence, u.emotion), u.take) for u in clips if u.sentence and u.emotion]


def _check(cuts: Sequence[Cut], duration: float) -> None:
    without = sum(c.cell is None for c in cuts)
    if without or not cuts:
        raise NotEnoughPromptsError(without, len(cuts))
    last = 0.0
    for cut in sorted(cuts, key=lambda c: c.start):
        if cut.duration < _SHORTEST or cut.start < last - 1e-6 or cut.end > duration + 1e-3:
            raise CutOverlapError(cut.start, cut.end)
        last = cut.end
