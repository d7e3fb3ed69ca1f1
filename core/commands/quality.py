"""``quality``: what is worth knowing about a corpus before anything is learnt from it."""

import dataclasses
from typing import Annotated, Any

import typer

from core.commands.console import caption, print_json, progress_line, say, user_errors

__all__ = ["register"]

_SHOWN = 8  # clips of a finding in the text


def register(app: typer.Typer) -> None:
    """Add the command to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(quality)


def quality(
    corpus: Annotated[str, typer.Option(help="Name in the catalog; see corpora.")],
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Examine the clips of a corpus and say what to do about them."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog, ensure_demo
        from core.corpus.quality import QualityReport, examine

        report = None
        with Catalog() as catalog:
            ensure_demo(catalog)
            for item in examine(catalog, corpus):
                if isinstance(item, QualityReport):
                    report = item
                else:
                    left = "" if item.seconds_left is None else f" · {item.seconds_left:.0f} s"
                    progress_line(f"{item.stage} {item.done} / {item.total}{left}")
        progress_line("")
        assert report is not None
        if as_json:
            print_json(_document(report))
        _say_report(report)


def _document(report) -> dict[str, Any]:
    _ = caption()
    return {
        "corpus": report.corpus,
        "clips": [_row(clip) for clip in report.clips],
        "findings": [_finding(report, finding) for finding in report.findings],
        "unreadable": [
            {"file": report.names([i])[0], "reason": error.describe(_)}
            for i, error in report.unreadable.items()
        ],
    }


def _row(clip) -> dict[str, Any]:
    measures = dataclasses.asdict(clip.measures) if clip.measures else {}
    doubt = dataclasses.asdict(clip.doubt) if clip.doubt else {}
    rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in measures.items()}
    return {"file": clip.name, **rounded, **doubt, "flags": list(clip.flags)}


def _finding(report, finding) -> dict[str, Any]:
    message, advice = finding.describe(caption())
    return {
        "id": finding.id,
        "severity": finding.severity,
        "message": message,
        "advice": advice,
        "clips": report.names(finding.clips),
        "measure": dict(finding.measure),
        "groups": [report.names(group) for group in finding.groups],
    }


def _say_report(report) -> None:
    _ = caption()
    say(_("{corpus}: {n} clips looked at").format(corpus=report.corpus, n=len(report.clips)))
    for error in report.unreadable.values():
        say(error.describe(_))
    if not report.findings and not report.unreadable:
        say(_("Nothing stands out."))
    for finding in report.findings:
        message, advice = finding.describe(_)
        say(f"[{finding.id}] {message} {advice}")
        names = report.names(finding.clips[:_SHOWN])
        more = len(finding.clips) - len(names)
        say("    " + ", ".join(names) + (f" … +{more}" if more else ""))
