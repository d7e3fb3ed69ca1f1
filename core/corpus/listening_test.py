"""How well people name the emotions of a corpus: the ceiling that a model is measured against.

A listening test comes as a table: one row a clip, with the share of listeners who named its
emotion. It is kept in the catalog beside the corpus; its file stays with its owner.
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from core.corpus.catalog import Catalog
from core.errors import CorpusError
from core.i18n import N_

__all__ = [
    "HumanScore",
    "ListeningTestError",
    "attach_listening_test",
    "detach_listening_test",
    "human_score",
    "parse_listening_test",
]

MOST_BYTES = 5 * 2**20
_SOUND = re.compile(r"\.(wav|flac|mp3|ogg|opus|m4a|aiff?)$", re.IGNORECASE)
_NUMBER = re.compile(r"^[0-9]+(?:[.,][0-9]+)?")


class ListeningTestError(CorpusError):
    """A table that is no listening test of this corpus."""

    template = N_("“{file}” is not a listening test of this corpus: {fault}.")
    advice = N_(
        "A row a clip is needed: its file name, then the share of listeners who named its"
        " emotion, in per cent."
    )
    translated = ("fault",)

    def __init__(self, file: str, fault: str):
        super().__init__(file=file, fault=fault)


@dataclass(frozen=True)
class HumanScore:
    """How well people name the emotions of some clips."""

    uar: float  # mean over the emotions of the share of listeners who named them
    n: int  # clips that were judged
    source: str  # file name of the test
    recalls: tuple[float | None, ...]  # by class; None where no clip of it was judged


def parse_listening_test(data: bytes, file: str) -> dict[str, float]:
    """The share of listeners who named each clip's emotion, by the clip's file name.

    Parameters
    ----------
    data : bytes
        Text in UTF-8 or Latin-1; columns divided by tabs, semicolons, or commas where numbers
        have points. The first column with names of sound files counts, and the first number
        after it.
    file : str
        Its name, for messages.

    Returns
    -------
    shares : dict of str to float in [0, 1]
        By stem in small letters.

    Raises
    ------
    ListeningTestError
        If it is too large, or holds no such rows.
    """
    if len(data) > MOST_BYTES:
        raise ListeningTestError(file, N_("the file is larger than 5 MB"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    rows = [_row(line) for line in text.splitlines()]
    found = dict(row for row in rows if row is not None)
    if not found:
        raise ListeningTestError(file, N_("no row has a sound file and a number"))
    whole = 100.0 if max(found.values()) > 1 else 1.0
    if max(found.values()) > whole:
        raise ListeningTestError(file, N_("a share is above 100 per cent"))
    return {name: value / whole for name, value in found.items()}


def _row(line: str) -> tuple[str, float] | None:
    divider = next((d for d in ("\t", ";", ",") if d in line), None)
    cells = [cell.strip().strip('"') for cell in line.split(divider)]
    at = next((i for i, cell in enumerate(cells) if _SOUND.search(cell)), None)
    if at is None:
        return None
    numbers = (_NUMBER.match(cell) for cell in cells[at + 1 :])
    number = next((m for m in numbers if m is not None), None)
    return (_stem(cells[at]), float(number[0].replace(",", "."))) if number else None


def _stem(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).stem.casefold()


def attach_listening_test(catalog: Catalog, corpus: str, data: bytes, file: str) -> int:
    """Keep a listening test with a corpus; an older one is replaced.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
    data : bytes
    file : str

    Returns
    -------
    n : int
        Clips of the corpus that it judges.

    Raises
    ------
    UnknownCorpusError
        If there is no such corpus.
    ListeningTestError
        If it cannot be read, or judges none of the clips.
    """
    catalog.corpus(corpus)
    shares = parse_listening_test(data, file)
    scores = {
        u.id: shares[_stem(u.name)]
        for u in catalog.utterances(corpus, status=None)
        if _stem(u.name) in shares
    }
    if not scores:
        raise ListeningTestError(file, N_("none of its clips is in the corpus"))
    with catalog.database.write() as connection:
        connection.execute(
            """INSERT OR REPLACE INTO listening_tests (corpus_id, source, scores, created)
               SELECT id, ?, ?, ? FROM corpora WHERE name = ? AND removed IS NULL""",
            (file, json.dumps(scores), time.time(), corpus),
        )
    return len(scores)


def detach_listening_test(catalog: Catalog, corpus: str) -> None:
    """Forget the listening test of a corpus.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
    """
    with catalog.database.write() as connection:
        connection.execute(
            """DELETE FROM listening_tests WHERE corpus_id IN
               (SELECT id FROM corpora WHERE name = ? AND removed IS NULL)""",
            (corpus,),
        )


def human_score(
    catalog: Catalog, corpus: str, labels: Mapping[int, int], n_classes: int
) -> HumanScore | None:
    """How well listeners name the emotions of some clips of a corpus.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
    labels : mapping of int to int
        Class index by utterance id.
    n_classes : int

    Returns
    -------
    score : HumanScore or None
        None where no listening test judges any of them.
    """
    row = catalog.database.row(
        """SELECT source, scores FROM listening_tests JOIN corpora c ON c.id = corpus_id
           WHERE c.name = ? AND c.removed IS NULL""",
        (corpus,),
    )
    if row is None:
        return None
    scores = {int(i): share for i, share in json.loads(row["scores"]).items()}
    judged = [(labels[i], share) for i, share in scores.items() if i in labels]
    if not judged:
        return None
    of_class = [[s for label, s in judged if label == c] for c in range(n_classes)]
    recalls = tuple(float(np.mean(shares)) if shares else None for shares in of_class)
    there = [recall for recall in recalls if recall is not None]
    return HumanScore(float(np.mean(there)), len(judged), row["source"], recalls)
