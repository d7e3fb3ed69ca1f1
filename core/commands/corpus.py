"""``corpora``: what is there."""

import dataclasses
from typing import Annotated

import typer

from core.commands.console import caption, print_json, say, user_errors

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(corpora)


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
