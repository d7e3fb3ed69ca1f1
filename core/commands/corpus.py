"""``import`` and ``corpora``: recordings into the catalog, and what is there."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from core.commands.console import caption, print_json, progress_line, say, user_errors
from core.emotions import label_scheme

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command("import")(import_)
    app.command()(corpora)


def import_(
    path: Annotated[Path, typer.Argument(help="A folder, a zip or one sound file.")],
    corpus: Annotated[str | None, typer.Option(help="Name in the catalog.")] = None,
    convention: Annotated[str, typer.Option(help="auto, original, emodb, …")] = "auto",
    emotions: Annotated[str | None, typer.Option(help="Only these, e.g. sad,happy.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look, but keep nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Import labelled recordings into a corpus."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog, import_path

        chosen = label_scheme(emotions.split(",")) if emotions else None
        with Catalog() as catalog:
            result = import_path(
                catalog,
                path,
                corpus=corpus,
                convention=convention,
                emotions=chosen,
                dry_run=dry_run,
                progress=_show_progress,
            )
        progress_line("")
        _ = caption()
        refused = [{"file": f, "reason": e.describe(_)} for f, e in result.refused]
        skipped = [{"file": f, "reason": e.describe(_)} for f, e in result.skipped]
        if as_json:
            print_json(
                {
                    "corpus": result.corpus,
                    "convention": result.convention,
                    "dry_run": dry_run,
                    "imported": result.imported,
                    "duplicates": result.duplicates,
                    "refused": refused,
                    "skipped": skipped,
                }
            )
        for row in refused + skipped:
            say(f"{row['file']}: {row['reason']}")
        say(
            _(
                "{corpus}: {imported} imported, {duplicates} already there, {refused} refused, "
                "{skipped} skipped"
            ).format(
                corpus=result.corpus,
                imported=result.imported,
                duplicates=result.duplicates,
                refused=len(refused),
                skipped=len(skipped),
            )
        )


def _show_progress(done: int, total: int, seconds_left: float | None) -> None:
    left = "" if seconds_left is None else f" · {seconds_left:.0f} s"
    progress_line(f"{done} / {total}{left}")


def corpora(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the corpora of the workspace."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog, ensure_demo

        with Catalog() as catalog:
            ensure_demo(catalog)
            infos = catalog.corpora()
        if as_json:
            print_json([dataclasses.asdict(info) for info in infos])
            return
        _ = caption()
        for info in infos:
            mark = " · " + _("synthesised") if info.synthesised else ""
            counts = ", ".join(f"{e} {n}" for e, n in info.emotions.items())
            say(f"{info.name}: {info.n_utterances} · {info.n_speakers} · {counts}{mark}")
