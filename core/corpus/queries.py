"""Reading the catalog: pages of utterances, counts, facets and cross tables.

Conventions
-----------
Lists of values travel as one JSON text (``json_each``), so their length has no limit. ``None``
in a list of labels means "not known". Names sort as people count; ties go by id, so that pages
never overlap.
"""

import json
from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np

from core.corpus.database import Database
from core.corpus.ordering import emotion_rank, natural_key
from core.corpus.records import CorpusInfo, CrossTable, Utterance

__all__ = [
    "SORTS",
    "Filters",
    "corpora",
    "count",
    "cross_table",
    "facets",
    "sentence_texts",
    "utterances",
    "utterances_by_content",
    "utterances_by_id",
]


class Filters(TypedDict, total=False):
    """What to leave in; a filter that is missing or None leaves in everything."""

    emotions: Sequence[str | None] | None
    speakers: Sequence[str | None] | None
    sentences: Sequence[str | None] | None
    flags: Sequence[str] | None  # at least one of them
    ids: Sequence[int] | None
    durations: tuple[float, float] | None  # s, the least and the greatest, both included
    status: str | None  # "active" unless given
    search: str | None  # in name, speaker, sentence or its words


SORTS: dict[str, str] = {
    "name": "u.name_key",
    "speaker": "natural_key(u.speaker)",
    "sentence": "natural_key(u.sentence)",
    "emotion": "emotion_rank(u.emotion)",
    "duration": "u.duration",
    "take": "u.take",
    "status": "u.status",
    "flags": "json_array_length(u.flags)",
    "created": "u.created",
    "id": "u.id",
}
_LABELS = {"emotion": "u.emotion", "speaker": "u.speaker", "sentence": "u.sentence"}

# In the order of Utterance's fields.
_COLUMNS = """u.id, c.name AS corpus, u.name, u.content, u.start, u."end", u.duration, u.sentence,
    s.text AS sentence_text, u.speaker, u.emotion, u.take, u.status, u.flags, u.correction"""
_FLAGS = list(Utterance.__dataclass_fields__).index("flags")
_FROM = """FROM utterances u JOIN corpora c ON c.id = u.corpus_id
    LEFT JOIN sentences s ON s.corpus_id = u.corpus_id AND s.sentence = u.sentence"""


def corpora(database: Database, name: str | None = None) -> list[CorpusInfo]:
    """The corpora with the counts of their active utterances, in the order of their names.

    Parameters
    ----------
    database : Database
    name : str, optional
        Only this one.

    Returns
    -------
    infos : list of CorpusInfo
    """
    rows = database.rows(
        """SELECT c.id, c.name, title, language, licence, citation, synthesised, note,
                  COUNT(u.id) AS n_utterances, COUNT(DISTINCT speaker) AS n_speakers,
                  COUNT(DISTINCT sentence) AS n_sentences, TOTAL(duration) AS duration
           FROM corpora c LEFT JOIN utterances u ON u.corpus_id = c.id AND u.status = 'active'
           WHERE c.removed IS NULL AND (:name IS NULL OR c.name = :name) GROUP BY c.id""",
        {"name": name},
    )
    infos = [_info(dict(row), _emotions(database, row["id"])) for row in rows]
    return sorted(infos, key=lambda info: natural_key(info.name) or "")


def _info(values: dict[str, Any], emotions: dict[str, int]) -> CorpusInfo:
    del values["id"]
    values["synthesised"] = bool(values["synthesised"])
    return CorpusInfo(**values, emotions=emotions)


def _emotions(database: Database, corpus_id: int) -> dict[str, int]:
    rows = database.rows(
        """SELECT emotion, COUNT(*) AS n FROM utterances
           WHERE corpus_id = ? AND status = 'active' AND emotion IS NOT NULL GROUP BY emotion""",
        (corpus_id,),
    )
    counts = {row["emotion"]: row["n"] for row in rows}
    return {emotion: counts[emotion] for emotion in sorted(counts, key=emotion_rank)}


