"""What both ways of importing share: names, telling duplicates apart, and writing the rows."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.corpus.catalog import Catalog
from core.corpus.import_records import ImportedFile, new_utterance
from core.corpus.recordings import add_utterances, known_pieces
from core.corpus.records import CorpusFacts, ImportOrigin
from core.corpus.sources import Place, Upload
from core.emotions import emotion
from core.errors import CorpusNameError

__all__ = [
    "chosen_emotions",
    "corpus_name",
    "keep",
    "known_contents",
    "name_of_place",
    "told_apart",
]

MAX_NAME = 80  # characters of a corpus name


def name_of_place(place: Place) -> str:
    """What a place is called: a folder by its name, a file by its stem.

    Parameters
    ----------
    place : path, bytes, binary file, Upload, or a sequence of these
        Of a sequence, the first; of uploads in a folder, the folder.

    Returns
    -------
    name : str
    """
    if isinstance(place, str | Path):
        path = Path(place).resolve()
        return path.name if path.is_dir() else path.stem
    if isinstance(place, Sequence) and not isinstance(place, bytes):
        return name_of_place(place[0]) if place else ""
    if isinstance(place, Upload) and "/" in place.name:
        return place.name.split("/")[0]
    return Path(str(getattr(place, "name", "upload"))).stem


def corpus_name(text: str) -> str:
    """A name as the catalog keeps it.

    Parameters
    ----------
    text : str

    Returns
    -------
    name : str

    Raises
    ------
    CorpusNameError
        If it is empty, too long or holds what cannot be seen.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise CorpusNameError(text, MAX_NAME)
    return name


def chosen_emotions(emotions: Sequence[str] | None) -> frozenset[str] | None:
    """The emotions that are wanted, each one known.

    Parameters
    ----------
    emotions : sequence of str, optional

    Returns
    -------
    chosen : frozenset of str, or None for all

    Raises
    ------
    UnknownEmotionError
        If one of them is not known here.
    """
    return None if emotions is None else frozenset(emotion(e).id for e in emotions)


def known_contents(catalog: Catalog, corpus: str) -> set[str]:
    """The contents that a corpus has already.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
        Need not exist.

    Returns
    -------
    contents : set of str
    """
    return {content for content, _, _ in known_pieces(catalog.database.connection, corpus)}


def told_apart(catalog: Catalog, corpus: str, files: Sequence[ImportedFile]) -> list[ImportedFile]:
    """The same files, those whose exact content came before marked as duplicates.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
    files : sequence of ImportedFile

    Returns
    -------
    files : list of ImportedFile
    """
    known = known_contents(catalog, corpus)
    marked = []
    for file in files:
        content = file.recording.content if file.recording and file.verdict == "new" else None
        if content in known:
            file = replace(file, verdict="duplicate")
        elif content is not None:
            known.add(content)
        marked.append(file)
    return marked


def keep(
    catalog: Catalog,
    corpus: str,
    facts: CorpusFacts,
    origin: ImportOrigin,
    files: Sequence[ImportedFile],
) -> tuple[list[ImportedFile], int | None]:
    """Write the rows of the new files; another import may have been quicker with some of them.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
    facts : CorpusFacts
    origin : ImportOrigin
    files : sequence of ImportedFile

    Returns
    -------
    files : list of ImportedFile
        As it came out.
    import_id : int or None
        None when nothing came in.
    """
    new = [new_utterance(file) for file in files if file.verdict == "new"]
    if not new:
        return list(files), None
    added = add_utterances(catalog.database, catalog.store, corpus, facts, new, origin=origin)
    ids = iter(added.ids)
    told = [
        replace(file, verdict="duplicate") if file.verdict == "new" and next(ids) is None else file
        for file in files
    ]
    return told, added.import_id
