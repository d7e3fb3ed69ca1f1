"""A table beside the clips: CSV, TSV or JSON Lines, one row a clip, columns mapped to our fields.

`read_rows` turns the file into rows, `guess_mapping` proposes which column is what, `parse_rows`
gives a `ParsedName` for each file, and `manifest_convention` makes a convention of the whole, to
be used like any other. All are pure; the mapping a person has corrected goes the same way.
"""

import codecs
import csv
import io
import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType

from core.corpus.clip_names import clip_stem, name_parts
from core.corpus.conventions.convention import Convention, ParsedName, take_of_value
from core.corpus.conventions.words import emotion_of_value
from core.corpus.csv_text import unguarded
from core.errors import ManifestError
from core.i18n import N_

__all__ = [
    "FIELDS",
    "MANIFEST_EXTENSIONS",
    "TITLE",
    "ColumnMapping",
    "columns_of",
    "guess_mapping",
    "manifest_convention",
    "mapping_with",
    "parse_rows",
    "read_rows",
]

TITLE = N_("Table with a row for each clip (CSV or JSON Lines)")
FIELDS = ("file", "sentence", "speaker", "emotion", "take", "text")
MANIFEST_EXTENSIONS: frozenset[str] = frozenset({"csv", "tsv", "jsonl", "ndjson"})
MAX_ROWS = 100_000
MAX_COLUMNS = 1_000

_NOT_TEXT = N_("it is neither UTF-8 nor cp949 text")
_NO_ROWS = N_("it has no rows")
_TOO_MANY = N_("it has more than 100,000 rows")
_TOO_WIDE = N_("it has more than 1,000 columns")
_NOT_OBJECTS = N_("its lines are not JSON objects")
_NO_FILE = N_("no column names the files")
_NO_FIELD = N_("columns can be mapped to file, sentence, speaker, emotion, take and text only")
_NO_COLUMN = N_("it has no column of that name")

# What columns are commonly called; compared without case, blanks and punctuation.
_COLUMN_NAMES = {
    "file": "file filename filepath path audio audiofile wav clip name 파일 파일명 경로 음성파일",
    "sentence": "sentence sentenceid textid promptid prompt script scriptid 문장 문장번호 대본",
    "speaker": "speaker speakerid spk spkid actor actorid subject voice who person"
    " 화자 화자번호 배우 이름",
    "emotion": "emotion label class emotionlabel category target feeling mood"
    " 감정 감정라벨 라벨 정서",
    "take": "take repetition trial version takenumber 테이크 반복 회차",
    "text": "text transcript transcription words utterance sentencetext 텍스트 전사 내용 발화",
}


@dataclass(frozen=True)
class ColumnMapping:
    """Which column of a table holds which field; None where there is none."""

    file: str
    sentence: str | None = None
    speaker: str | None = None
    emotion: str | None = None
    take: str | None = None
    text: str | None = None


def read_rows(content: bytes, name: str) -> list[dict[str, str]]:
    r"""The rows of a table.

    Parameters
    ----------
    content : bytes
        CSV with commas, semicolons or tabs, or JSON Lines; UTF-8, cp949, or UTF-16 with its
        mark, as spreadsheets save "Unicode text".
    name : str
        File name; ``.jsonl`` and ``.ndjson`` are JSON Lines.

    Returns
    -------
    rows : list of dict of str to str
        By column; empty values are left out.

    Raises
    ------
    ManifestError
        If it is not such a table.

    Examples
    --------
    >>> read_rows(b"file;emotion\na.wav;sad\n", "clips.csv")
    [{'file': 'a.wav', 'emotion': 'sad'}]
    """
    text = _text(content, name)
    json_lines = name.lower().endswith((".jsonl", ".ndjson"))
    rows = _json_rows(text, name) if json_lines else _csv_rows(text, name)
    if not rows:
        raise ManifestError(name, _NO_ROWS)
    if len(columns_of(rows)) > MAX_COLUMNS:
        raise ManifestError(name, _TOO_WIDE)
    return rows


def guess_mapping(columns: Sequence[str], name: str = "manifest") -> ColumnMapping:
    """The mapping that column names suggest.

    Parameters
    ----------
    columns : sequence of str
    name : str
        Of the table, for the message.

    Returns
    -------
    mapping : ColumnMapping

    Raises
    ------
    ManifestError
        If no column seems to name the files.

    Examples
    --------
    >>> mapping = guess_mapping(["Path", "Speaker ID", "감정"])
    >>> mapping.file, mapping.speaker, mapping.emotion, mapping.take
    ('Path', 'Speaker ID', '감정', None)
    """
    found: dict[str, str] = {}
    keys = {column: _key(column) for column in columns}
    for field in FIELDS:
        for known in _COLUMN_NAMES[field].split():
            matches = [c for c, key in keys.items() if key == known and c not in found.values()]
            if matches:
                found[field] = matches[0]
                break
    if "file" not in found:
        raise ManifestError(name, _NO_FILE)
    return ColumnMapping(**found)


