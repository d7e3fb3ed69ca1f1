"""``backup`` and ``restore``: the whole workspace in one file, and back again."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from core.commands.console import caption, print_json, progress_line, say, user_errors
from core.i18n import N_
from core.settings import workspace

__all__ = ["register"]

KEPT = N_("{file}: {n} files, {size:.1f} MB. Every hash is in it.")
SHORT = N_("Gone before the backup: {n} recordings. The rest is whole.")
RESTORED = N_("{n} files from {created} are back, each as it was.")
ASIDE = N_("What was there before lies in {folder}.")


def register(app: typer.Typer) -> None:
    """Add the commands to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(backup)
    app.command()(restore)


def backup(
    file: Annotated[Path, typer.Argument(help="Where it is written.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file of this name.")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Write the catalog, recordings, runs and models to one file, while the app may run."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog
        from core.corpus.backup import back_up

        with Catalog() as catalog:
            report = back_up(catalog, file, force=force, progress=_show)
    progress_line("")
    _, n_missing = caption(), len(report.missing)
    if as_json:
        print_json(_document(report))
    say(_(KEPT).format(file=report.path, n=report.files, size=report.size / 1e6))
    if n_missing:
        say(_(SHORT).format(n=n_missing))


def restore(
    file: Annotated[Path, typer.Argument(help="A file that backup has written.")],
    force: Annotated[bool, typer.Option("--force", help="Set a filled workspace aside.")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Put a backup in place, once every byte has been checked; close the app first."""
    with user_errors(as_json=as_json):
        from core.corpus.backup import restore as put_back

        report = put_back(file, workspace(), force=force, progress=_show)
    progress_line("")
    _ = caption()
    if as_json:
        print_json(_document(report))
    say(_(RESTORED).format(n=report.files, created=report.created))
    if report.aside is not None:
        say(_(ASIDE).format(folder=report.aside))
    if report.missing:
        say(_(SHORT).format(n=len(report.missing)))


def _show(done: int, total: int) -> None:
    progress_line(f"{done} / {total}")


def _document(report) -> dict[str, Any]:
    return {k: str(v) if isinstance(v, Path) else v for k, v in asdict(report).items()}
