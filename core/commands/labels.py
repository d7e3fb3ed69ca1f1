"""``relabel`` and ``disable``: labels and status of clips, by file name, each with its way back."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from core.commands.console import caption, print_json, say, user_errors
from core.errors import NothingAskedError, UndoNamesError, UnknownClipError

__all__ = ["register"]

BY = "command line"

Files = Annotated[list[str] | None, typer.Argument(help="File names as quality shows them.")]
Corpus = Annotated[str, typer.Option(help="Name in the catalog; see corpora.")]
Undo = Annotated[bool, typer.Option("--undo", help="Take back the latest change made here.")]
AsJson = Annotated[bool, typer.Option("--json")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(relabel)
    app.command()(disable)


def relabel(
    corpus: Corpus,
    files: Files = None,
    emotion: Annotated[str | None, typer.Option(help="sad, neutral, …; empty clears it.")] = None,
    speaker: Annotated[str | None, typer.Option(help="Empty clears it.")] = None,
    sentence: Annotated[str | None, typer.Option(help="Empty clears it.")] = None,
    undo: Undo = False,
    as_json: AsJson = False,
) -> None:
    """Correct the labels of clips."""
    labels: dict[str, Any] = {"emotion": emotion, "speaker": speaker, "sentence": sentence}
    labels = {name: value for name, value in labels.items() if value is not None}
    with user_errors(as_json=as_json):
        from core.corpus import Catalog

        with Catalog() as catalog:
            if undo:
                _undo(catalog, corpus, files or [], as_json=as_json)
                return
            if not labels:
                raise NothingAskedError("--emotion, --speaker, --sentence")
            found = _named(catalog, corpus, files or [])
            change = catalog.relabel([u.id for u in found], **labels, by=BY)
        _tell(corpus, found, change, as_json=as_json)


def disable(
    corpus: Corpus,
    files: Files = None,
    undo: Undo = False,
    as_json: AsJson = False,
) -> None:
    """Leave clips out of everything; with file names, --undo takes these in again."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog

        with Catalog() as catalog:
            if undo and not files:
                _undo(catalog, corpus, [], as_json=as_json)
                return
            found = _named(catalog, corpus, files or [])
            ids = [utterance.id for utterance in found]
            change = catalog.set_status(ids, "active" if undo else "disabled", by=BY)
        _tell(corpus, found, change, as_json=as_json)


def _named(catalog, corpus: str, files: Sequence[str]) -> list:
    """The clips of some names, disabled ones too; a name may leave out its folders."""
    from core.corpus.clip_names import nfc_path

    if not files:
        raise NothingAskedError("FILES")
    by_name: dict[str, list] = {}
    for utterance in catalog.utterances(corpus, status=None):
        for name in {utterance.name, utterance.name.rpartition("/")[2]}:
            by_name.setdefault(name, []).append(utterance)
    found: dict[int, Any] = {}
    for file in files:
        if (name := nfc_path(file)) not in by_name:
            raise UnknownClipError(file, corpus)
        found |= {utterance.id: utterance for utterance in by_name[name]}
    return list(found.values())


def _undo(catalog, corpus: str, files: Sequence[str], *, as_json: bool) -> None:
    if files:
        raise UndoNamesError(len(files))
    catalog.corpus(corpus)
    _tell(corpus, [], catalog.undo(by=BY), as_json=as_json)


def _tell(corpus: str, found: Sequence, change: int | None, *, as_json: bool) -> None:
    _ = caption()
    if as_json:
        print_json({"corpus": corpus, "clips": [u.name for u in found], "change": change})
    if change is None:
        say(_("Nothing was different from before."))
    elif found:
        say(_("{n} clips changed; --undo takes it back.").format(n=len(found)))
    else:
        say(_("The latest change was taken back."))
