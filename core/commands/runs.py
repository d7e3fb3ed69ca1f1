"""``runs`` and ``compare``: what was trained, and whether one run is really better than another."""

import dataclasses
from typing import Annotated, Any

import typer

from core.commands.console import caption, print_json, protocol_said, say, user_errors
from core.i18n import N_
from core.settings import part_kinds

__all__ = ["register"]

VERDICTS = {"better": N_("Better"), "no-difference": N_("No difference"), "worse": N_("Worse")}


def register(app: typer.Typer) -> None:
    """Add the commands to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(runs)
    app.command()(compare)


def runs(
    corpus: Annotated[str | None, typer.Option(help="Only runs on this corpus.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List the finished runs, the newest first."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog
        from core.training.history import owner_of

        with Catalog() as catalog:
            found = catalog.runs.runs(corpus)
            if corpus is not None and not found:
                catalog.corpus(corpus)  # a name that nobody knows is an error, one without runs not
            rows = [_row(run, owner_of(catalog, run.id)) for run in found]
        if as_json:
            print_json(rows)
            return
        if not found:
            say(caption()(N_("No run yet")))
        for run in found:
            say(_line(run))


def _line(run) -> str:
    low, high = run.report["uar_interval"]
    star = "★ " if run.star else ""
    learnt = f"{'+'.join(part_kinds(run.spec['features']))} → {run.spec['model']['kind']}"
    score = f"UAR {run.report['uar']:.3f} [{low:.3f}, {high:.3f}]"
    return f"{star}{run.id} · {run.corpus} · {learnt} · {score} · {protocol_said(run.report)}"


def _row(run, owner: str | None) -> dict[str, Any]:
    scores = ("uar", "uar_interval", "accuracy", "chance", "protocol", "n", "n_folds")
    return {
        "run": run.id,
        "corpus": run.corpus,
        "created": run.created,
        "owner": owner or None,
        "name": run.name,
        "notes": run.notes,
        "star": run.star,
        **{name: run.report.get(name) for name in scores},
        "spec": run.spec,
    }


def compare(
    old: Annotated[str, typer.Argument(metavar="RUN", help="The run to beat; see runs.")],
    new: Annotated[str, typer.Argument(metavar="RUN", help="The run that is judged.")],
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Say whether the second run is better than the first, over the same held-out clips."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog
        from core.training.comparison import compare_runs

        with Catalog() as catalog:
            found = compare_runs(catalog, old, new)
        document = {
            "old": old,
            "new": new,
            **dataclasses.asdict(found.verdict),
            "uar": {run.run.id: run.run.report["uar"] for run in (found.old, found.new)},
            "n": found.n,
            "n_speakers": found.n_speakers,
            "only_old": len(found.only_old),
            "only_new": len(found.only_new),
            "settings": [dataclasses.asdict(d) for d in found.settings],
        }
        if as_json:
            print_json(document)
        _say_verdict(document)


def _say_verdict(document: dict[str, Any]) -> None:
    _ = caption()
    low, high = document["interval"]
    say(
        _("{verdict}: UAR {difference:+.3f} [{low:+.3f}, {high:+.3f}] over {n} clips").format(
            verdict=_(VERDICTS[document["verdict"]]),
            difference=document["difference"],
            low=low,
            high=high,
            n=document["n"],
        )
    )
    for setting in document["settings"]:
        say(f"{setting['name']}: {setting['old']} → {setting['new']}")
