"""``export``: a corpus as files that any program can read."""

from pathlib import Path
from typing import Annotated

import typer

from core.commands.console import caption, print_json, progress_line, say, user_errors
from core.settings import default_language

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(export)


def export(
    corpus: Annotated[str, typer.Option(help="Name in the catalog; see corpora.")],
    to: Annotated[Path, typer.Option(metavar="DIR", help="Empty, or not there yet.")],
    audformat: Annotated[
        bool, typer.Option("--audformat", help="Write an audformat database, too.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Write the quality report as HTML, too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Write a corpus as files in the original naming, with its manifest."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog, ensure_demo
        from core.corpus.exporting import export_corpus

        with Catalog() as catalog:
            ensure_demo(catalog)
            result = export_corpus(
                catalog,
                corpus,
                to,
                audformat=audformat,
                extra=(lambda: _report(catalog, corpus)) if report else None,
                progress=_show_progress,
            )
        progress_line("")
        _ = caption()
        refused = [{"file": f, "reason": e.describe(_)} for f, e in result.refused]
        if as_json:
            print_json(
                {
                    "corpus": result.corpus,
                    "to": str(result.place),
                    "clips": result.clips,
                    "files": list(result.files),
                    "refused": refused,
                }
            )
        for row in refused:
            say(f"{row['file']}: {row['reason']}")
        say(_("{corpus}: {n} clips written to {to}").format(corpus=corpus, n=result.clips, to=to))


def _report(catalog, corpus: str) -> dict[str, bytes]:
    from core.corpus.quality_html import REPORT, examined_html

    language = default_language()
    html = examined_html(catalog, corpus, language=language, progress=_show_progress)
    return {REPORT: html.encode()}


def _show_progress(done: int, total: int, seconds_left: float | None) -> None:
    left = "" if seconds_left is None else f" · {seconds_left:.0f} s"
    progress_line(f"{done} / {total}{left}")
