"""Import: a folder, a zip, a file or uploads become utterances of a corpus, at once.

`core.corpus.import_preview` does the same in steps, with a person in between.

Conventions
-----------
Files are read, decoded and stored one by one; their rows follow in one transaction at the end. So
a bad file never spoils the rest, and an import that breaks off leaves the corpus as it was. What
is known by its content is neither decoded nor stored again.
"""

from collections.abc import Sequence

from core.corpus.beside import look_beside
from core.corpus.catalog import Catalog
from core.corpus.clip_names import is_audio_name
from core.corpus.conventions import Convention
from core.corpus.import_keeping import (
    chosen_emotions,
    corpus_name,
    keep,
    name_of_place,
    told_apart,
)
from core.corpus.import_naming import AUTO, facts_of, labels_of, naming_of
from core.corpus.import_reading import Progress, Reader
from core.corpus.import_records import ImportedFile, ImportResult, Verdict
from core.corpus.records import CorpusFacts, ImportOrigin
from core.corpus.sources import Place, SourceFile, open_source
from core.errors import NothingToImportError

__all__ = ["AUTO", "import_path"]


def import_path(
    catalog: Catalog,
    path: Place,
    *,
    corpus: str | None = None,
    convention: str | Convention = AUTO,
    emotions: Sequence[str] | None = None,
    unlabelled: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    facts: CorpusFacts | None = None,
    ours: bool = False,
) -> ImportResult:
    """Import labelled recordings into a corpus.

    Parameters
    ----------
    catalog : Catalog
    path : path, bytes, binary file, Upload, or a sequence of these
        A folder, a zip, a sound file, or uploads.
    corpus : str, optional
        Name in the catalog; the folder's or file's own name by default. A corpus that is there
        already grows.
    convention : str or Convention
        Id of a naming convention, ``"auto"``, ``"manifest"`` or ``"audformat"`` for what lies
        beside the clips; or a convention, such as a table or a rule of one's own makes.
    emotions : sequence of str, optional
        Only these; clips of others are skipped.
    unlabelled : bool
        Take clips in whose emotion nothing says.
    dry_run : bool
        Look at everything, but keep nothing.
    progress : callable, optional
        Called with files done, files in all, and seconds left (None at first).
    facts : CorpusFacts, optional
        Title, licence and so on of a new corpus; by default what a description beside the clips
        or the convention says.
    ours : bool
        Whether the files come with the program; others are decoded in a process with limits.

    Returns
    -------
    result : ImportResult

    Raises
    ------
    NothingToImportError
        If the place holds no sound file at all.
    CatalogError
        If the workspace cannot be written; nothing of the import is kept then.
    MalgyeolError
        If the place, the corpus name, the convention or an emotion is none that can be used.
    """
    place = name_of_place(path)
    name = corpus_name(corpus if corpus is not None else place)
    chosen = chosen_emotions(emotions)
    with open_source(path) as source, Reader(catalog, store=not dry_run, ours=ours) as reader:
        beside = look_beside(source)
        there = [file for file in source.files if file.name not in beside.names]
        naming = naming_of(convention, [file.name for file in there], beside, place)
        unread = beside.unread([file.name for file in there])
        refused = [*source.refused, *unread]
        files = [ImportedFile(shown, "refused", error=error) for shown, error in refused]
        files += _read(reader, there, naming, chosen, unlabelled, progress)
        files = told_apart(catalog, name, files)
        if all(file.verdict == "skipped" and not is_audio_name(file.name) for file in files):
            raise NothingToImportError(place, len(source.files) + source.skipped)
        ignored = source.skipped + len(source.files) - len(there) - len(unread)
        convention_id, import_id = naming.id if naming else None, None
        if not dry_run:
            facts = facts or facts_of(name, naming, beside)
            origin = ImportOrigin(place, convention_id)
            files, import_id = keep(catalog, name, facts, origin, files)
    return ImportResult(name, convention_id, dry_run, tuple(files), ignored, import_id)


def _read(
    reader: Reader,
    files: Sequence[SourceFile],
    naming: Convention | None,
    emotions: frozenset[str] | None,
    unlabelled: bool,
    progress: Progress | None,
) -> list[ImportedFile]:
    """Every file with its labels and its recording, or with what is wrong with it."""
    labelled = []
    for file in files:
        parsed = naming.parse_name(file.name) if naming else None
        labelled.append(
            labels_of(file.name, parsed, naming, emotions=emotions, unlabelled=unlabelled)
        )
    wanted = [(f, None) for f, (_, error) in zip(files, labelled, strict=True) if error is None]
    heard = iter(reader.read(wanted, progress))
    done = []
    for file, (parsed, error) in zip(files, labelled, strict=True):
        if error is not None:
            done.append(ImportedFile(file.name, "skipped", parsed, error=error))
            continue
        found = next(heard)
        verdict: Verdict = "refused" if found.recording is None else "new"
        done.append(ImportedFile(file.name, verdict, parsed, found.recording, found.error))
    return done
