"""Sheets of prompts: which sentences, in which emotions, by whom; and what of it is recorded.

Conventions
-----------
A sheet belongs to a corpus by name, which need not exist yet. A *cell* is one sentence in one
emotion by one speaker; it is done when the corpus has an active clip of these labels.
"""

import json
import re
import time
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from core.corpus.catalog import Catalog
from core.corpus.records import Utterance
from core.emotions import FOUR_EMOTIONS, label_scheme
from core.errors import SheetError
from core.i18n import N_

__all__ = [
    "MAX_PROMPTS",
    "ORIGINAL_SHEET",
    "Cell",
    "Prompt",
    "PromptSheet",
    "cells_of",
    "order_of",
    "parse_prompts",
    "save_sheet",
    "sheet_of",
    "usable_picture",
]

MAX_PROMPTS = 200
MAX_TEXT = 200  # characters of one sentence
MAX_PICTURE = 300_000  # characters of a picture's data URI, some 220 kB
_CODE = re.compile(r"\s*(?P<code>\d{1,4})(?:[.):\t]\s*|\s+)(?P<text>\S.*)")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|webp|gif);base64,[A-Za-z0-9+/=]+")


@dataclass(frozen=True)
class Prompt:
    """A sentence to be said, or a picture to be spoken to."""

    code: str  # the corpus's own name of the sentence
    text: str
    picture: str = ""  # data URI, empty for none


@dataclass(frozen=True)
class PromptSheet:
    """What is to be recorded."""

    prompts: tuple[Prompt, ...]
    emotions: tuple[str, ...] = FOUR_EMOTIONS
    speakers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.prompts:
            raise SheetError(N_("it has no sentence"), MAX_PROMPTS)
        if len(self.prompts) > MAX_PROMPTS:
            raise SheetError(N_("it has too many sentences"), MAX_PROMPTS)
        if len({p.code for p in self.prompts}) < len(self.prompts):
            raise SheetError(N_("a number stands before two sentences"), MAX_PROMPTS)
        for prompt in self.prompts:
            if not prompt.text and not prompt.picture:
                raise SheetError(N_("a number has no sentence"), MAX_PROMPTS)
            if len(prompt.text) > MAX_TEXT:
                raise SheetError(N_("a sentence is longer than 200 characters"), MAX_PROMPTS)
            if prompt.picture and not usable_picture(prompt.picture):
                raise SheetError(N_("a picture is none, or too large"), MAX_PROMPTS)
        label_scheme(self.emotions)

    def prompt(self, code: str) -> Prompt | None:
        """The prompt of a code."""
        return next((p for p in self.prompts if p.code == code), None)


# The original team's list had ten sentences, of which two are known; the rest is the demo's own.
ORIGINAL_SHEET = PromptSheet(
    tuple(
        Prompt(str(number), text)
        for number, text in enumerate(
            (
                "안녕하세요",
                "괜찮아요",
                "오늘 날씨가 좋네요",
                "지금 가고 있어요",
                "밥은 벌써 먹었어요",
                "정말 고마워요",
                "내일 다시 만나요",
                "그건 제가 할게요",
                "전화 좀 받아 주세요",
                "이제 집에 가요",
            ),
            start=1,
        )
    )
)


def usable_picture(uri: str) -> bool:
    """Whether a picture may stand on a sheet: small, a picture, and nothing from a network.

    Parameters
    ----------
    uri : str

    Returns
    -------
    usable : bool
    """
    return len(uri) <= MAX_PICTURE and _PICTURE.fullmatch(uri) is not None