def columns_of(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The columns of a table, in the order in which they first have a value.

    Parameters
    ----------
    rows : sequence of mapping

    Returns
    -------
    columns : list of str

    Examples
    --------
    >>> columns_of([{"file": "a.wav"}, {"file": "b.wav", "emotion": "sad"}])
    ['file', 'emotion']
    """
    return list(dict.fromkeys(column for row in rows for column in row))


def mapping_with(
    columns: Sequence[str], chosen: Mapping[str, str], name: str = "manifest"
) -> ColumnMapping:
    """The guessed mapping with some fields chosen by a person.

    Parameters
    ----------
    columns : sequence of str
        What the table has.
    chosen : mapping of str to str
        Column by field of `FIELDS`; an empty column leaves a field out.
    name : str
        Of the table, for the message.

    Returns
    -------
    mapping : ColumnMapping

    Raises
    ------
    ManifestError
        If a field or a column does not exist, or no column names the files.

    Examples
    --------
    >>> mapping_with(["wav", "who", "emotion"], {"speaker": "who", "emotion": ""})
    ColumnMapping(file='wav', sentence=None, speaker='who', emotion=None, take=None, text=None)
    """
    if not chosen.keys() <= set(FIELDS):
        raise ManifestError(name, _NO_FIELD)
    if not {column for column in chosen.values() if column} <= set(columns):
        raise ManifestError(name, _NO_COLUMN)
    if chosen.get("file") == "":
        raise ManifestError(name, _NO_FILE)
    taken = set(chosen.values())
    try:
        guess = asdict(guess_mapping([c for c in columns if c not in taken], name))
    except ManifestError:
        if not chosen.get("file"):
            raise
        guess = {}
    return ColumnMapping(**{**guess, **{field: chosen[field] or None for field in chosen}})  # type: ignore[arg-type]


def parse_rows(
    rows: Sequence[Mapping[str, str]],
    mapping: ColumnMapping,
    codes: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, ParsedName]:
    """What each row says about its file.

    Parameters
    ----------
    rows : sequence of mapping
        As `read_rows` gives them.
    mapping : ColumnMapping
    codes : mapping of str to str, optional
        The table's own emotion values and the ids they stand for, before names, ids and the
        letters of the original naming are tried.

    Returns
    -------
    parsed : dict of str to ParsedName
        By file, as the table writes it but in NFC with forward slashes. Of two rows for the same
        file the last counts; a row without a file says nothing.
    """
    parsed = {}
    for row in rows:
        file = "/".join(name_parts(_value(row, mapping.file) or ""))
        if file:
            label = _value(row, mapping.emotion) or ""
            emotion = emotion_of_value(label, codes)
            parsed[file] = ParsedName(
                sentence=_value(row, mapping.sentence),
                speaker=_value(row, mapping.speaker),
                emotion=emotion,
                take=take_of_value(_value(row, mapping.take)),
                text=_value(row, mapping.text),
                unknown_emotion=None if emotion else label or None,
            )
    return parsed


def manifest_convention(
    rows: Sequence[Mapping[str, str]],
    mapping: ColumnMapping,
    codes: Mapping[str, str] = MappingProxyType({}),
) -> Convention:
    """A convention that looks names up in a table.

    A clip is found by its path, else by the end of its path, else by its stem, where these are
    unambiguous: a table often lies beside the clips, or leaves out folders and extension.

    Parameters
    ----------
    rows, mapping, codes
        As for `parse_rows`.

    Returns
    -------
    convention : Convention
        With the id ``manifest``.
    """
    by_file = parse_rows(rows, mapping, codes)
    by_last = _unambiguous(by_file, lambda file: file.rpartition("/")[2])
    by_stem = _unambiguous(by_file, clip_stem)

    def parse_name(name: str) -> ParsedName | None:
        parts = name_parts(name)
        for start in range(len(parts)):
            found = by_file.get("/".join(parts[start:]))
            if found is not None:
                return found
        return (by_last.get(parts[-1]) or by_stem.get(clip_stem(name))) if parts else None

    return Convention(
        id="manifest",
        title=TITLE,
        citation="",
        licence="",
        language=None,
        codes=codes,
        parse_name=parse_name,
        generality=1,
    )


def _unambiguous(by_file: Mapping[str, ParsedName], key) -> dict[str, ParsedName]:
    counts = Counter(map(key, by_file))
    return {key(file): parsed for file, parsed in by_file.items() if counts[key(file)] == 1}


def _text(content: bytes, name: str) -> str:
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp949"):
        try:
            return unicodedata.normalize("NFC", content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise ManifestError(name, _NOT_TEXT)


def _csv_rows(text: str, name: str) -> list[dict[str, str]]:
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    rows: list[dict[str, str]] = []
    try:
        for row in reader:
            rows.append({key: unguarded(value) for key, value in _clean(row).items()})
            if len(rows) > MAX_ROWS:
                raise ManifestError(name, _TOO_MANY)
    except csv.Error as error:
        raise ManifestError(name, _NOT_TEXT) from error
    return [row for row in rows if row]


def _json_rows(text: str, name: str) -> list[dict[str, str]]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MAX_ROWS:
        raise ManifestError(name, _TOO_MANY)
    try:
        documents = [json.loads(line) for line in lines]
    except (ValueError, RecursionError) as error:
        raise ManifestError(name, _NOT_OBJECTS) from error
    if not all(isinstance(document, dict) for document in documents):
        raise ManifestError(name, _NOT_OBJECTS)
    return [_clean(document) for document in documents]


def _clean(row: Mapping) -> dict[str, str]:
    """Columns with a plain, non-empty value, as text."""
    plain = {
        k: v for k, v in row.items() if isinstance(k, str) and isinstance(v, str | int | float)
    }
    texts = {_whole(key): _whole(_said(value)) for key, value in plain.items()}
    return {key: value for key, value in texts.items() if value}


def _said(value: str | int | float) -> str:
    """A value as text; a number of JSON may have more digits than Python writes out."""
    try:
        return str(value)
    except ValueError:
        return ""


def _whole(text: str) -> str:
    """A text without blanks around it, and without halves of characters, which JSON can name."""
    return text.encode("utf-8", "replace").decode().strip()


def _key(column: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFC", column).casefold() if c.isalnum())


def _value(row: Mapping[str, str], column: str | None) -> str | None:
    return row.get(column) or None if column else None
