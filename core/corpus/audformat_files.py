"""audformat databases (audEERING's format), read and written through their own package.

Conventions
-----------
The package is an extra (``requirements-audformat.txt``) and is imported on first use. It would
read pickles and any YAML object; what is given to it here is neither: the header goes through
YAML's safe loader first, tables are CSV or Parquet, and nothing else is copied beside them.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.corpus.conventions.convention import Convention
from core.corpus.conventions.manifest import ColumnMapping, guess_mapping, manifest_convention
from core.corpus.records import CorpusFacts, Utterance
from core.emotions import EMOTION_IDS
from core.errors import AudformatError, AudformatMissingError, ManifestError
from core.i18n import N_

__all__ = ["HEADER", "is_part", "read_database", "write_database"]

HEADER = "db.yaml"
ID = "audformat"
TITLE = N_("audformat database (db.yaml)")
LABELS = ("sentence", "speaker", "emotion", "take", "text")

_TABLE = re.compile(r"db\.[A-Za-z0-9._-]+\.(csv|parquet)")
_TABLE_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_NO_HEADER = N_("its header is no database description")
_BROKEN = N_("the package could not load it")
_NO_TABLES = N_("no table of it labels whole files")
_LICENCES = {"CC0 1.0": "CC0-1.0", "CC BY 4.0": "CC-BY-4.0"}


def is_part(name: str) -> bool:
    """Whether a file is a header or a table of a database.

    Parameters
    ----------
    name : str
        File name without folders.

    Returns
    -------
    part : bool

    Examples
    --------
    >>> is_part("db.yaml"), is_part("db.emotion.csv"), is_part("db.emotion.pkl")
    (True, True, False)
    """
    return name == HEADER or _TABLE.fullmatch(name) is not None


def read_database(parts: Mapping[str, bytes], name: str) -> tuple[Convention, CorpusFacts]:
    """A convention that looks clips up in a database, and what the database says of itself.

    Parameters
    ----------
    parts : mapping of str to bytes
        Header and tables by file name, see `is_part`.
    name : str
        What the user knows the place as.

    Returns
    -------
    convention : Convention
        With the id ``audformat``.
    facts : CorpusFacts

    Raises
    ------
    AudformatMissingError
        If the package is not installed.
    AudformatError
        If the database cannot be read, or labels no whole files.
    """
    audformat = _package()
    header = _plain_header(parts, name)
    with tempfile.TemporaryDirectory() as folder:
        _write_parts(Path(folder), header, parts)
        try:
            database = audformat.Database.load(folder, load_data=True)
            rows = list(_rows(database))
        except Exception as error:  # the package raises whatever its own libraries do
            raise AudformatError(name, _BROKEN, f"{type(error).__name__}: {error}") from error
    if not rows:
        raise AudformatError(name, _NO_TABLES)
    convention = manifest_convention(rows, ColumnMapping("file", *LABELS))
    return replace(convention, id=ID, title=TITLE), _facts(database)


def _package() -> Any:
    try:
        import audformat
    except ImportError as error:
        raise AudformatMissingError() from error
    return audformat


def _plain_header(parts: Mapping[str, bytes], name: str) -> dict[str, Any]:
    """The header as plain values; the package's own loader would make any object it names."""
    import yaml

    try:
        header = yaml.safe_load(parts[HEADER])
    except (KeyError, yaml.YAMLError, ValueError) as error:
        raise AudformatError(name, _NO_HEADER) from error
    if not isinstance(header, dict) or "name" not in header:
        raise AudformatError(name, _NO_HEADER)
    for kind in ("tables", "misc_tables"):
        if not all(_TABLE_ID.fullmatch(str(table)) for table in header.get(kind) or ()):
            raise AudformatError(name, _NO_HEADER)
    return header


def _write_parts(folder: Path, header: dict[str, Any], parts: Mapping[str, bytes]) -> None:
    import yaml

    text = yaml.safe_dump(header, allow_unicode=True, sort_keys=False)
    (folder / HEADER).write_text(text, encoding="utf-8")
    for name, content in parts.items():
        if _TABLE.fullmatch(name):
            (folder / name).write_bytes(content)