def utterances(
    database: Database,
    corpus: str,
    filters: Filters,
    *,
    sort: str = "name",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[Utterance]:
    """A page of a corpus.

    Parameters
    ----------
    database : Database
    corpus : str
    filters : Filters
    sort : str
        A key of `SORTS`.
    descending : bool
    offset : int
    limit : int, optional

    Returns
    -------
    page : list of Utterance

    Raises
    ------
    ValueError
        If there is no such order.
    """
    if sort not in SORTS:
        raise ValueError(f"sort is {sort!r}; one of {', '.join(SORTS)} is known")
    _teach_order(database)
    where, values = _where(database, corpus, filters)
    direction = "DESC" if descending else "ASC"
    order = f"ORDER BY {SORTS[sort]} {direction}, u.id {direction}"
    # The page is chosen from an index first, so that the rows before it are not even read.
    rows = database.rows(
        f"""SELECT {_COLUMNS} {_FROM} WHERE u.id IN
            (SELECT u.id {_from(filters)} WHERE {where} {order} LIMIT :limit OFFSET :offset)
            {order}""",
        {**values, "limit": -1 if limit is None else limit, "offset": offset},
    )
    return [_utterance(row) for row in rows]


def _teach_order(database: Database) -> None:
    """Let SQLite sort as people count."""
    connection = database.connection
    connection.create_function("natural_key", 1, natural_key, deterministic=True)
    connection.create_function("emotion_rank", 1, emotion_rank, deterministic=True)


def utterances_by_id(database: Database, ids: Sequence[int]) -> dict[int, Utterance]:
    """Utterances by their ids, of whatever corpus and status.

    Parameters
    ----------
    database : Database
    ids : sequence of int

    Returns
    -------
    found : dict of int to Utterance
        Ids that are not there are missing.
    """
    rows = database.rows(
        f"SELECT {_COLUMNS} {_FROM} WHERE u.id IN (SELECT value FROM json_each(?))",  # noqa: S608
        (json.dumps([int(i) for i in ids]),),
    )
    return {row["id"]: _utterance(row) for row in rows}


def utterances_by_content(database: Database, contents: Sequence[str]) -> dict[str, Utterance]:
    """For each content an utterance of it that can be seen, whichever corpus it is in.

    Parameters
    ----------
    database : Database
    contents : sequence of str
        SHA-256 in hexadecimal.

    Returns
    -------
    found : dict of str to Utterance
        Contents that are not there, or only in corpora out of sight, are missing.
    """
    rows = database.rows(
        f"SELECT {_COLUMNS} {_FROM} WHERE c.removed IS NULL AND u.status = 'active'"  # noqa: S608
        " AND u.content IN (SELECT value FROM json_each(?)) ORDER BY u.id DESC",
        (json.dumps(list(contents)),),
    )
    return {row["content"]: _utterance(row) for row in rows}


def _utterance(row: Any) -> Utterance:
    values = list(row)
    values[_FLAGS] = tuple(json.loads(row["flags"])) if row["flags"] != "[]" else ()
    return Utterance(*values)


def count(database: Database, corpus: str, filters: Filters) -> int:
    """How many utterances a filter leaves in.

    Parameters
    ----------
    database : Database
    corpus : str
    filters : Filters

    Returns
    -------
    n : int
    """
    where, values = _where(database, corpus, filters)
    row = database.row(f"SELECT COUNT(*) AS n {_from(filters)} WHERE {where}", values)
    assert row is not None
    return row["n"]


def facets(database: Database, corpus: str) -> dict[str, dict[str | None, int]]:
    """The values of each label with their counts; statuses too.

    Parameters
    ----------
    database : Database
    corpus : str

    Returns
    -------
    facets : dict
        Keys ``"emotion"``, ``"speaker"``, ``"sentence"``, ``"flag"`` (active utterances) and
        ``"status"`` (all). Values in the order in which people count; None last.
    """
    found = {
        label: {row[0]: row[1] for row in _grouped(database, corpus, label)} for label in _LABELS
    }
    ordered: dict[str, dict[str | None, int]] = {
        label: {value: counts[value] for value in sorted(counts, key=_order(label))}
        for label, counts in found.items()
    }
    where, values = _where(database, corpus, {})
    ordered["flag"] = _pairs(
        database,
        f"""SELECT j.value, COUNT(*) FROM utterances u, json_each(u.flags) j
            WHERE {where} GROUP BY j.value ORDER BY j.value""",  # noqa: S608
        values,
    )
    where, values = _where(database, corpus, {"status": None})
    ordered["status"] = _pairs(
        database,
        f"SELECT u.status, COUNT(*) FROM utterances u WHERE {where} GROUP BY u.status",  # noqa: S608
        values,
    )
    return ordered


def _pairs(database: Database, sql: str, values: dict[str, Any]) -> dict[str | None, int]:
    return {row[0]: row[1] for row in database.rows(sql, values)}


def _grouped(database: Database, corpus: str, *labels: str) -> list[Any]:
    where, values = _where(database, corpus, {})
    columns = ", ".join(_LABELS[label] for label in labels)
    return database.rows(
        f"SELECT {columns}, COUNT(*) FROM utterances u WHERE {where} GROUP BY {columns}",  # noqa: S608
        values,
    )


def _order(label: str) -> Any:
    if label == "emotion":
        return emotion_rank
    return lambda value: (value is None, natural_key(value) or "")


def sentence_texts(database: Database, corpus: str) -> dict[str, str]:
    """The words of a corpus's sentences, as far as they are known.

    Parameters
    ----------
    database : Database
    corpus : str

    Returns
    -------
    texts : dict of str to str
        By the sentence's code.
    """
    rows = database.rows(
        """SELECT sentence, text FROM sentences s JOIN corpora c ON c.id = s.corpus_id
           WHERE c.name = ? AND c.removed IS NULL""",
        (corpus,),
    )
    return {row["sentence"]: row["text"] for row in rows}


def cross_table(database: Database, corpus: str, rows: str, columns: str) -> CrossTable:
    """How often the values of two labels meet, over the active utterances.

    Parameters
    ----------
    database : Database
    corpus : str
    rows, columns : {"emotion", "speaker", "sentence"}

    Returns
    -------
    table : CrossTable

    Raises
    ------
    ValueError
        If one of them is no label.
    """
    for label in (rows, columns):
        if label not in _LABELS:
            raise ValueError(f"{label!r} is no label; one of {', '.join(_LABELS)} is")
    found = _grouped(database, corpus, rows, columns)
    row_values = sorted({row[0] for row in found}, key=_order(rows))
    column_values = sorted({row[1] for row in found}, key=_order(columns))
    counts = np.zeros((len(row_values), len(column_values)), dtype=int)
    for row, column, n in found:
        counts[row_values.index(row), column_values.index(column)] = n
    return CrossTable(tuple(row_values), tuple(column_values), counts)


def _where(database: Database, corpus: str, filters: Filters) -> tuple[str, dict[str, Any]]:
    """The condition of a filter and its values; the catalog has checked that the corpus exists."""
    row = database.row("SELECT id FROM corpora WHERE name = ? AND removed IS NULL", (corpus,))
    values: dict[str, Any] = {"corpus_id": row["id"] if row else None}
    conditions = ["u.corpus_id = :corpus_id"]
    if (status := filters.get("status", "active")) is not None:
        conditions.append("u.status = :status")
        values["status"] = status
    for label, column in _LABELS.items():
        chosen = filters.get(f"{label}s")
        if chosen is not None:
            known = f"{column} IN (SELECT value FROM json_each(:{label}))"  # noqa: S608
            conditions.append(f"({known} OR {column} IS NULL)" if None in chosen else known)  # type: ignore[operator]
            values[label] = json.dumps([value for value in chosen if value is not None])  # type: ignore[attr-defined]
    if (ids := filters.get("ids")) is not None:
        conditions.append("u.id IN (SELECT value FROM json_each(:ids))")
        values["ids"] = json.dumps([int(i) for i in ids])
    if (flags := filters.get("flags")) is not None:
        conditions.append(
            """EXISTS (SELECT 1 FROM json_each(u.flags) f
                       WHERE f.value IN (SELECT value FROM json_each(:flags)))"""
        )
        values["flags"] = json.dumps(list(flags))
    if (durations := filters.get("durations")) is not None:
        conditions.append("u.duration BETWEEN :shortest AND :longest")
        values["shortest"], values["longest"] = durations
    if search := filters.get("search"):
        places = ("u.name", "u.speaker", "u.sentence", "s.text")
        conditions.append(
            "(" + " OR ".join(f"{place} LIKE :search ESCAPE '!'" for place in places) + ")"
        )
        values["search"] = f"%{_literal(search)}%"
    return " AND ".join(conditions), values


def _from(filters: Filters) -> str:
    """The tables that a filter looks at: the words of sentences only where it searches."""
    return _FROM if filters.get("search") else "FROM utterances u"


def _literal(text: str) -> str:
    """A text whose ``%`` and ``_`` LIKE takes as they are, in the catalog's normal form."""
    import unicodedata

    text = unicodedata.normalize("NFC", text.strip())
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
