"""What listening to clips gave: measures, fingerprints and digests, kept in the catalog.

Conventions
-----------
A row belongs to a piece of a recording with its correction, not to a corpus or a name: the same
sound is listened to once. Rows are derived; one of another version is made anew.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.corpus.database import Database
from core.corpus.records import Utterance
from core.signal import ClipMeasures, Prints
from core.signal.fingerprints import SHAPE

__all__ = ["VERSION", "Heard", "Piece", "keep_heard", "measures_of", "piece_of", "prints_of"]

VERSION = 2  # of what is measured; another number makes all rows stale

Piece = tuple[str, float, float, str]  # content, start, end (-1: to the end), correction

_WANTED = """WITH wanted AS (SELECT j.key AS place, json_extract(j.value, '$[0]') AS content,
    json_extract(j.value, '$[1]') AS start, json_extract(j.value, '$[2]') AS stop,
    json_extract(j.value, '$[3]') AS correction FROM json_each(?) j)
    SELECT place, {columns} FROM wanted w JOIN heard h ON h.content = w.content
    AND h.start = w.start AND h."end" = w.stop AND h.correction = w.correction
    WHERE h.version = ? ORDER BY place"""


@dataclass(frozen=True, eq=False)
class Heard:
    """What listening to a piece gave."""

    measures: ClipMeasures
    samples: str  # digest of the decoded samples at 16 bit
    grids: np.ndarray  # see `core.signal.fingerprints`
    durations: tuple[float, float]  # s, of the piece and of its sound


def piece_of(utterance: Utterance) -> Piece:
    """The key of an utterance's piece.

    Parameters
    ----------
    utterance : Utterance

    Returns
    -------
    piece : tuple
    """
    end = -1.0 if utterance.end is None else float(utterance.end)
    return utterance.content, float(utterance.start), end, utterance.correction


def _select(database: Database, utterances: Sequence[Utterance], columns: str) -> list[Any]:
    """Rows with the place of their utterance; those not listened to are missing."""
    wanted = json.dumps([piece_of(u) for u in utterances])
    return database.rows(_WANTED.format(columns=columns), (wanted, VERSION))


def measures_of(
    database: Database, utterances: Sequence[Utterance]
) -> dict[int, tuple[ClipMeasures, str]]:
    """Measures and digest of the samples, by utterance id.

    Parameters
    ----------
    database : Database
    utterances : sequence of Utterance

    Returns
    -------
    found : dict of int to (ClipMeasures, str)
        Utterances not listened to yet are missing.
    """
    rows = _select(database, utterances, "h.measures, h.samples")
    return {
        utterances[row["place"]].id: (
            ClipMeasures(**json.loads(row["measures"])),
            row["samples"],
        )
        for row in rows
    }


def prints_of(database: Database, utterances: Sequence[Utterance]) -> Prints:
    """The fingerprints of utterances, all of which have been listened to.

    Parameters
    ----------
    database : Database
    utterances : sequence of Utterance

    Returns
    -------
    prints : Prints
        In their order.
    """
    rows = _select(database, utterances, "h.durations, h.fingerprint")
    assert len(rows) == len(utterances), "listen first, see core.corpus.listening"
    grids = np.empty((len(rows), *SHAPE), dtype=np.uint8)
    for grid, row in zip(grids, rows, strict=True):
        grid[:] = np.frombuffer(zlib.decompress(row["fingerprint"]), np.uint8).reshape(SHAPE)
    durations = np.array([json.loads(row["durations"]) for row in rows]).reshape(-1, 2)
    return Prints(grids, durations)


def keep_heard(database: Database, found: Mapping[Piece, Heard]) -> None:
    """Keep what listening gave, all of it or none.

    Parameters
    ----------
    database : Database
    found : mapping of Piece to Heard
    """
    rows = [
        (
            *piece,
            VERSION,
            json.dumps(asdict(heard.measures)),
            heard.samples,
            json.dumps(heard.durations),
            zlib.compress(heard.grids.tobytes(), 1),
        )
        for piece, heard in found.items()
    ]
    with database.write() as connection:
        connection.executemany(
            """INSERT OR REPLACE INTO heard (content, start, "end", correction, version,
               measures, samples, durations, fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            rows,
        )
