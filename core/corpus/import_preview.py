"""Import in steps, with a person in between: look, preview as often as one likes, confirm.

`look` listens to every file once. `preview_import` is quick and changes nothing: each new choice
of naming, rule or correction gives a new preview. `confirm_import` does exactly what the last one
shows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from core.corpus.beside import look_beside
from core.corpus.catalog import Catalog
from core.corpus.clip_names import is_audio_name
from core.corpus.conventions import Convention, ParsedName
from core.corpus.import_keeping import (
    chosen_emotions,
    corpus_name,
    keep,
    known_contents,
    name_of_place,
    told_apart,
)
from core.corpus.import_naming import AUTO, explained, facts_of, labels_of, naming_of, with_rules
from core.corpus.import_reading import Progress, Reader
from core.corpus.import_records import (
    HeardFile,
    ImportedFile,
    ImportPreview,
    ImportResult,
    Listing,
    PreviewRow,
    RowState,
    corrected,
)
from core.corpus.naming_rules import NamingRule
from core.corpus.records import CorpusFacts, ImportOrigin, Recording
from core.corpus.sources import Place, open_source
from core.errors import (
    EmotionLeftOutError,
    MalgyeolError,
    NothingToImportError,
    UnreadableFileError,
)
from core.i18n import N_

__all__ = ["confirm_import", "look", "preview_import"]

_GONE = N_("it is not where it was in the preview")


def look(catalog: Catalog, path: Place, *, progress: Progress | None = None) -> Listing:
    """Listen to everything at a place, and keep nothing of it.

    Parameters
    ----------
    catalog : Catalog
    path : path, bytes, binary file, Upload, or a sequence of these
    progress : callable, optional
        As for `core.corpus.importing.import_path`; an exception of it ends the looking.

    Returns
    -------
    listing : Listing

    Raises
    ------
    NothingToImportError
        If the place holds no sound file at all.
    MalgyeolError
        If the place cannot be used.
    """
    place = name_of_place(path)
    with open_source(path) as source, Reader(catalog, store=False) as reader:
        beside = look_beside(source)
        files = [file for file in source.files if file.name not in beside.names]
        heard = reader.read([(file, None) for file in files], progress)
        seen = len(source.files) + source.skipped
    if not source.refused and not any(f.recording or is_audio_name(f.name) for f in heard):
        raise NothingToImportError(place, seen)
    unread = beside.unread([file.name for file in files])
    refused = [HeardFile(name, error=error) for name, error in [*source.refused, *unread]]
    return Listing(place, tuple(refused + heard), beside, seen - len(heard) - len(unread))


def preview_import(
    catalog: Catalog,
    listing: Listing,
    *,
    corpus: str | None = None,
    convention: str | Convention | None = AUTO,
    rules: Sequence[NamingRule] = (),
    labels: Mapping[str, str] | None = None,
    corrections: Mapping[int, Mapping[str, str | None]] | None = None,
    emotions: Sequence[str] | None = None,
    unlabelled: bool = False,
) -> ImportPreview:
    """What an import would make of files that were looked at.

    Parameters
    ----------
    catalog : Catalog
    listing : Listing
    corpus : str, optional
        The place's own name by default.
    convention : str, Convention or None
        As for `core.corpus.importing.import_path`; None leaves every name to rules and hands.
    rules : sequence of NamingRule
        Tried on the names that the convention cannot read; a later one goes over an earlier one.
    labels : mapping of str to str, optional
        Labels that are no emotion known here, and the emotions they stand for.
    corrections : mapping of int to mapping, optional
        What a person filled in: by the row's number, the value of ``sentence``, ``speaker`` or
        ``emotion``. They go over everything else.
    emotions : sequence of str, optional
        Only these.
    unlabelled : bool
        Take clips in whose emotion nothing says.

    Returns
    -------
    preview : ImportPreview

    Raises
    ------
    MalgyeolError
        If the corpus name, the convention or an emotion is none that can be used.
    """
    name = corpus_name(corpus if corpus is not None else listing.place)
    chosen = chosen_emotions(emotions)
    corrections = corrections or {}
    chosen_emotions([e for values in corrections.values() if (e := values.get("emotion"))])
    naming = naming_of(convention, listing.names, listing.beside, listing.place)
    known = known_contents(catalog, name)
    rows = []
    for number, file in enumerate(listing.files):
        parsed = explained(with_rules(naming, rules, file.name), labels or {})
        if number in corrections:
            parsed = _corrected(file.name, parsed, naming, corrections[number])
        said, error = labels_of(file.name, parsed, naming, emotions=chosen, unlabelled=unlabelled)
        row = _row(number, file, said, error, known)
        if row.state == "ok":
            known.add(_content(file.recording))
        rows.append(row)
    facts = facts_of(name, naming, listing.beside)
    return ImportPreview(name, listing.place, naming, tuple(rows), facts, listing.ignored)


def _corrected(
    name: str,
    parsed: ParsedName | None,
    naming: Convention | None,
    correction: Mapping[str, str | None],
) -> ParsedName:
    if parsed is None:
        parsed, _ = labels_of(name, None, naming)  # a name may still say an emotion
    return corrected(parsed, correction)


def _row(
    number: int,
    file: HeardFile,
    said: ParsedName | None,
    error: MalgyeolError | None,
    known: set[str],
) -> PreviewRow:
    state = _state(file.recording, error, known)
    if state == "refused":
        error = file.error
    labels = said or ParsedName()
    return PreviewRow(
        number=number,
        file=file.name,
        state=state,
        sentence=labels.sentence,
        speaker=labels.speaker,
        emotion=labels.emotion,
        take=labels.take,
        text=labels.text,
        reason=None if state == "duplicate" else error,
        recording=file.recording,
    )


def _state(recording: Recording | None, error: MalgyeolError | None, known: set[str]) -> RowState:
    if recording is None:
        return "refused"
    if recording.content in known:
        return "duplicate"
    if error is None:
        return "ok"
    return "filtered" if isinstance(error, EmotionLeftOutError) else "unparsed"


def _content(recording: Recording | None) -> str:
    assert recording is not None, "a row that comes in was heard"
    return recording.content


def confirm_import(
    catalog: Catalog,
    path: Place,
    preview: ImportPreview,
    *,
    facts: CorpusFacts | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """Import exactly what a preview shows.

    Parameters
    ----------
    catalog : Catalog
    path : path, bytes, binary file, Upload, or a sequence of these
        The place that the preview is of. A file of it that has changed or gone is refused.
    preview : ImportPreview
    facts : CorpusFacts, optional
        Of a new corpus; the preview's by default.
    progress : callable, optional
        As for `core.corpus.importing.import_path`; an exception of it ends the import, and nothing
        is kept.

    Returns
    -------
    result : ImportResult

    Raises
    ------
    CatalogError
        If the workspace cannot be written; nothing of the import is kept then.
    MalgyeolError
        If the place cannot be used any more.
    """
    convention = preview.convention.id if preview.convention else None
    with open_source(path) as source, Reader(catalog, store=True) as reader:
        there = dict(zip(_numbered(f.name for f in source.files), source.files, strict=True))
        keys = _keys(preview.rows)
        wanted = [
            row
            for row in preview.rows
            if row.state in {"ok", "duplicate"} and keys[row.number] in there
        ]
        read = reader.read([(there[keys[row.number]], row.recording) for row in wanted], progress)
        heard = {row.number: file for row, file in zip(wanted, read, strict=True)}
        files = [_outcome(row, heard.get(row.number)) for row in preview.rows]
        files = told_apart(catalog, preview.corpus, files)
        origin = ImportOrigin(preview.place, convention)
        files, import_id = keep(catalog, preview.corpus, facts or preview.facts, origin, files)
    return ImportResult(preview.corpus, convention, False, tuple(files), preview.ignored, import_id)


def _numbered(names: Iterable[str]) -> list[tuple[str, int]]:
    """Each name with how often it came before: two files of a zip may bear the same name."""
    seen: Counter[str] = Counter()
    keys = []
    for name in names:
        keys.append((name, seen[name]))
        seen[name] += 1
    return keys


def _keys(rows: Sequence[PreviewRow]) -> dict[int, tuple[str, int]]:
    """Where each row's file stands in the source; what the source refused is not listed there."""
    heard = [row for row in rows if row.recording is not None or row.state != "refused"]
    return dict(zip((r.number for r in heard), _numbered(r.file for r in heard), strict=True))


def _outcome(row: PreviewRow, heard: HeardFile | None) -> ImportedFile:
    """What became of a row; a duplicate's own file is of no importance, it is there already."""
    parsed = ParsedName(row.sentence, row.speaker, row.emotion, row.take, row.text)
    if row.state == "refused":
        return ImportedFile(row.file, "refused", error=row.reason)
    if row.state in {"unparsed", "filtered"}:
        return ImportedFile(row.file, "skipped", parsed, row.recording, row.reason)
    if row.state == "duplicate":
        return ImportedFile(row.file, "duplicate", parsed, row.recording)
    if heard is None:
        return ImportedFile(row.file, "refused", parsed, error=UnreadableFileError(row.file, _GONE))
    if heard.recording is None:
        return ImportedFile(row.file, "refused", parsed, error=heard.error)
    return ImportedFile(row.file, "new", parsed, heard.recording)