def parse_prompts(text: str) -> tuple[Prompt, ...]:
    r"""The sentences of a text, one a line.

    Parameters
    ----------
    text : str
        A number before a sentence becomes its code; other lines are counted on.

    Returns
    -------
    prompts : tuple of Prompt

    Raises
    ------
    SheetError
        If there is none, there are too many, or a code stands twice.

    Examples
    --------
    >>> [(p.code, p.text) for p in parse_prompts("안녕하세요\\n7. 고마워요\\n\\n잘 가요")]
    [('1', '안녕하세요'), ('7', '고마워요'), ('8', '잘 가요')]
    """
    prompts: list[Prompt] = []
    for line in unicodedata.normalize("NFC", text).lstrip("\ufeff").splitlines():
        said = " ".join("".join(c if c.isprintable() else " " for c in line).split())
        if not said or said.startswith("#"):
            continue
        match = _CODE.fullmatch(said)
        last = int(prompts[-1].code) if prompts else 0
        code, words = (match["code"], match["text"]) if match else (str(last + 1), said)
        prompts.append(Prompt(str(int(code)), words))
    return PromptSheet(tuple(prompts)).prompts


def save_sheet(catalog: Catalog, corpus: str, sheet: PromptSheet) -> None:
    """Keep a sheet with its corpus; a later one takes its place.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
        Need not exist.
    sheet : PromptSheet
    """
    with catalog.database.write() as connection:
        connection.execute(
            """INSERT INTO sheets VALUES (?, ?, ?) ON CONFLICT (corpus)
               DO UPDATE SET sheet = excluded.sheet, changed = excluded.changed""",
            (corpus, json.dumps(asdict(sheet), ensure_ascii=False), time.time()),
        )


def sheet_of(catalog: Catalog, corpus: str) -> PromptSheet:
    """The sheet of a corpus; where none was kept, one of its own sentences and voices.

    Parameters
    ----------
    catalog : Catalog
    corpus : str

    Returns
    -------
    sheet : PromptSheet
    """
    row = catalog.database.row("SELECT sheet FROM sheets WHERE corpus = ?", (corpus,))
    if row is not None:
        kept = json.loads(row["sheet"])
        prompts = tuple(Prompt(**p) for p in kept["prompts"])
        return PromptSheet(prompts, tuple(kept["emotions"]), tuple(kept["speakers"]))
    rows = catalog.database.rows(
        """SELECT sentence, text FROM sentences WHERE corpus_id =
           (SELECT id FROM corpora WHERE name = ? AND removed IS NULL)""",
        (corpus,),
    )
    own = sorted(
        (Prompt(r["sentence"], r["text"][:MAX_TEXT]) for r in rows if r["text"]),
        key=lambda p: (len(p.code), p.code),
    )
    clips = catalog.utterances(corpus) if own else []
    voices = tuple(sorted({u.speaker for u in clips if u.speaker}, key=lambda s: (len(s), s)))
    sheet = replace(ORIGINAL_SHEET, speakers=voices)
    return replace(sheet, prompts=tuple(own[:MAX_PROMPTS])) if own else sheet


Cell = tuple[str, str]  # sentence code, emotion id


def cells_of(clips: Iterable[Utterance], speaker: str) -> dict[Cell, list[Utterance]]:
    """The clips of one speaker by cell, the latest take first.

    Parameters
    ----------
    clips : iterable of Utterance
        Disabled ones may be among them: earlier takes.
    speaker : str

    Returns
    -------
    cells : dict of (sentence, emotion) to list of Utterance
    """
    found: dict[Cell, list[Utterance]] = {}
    for clip in clips:
        if clip.speaker == speaker and clip.sentence and clip.emotion:
            found.setdefault((clip.sentence, clip.emotion), []).append(clip)
    for takes in found.values():
        takes.sort(key=lambda u: (u.take, u.id), reverse=True)
    return found


def order_of(sheet: PromptSheet, emotions: Sequence[str] | None = None) -> list[Cell]:
    """Every cell of a sheet in the order in which it is recorded: row by row.

    Parameters
    ----------
    sheet : PromptSheet
    emotions : sequence of str, optional
        Those of the sheet by default.

    Returns
    -------
    cells : list of (sentence, emotion)
    """
    return [(p.code, e) for p in sheet.prompts for e in emotions or sheet.emotions]