def _rows(database: Any) -> Iterator[dict[str, str]]:
    """One row a file, with what any table says about the whole of it; the first table wins."""
    rows: dict[str, dict[str, str]] = {}
    for table_id in database.tables:
        table = database[table_id]
        if not table.is_filewise:
            continue
        columns = _columns(table)
        for file, values in zip(table.files, table.df.to_dict("records"), strict=True):
            row = rows.setdefault(file, {"file": file})
            for label, column in columns.items():
                for key, value in _said(database, table, label, column, values[column]):
                    row.setdefault(key, value)
    yield from rows.values()


def _columns(table: Any) -> dict[str, str]:
    """Which column of a table holds which label."""
    names = list(table.columns)
    try:
        mapping = guess_mapping(["file", *names])
    except ManifestError:
        return {}
    found = {label: getattr(mapping, label) for label in LABELS}
    return {label: column for label, column in found.items() if column in names}


def _said(
    database: Any, table: Any, label: str, column: str, value: Any
) -> Iterator[tuple[str, str]]:
    """A value under its label; a text that is a code with words is a sentence with a text."""
    import pandas as pd

    if pd.isna(value) or not str(value).strip():
        return
    scheme = table.columns[column].scheme_id
    words = database.schemes[scheme].labels if scheme else None
    if label == "text" and isinstance(words, dict):
        yield "sentence", str(value)
        if isinstance(words.get(value), str):
            yield "text", words[value]
    else:
        yield label, str(value)


def _facts(database: Any) -> CorpusFacts:
    languages = [language for language in database.languages or () if language]
    return CorpusFacts(
        title=database.name,
        language=_two_letters(languages[0]) if languages else None,
        licence=str(database.license or ""),
        citation=database.author or "",
        synthesised=database.meta.get("synthesised") is True,
        note=database.description or "",
        convention=ID,
    )


def _two_letters(language: str) -> str | None:
    from iso639 import Lang
    from iso639.exceptions import InvalidLanguageValue

    try:
        return Lang(language).pt1 or None
    except InvalidLanguageValue:
        return None


def write_database(
    folder: Path,
    facts: CorpusFacts,
    clips: Sequence[tuple[str, Utterance]],
) -> None:
    """Write header and table of a database beside clips that lie there already.

    Parameters
    ----------
    folder : Path
        Root of the database.
    facts : CorpusFacts
    clips : sequence of (str, Utterance)
        Path of each clip's file below ``folder``, and its labels.

    Raises
    ------
    AudformatMissingError
        If the package is not installed.
    """
    audformat = _package()
    database = audformat.Database(
        name=re.sub(r"[^A-Za-z0-9._-]+", "-", facts.title).strip("-.") or "corpus",
        source="",
        usage=audformat.define.Usage.OTHER,
        languages=[facts.language] if facts.language else None,
        description=facts.note or facts.title,
        author=facts.citation or None,
        license=_LICENCES.get(facts.licence, facts.licence) or None,
        meta={"title": facts.title, "synthesised": facts.synthesised},
    )
    database.schemes["emotion"] = audformat.Scheme(labels=list(EMOTION_IDS))
    for scheme, kind in {"speaker": "str", "sentence": "str", "text": "str", "take": "int"}.items():
        database.schemes[scheme] = audformat.Scheme(kind)
    table = audformat.Table(audformat.filewise_index([file for file, _ in clips]))
    database["clips"] = table
    values = {
        "emotion": [u.emotion for _, u in clips],
        "speaker": [u.speaker for _, u in clips],
        "sentence": [u.sentence for _, u in clips],
        "text": [u.sentence_text for _, u in clips],
        "take": [u.take for _, u in clips],
    }
    for column, column_values in values.items():
        table[column] = audformat.Column(scheme_id=column)
        table[column].set(column_values)
    database.save(folder, storage_format=audformat.define.TableStorageFormat.CSV)
