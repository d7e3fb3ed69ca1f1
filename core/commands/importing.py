"""``import`` and ``imports``: recordings into the catalog, and taking an import back."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from core.commands.console import caption, print_json, progress_line, say, user_errors
from core.emotions import emotion, label_scheme
from core.errors import KnobError, UnreadableFileError
from core.i18n import N_, clip_count

__all__ = ["register"]

_TABLE_UNREADABLE = N_("it is not there, or may not be read")


def register(app: typer.Typer) -> None:
    """Add the commands to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command("import")(import_)
    app.command()(imports)


def import_(
    path: Annotated[Path, typer.Argument(help="A folder, a zip or one sound file.")],
    corpus: Annotated[str | None, typer.Option(help="Name in the catalog.")] = None,
    convention: Annotated[
        str, typer.Option(help="auto, original, emodb, …, folder, manifest, audformat")
    ] = "auto",
    manifest: Annotated[Path | None, typer.Option(help="A table: CSV or JSON Lines.")] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Where a table has a field."),
    ] = None,
    rule: Annotated[
        str | None, typer.Option(metavar="REGEX", help="Named groups: sentence, speaker, …")
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(metavar="LABEL=EMOTION", help="What a label of a table or rule stands for."),
    ] = None,
    emotions: Annotated[str | None, typer.Option(help="Only these, e.g. sad,happy.")] = None,
    unlabelled: Annotated[
        bool, typer.Option("--unlabelled", help="Take clips without an emotion, too.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look, but keep nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Import labelled recordings into a corpus."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog, import_path

        chosen = label_scheme(emotions.split(",")) if emotions else None
        naming = _naming(
            convention,
            manifest=manifest,
            columns=_pairs("--map", map_),
            rule=rule,
            codes={key: emotion(value).id for key, value in _pairs("--label", label).items()},
        )
        with Catalog() as catalog:
            result = import_path(
                catalog,
                path,
                corpus=corpus,
                convention=naming,
                emotions=chosen,
                unlabelled=unlabelled,
                dry_run=dry_run,
                progress=_show_progress,
            )
        progress_line("")
        _report(result, as_json=as_json)


def _pairs(option: str, given: Sequence[str] | None) -> dict[str, str]:
    pairs = {}
    for text in given or ():
        key, separator, value = text.partition("=")
        if not separator or not key.strip():
            raise KnobError(option, text, "NAME=VALUE")
        pairs[key.strip()] = value.strip()
    return pairs


def _naming(
    convention: str,
    *,
    manifest: Path | None,
    columns: dict[str, str],
    rule: str | None,
    codes: dict[str, str],
) -> Any:
    """The convention asked for: a table's, a rule's, or the one of an id."""
    if manifest is not None and rule is not None:
        raise KnobError("--rule", rule, "--manifest | --rule")
    if rule is not None:
        from core.corpus.naming_rules import naming_rule

        return naming_rule(rule, codes).convention()
    if manifest is not None:
        return _table(manifest, columns, codes)
    if columns or codes:
        raise KnobError("--map" if columns else "--label", "–", "--manifest | --rule")
    return convention


def _table(manifest: Path, columns: dict[str, str], codes: dict[str, str]) -> Any:
    from core.corpus.conventions.manifest import (
        columns_of,
        manifest_convention,
        mapping_with,
        read_rows,
    )

    try:
        content = manifest.read_bytes()
    except OSError as error:
        raise UnreadableFileError(manifest.name, _TABLE_UNREADABLE) from error
    rows = read_rows(content, manifest.name)
    return manifest_convention(rows, mapping_with(columns_of(rows), columns, manifest.name), codes)


def _show_progress(done: int, total: int, seconds_left: float | None) -> None:
    left = "" if seconds_left is None else f" · {seconds_left:.0f} s"
    progress_line(f"{done} / {total}{left}")


def _report(result: Any, *, as_json: bool) -> None:
    _ = caption()
    refused = [{"file": f, "reason": e.describe(_)} for f, e in result.refused]
    skipped = [{"file": f, "reason": e.describe(_)} for f, e in result.skipped]
    if as_json:
        print_json(
            {
                "corpus": result.corpus,
                "convention": result.convention,
                "dry_run": result.dry_run,
                "imported": result.imported,
                "duplicates": result.duplicates,
                "refused": refused,
                "skipped": skipped,
                "import": result.import_id,
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


def imports(
    corpus: Annotated[str | None, typer.Option(help="Only into this one.")] = None,
    undo: Annotated[int | None, typer.Option(help="Take this import back.")] = None,
    restore: Annotated[int | None, typer.Option(help="Bring this one back.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List the imports, take one back or bring it back."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog

        _ = caption()
        with Catalog() as catalog:
            if undo is not None:
                n = catalog.undo_import(undo)
                say(_("{n} clips taken back; --restore brings them again").format(n=n))
            if restore is not None:
                n = catalog.restore_import(restore)
                say(_("{n} clips brought back").format(n=n))
            records = catalog.imports(corpus)
        if as_json:
            print_json([_record(record) for record in records])
            return
        for record in records:
            at = datetime.fromtimestamp(record.at).astimezone()
            gone = " · " + _("taken back") if record.removed else ""
            clips = clip_count(record.n, _)
            where = f"{record.place} → {record.corpus}"
            say(f"{record.id}: {at:%Y-%m-%d %H:%M} · {where} · {clips}{gone}")


def _record(record: Any) -> dict[str, Any]:
    return {
        "import": record.id,
        "corpus": record.corpus,
        "at": record.at,
        "place": record.place,
        "convention": record.convention,
        "clips": record.n,
        "taken_back": record.removed is not None,
    }
