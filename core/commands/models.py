"""``models``: list, look at, hand on, take in and choose the models."""

from pathlib import Path
from typing import Annotated, Any

import typer

from core.commands.console import caption, harmless, print_json, say, user_errors
from core.errors import UnreadableFileError

__all__ = ["register"]

models = typer.Typer(no_args_is_help=True, help="List, show, export, import and promote models.")
JsonOption = Annotated[bool, typer.Option("--json")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.add_typer(models, name="models")


@models.command("list")
def list_(as_json: JsonOption = False) -> None:
    """List the models; the one that answers by default is marked."""
    with user_errors(as_json=as_json):
        from core.models import list_models

        active = _active()
        rows = [_row(entry, active) for entry in list_models()]
        if as_json:
            print_json(rows)
            return
        for row in rows:
            mark = "→ " if row["active"] else "  "
            score = f"UAR {row['uar']:.3f}" if row["uar"] is not None else row["problem"] or "–"
            say(f"{mark}{row['name']} · {', '.join(row['emotions'])} · {score}")


def _active() -> Path | None:
    from core.errors import UnknownModelError
    from core.models import default_model

    try:
        return default_model()
    except UnknownModelError:
        return None


def _row(entry, active: Path | None) -> dict[str, Any]:
    manifest = entry.manifest
    metrics = manifest.get("metrics") or {}
    return {
        "name": entry.name,
        "shipped": entry.shipped,
        "active": entry.path == active,
        "created": manifest.get("created"),
        "emotions": list(manifest.get("scheme") or []),
        "uar": metrics.get("uar"),
        "uar_interval": metrics.get("uar_interval"),
        "corpus": (manifest.get("corpus") or {}).get("name"),
        "problem": entry.problem.describe(caption()) if entry.problem else None,
    }


@models.command()
def show(
    model: Annotated[str, typer.Argument(help="Name or file of a model.")],
    as_json: JsonOption = False,
) -> None:
    """Check a model and show its passport, or with --json its manifest."""
    with user_errors(as_json=as_json):
        from core.models import find_model, load_bundle
        from core.settings import default_language

        bundle = load_bundle(find_model(model))
        if as_json:
            print_json(bundle.manifest)
        else:
            typer.echo(harmless(bundle.passport[default_language()]))


@models.command()
def export(
    model: Annotated[str, typer.Argument(help="Name of a model.")],
    to: Annotated[Path, typer.Argument(help="File or folder to write to.")],
    onnx: Annotated[
        bool, typer.Option("--onnx", help="As ONNX for other programs, checked against the model.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a model to a file that can be handed to someone."""
    with user_errors(as_json=as_json):
        from core.files import write_atomically
        from core.models import find_model, load_bundle
        from core.models.onnx_export import to_onnx

        source = find_model(model)
        bundle = load_bundle(source)  # nothing is handed on that would be refused elsewhere
        data = to_onnx(bundle) if onnx else source.read_bytes()
        name = source.stem + ".onnx" if onnx else source.name
        target = to / name if to.is_dir() else to
        try:
            write_atomically(target, data)
        except OSError as error:
            raise UnreadableFileError(str(target), error.strerror or str(error)) from None
        _tell(as_json, {"model": source.stem, "file": str(target)})


@models.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A .malgyeol file.")],
    name: Annotated[str | None, typer.Option(help="Its name here; the file's by default.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Take a model in from outside, once it has passed every check."""
    with user_errors(as_json=as_json):
        from core.models import install_model

        try:
            data = file.read_bytes()
        except OSError as error:
            raise UnreadableFileError(str(file), error.strerror or str(error)) from None
        entry = install_model(data, name or file.stem, file=file.name)
        _tell(as_json, {"model": entry.name, "file": str(entry.path)})


@models.command()
def promote(
    what: Annotated[str, typer.Argument(metavar="MODEL|RUN", help="A model, or a finished run.")],
    name: Annotated[str | None, typer.Option(help="Name for the model of a run.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Let a model answer from now on; the model of a run is kept first."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog
        from core.models import find_model, load_bundle, set_active
        from core.training.publish import keep_as_model

        with Catalog() as catalog:
            if catalog.runs.run(what) is not None:
                what = keep_as_model(catalog, what, name or what)
        path = find_model(what)
        load_bundle(path)
        set_active(path.stem)
        _tell(as_json, {"model": path.stem, "active": True})


def _tell(as_json: bool, document: dict[str, Any]) -> None:
    if as_json:
        print_json(document)
    else:
        say(" · ".join(str(value) for value in document.values() if value is not True))
