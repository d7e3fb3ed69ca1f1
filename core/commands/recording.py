"""``segment``, ``correct``, ``withdraw``: what the recording page does, without a page."""

from pathlib import Path
from typing import Annotated, Any

import typer

from core.commands.console import caption, print_json, say, user_errors

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(segment)
    app.command()(correct)
    app.command()(withdraw)


def segment(
    take: Annotated[Path, typer.Argument(help="A recording of up to 30 minutes.")],
    corpus: Annotated[str, typer.Option(help="Name in the catalog; made if needed.")],
    speaker: Annotated[str, typer.Option(help="Who speaks.")],
    sheet: Annotated[
        Path | None, typer.Option(help="Text with one sentence a line; the corpus's by default.")
    ] = None,
    emotions: Annotated[
        str, typer.Option(help="Emotion ids in the order of reading, with commas between.")
    ] = "",
    by_emotion: Annotated[
        bool, typer.Option("--by-emotion", help="The whole sheet was read in one emotion first.")
    ] = False,
    merge: Annotated[
        bool, typer.Option("--merge", help="Merge over the shortest pauses to fit the sheet.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look only, keep nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Cut one long take where nobody speaks, name the pieces by a sheet, and keep them."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog
        from core.corpus.cutting import (
            assign_in_order,
            closest_to,
            cut_take,
            named,
            read_take,
            save_cuts,
            takes_of,
        )
        from core.corpus.sheets import order_of

        with Catalog() as catalog:
            prompts = _sheet(catalog, corpus, sheet, emotions)
            cells = order_of(prompts)
            if by_emotion:
                cells = [(p.code, e) for e in prompts.emotions for p in prompts.prompts]
            data = _bytes_of(take)
            sound = read_take(data, take.name)
            cuts = cut_take(sound)
            found = len(cuts)
            cuts = assign_in_order(closest_to(cuts, len(cells)) if merge else cuts, cells)
            names = named(cuts, speaker, takes_of(catalog, corpus, speaker))
            import_id = None
            if not dry_run:
                added = save_cuts(
                    catalog, corpus, data, sound, cuts, sheet=prompts, speaker=speaker
                )
                import_id = added.import_id
        rows = [
            {"name": name, "start": cut.start, "end": cut.end}
            for name, cut in zip(names, cuts, strict=True)
        ]
        told = {"corpus": corpus, "found": found, "prompts": len(cells), "import": import_id}
        if as_json:
            print_json({**told, "clips": rows})
        _say_cuts(rows, len(cells), import_id)


def _bytes_of(file: Path) -> bytes:
    from core.errors import UnreadableFileError
    from core.i18n import N_

    try:
        return file.read_bytes()
    except OSError as error:
        raise UnreadableFileError(file.name, N_("it is not there, or may not be read")) from error


def _sheet(catalog: Any, corpus: str, sheet: Path | None, emotions: str) -> Any:
    from dataclasses import replace

    from core.corpus.sheets import parse_prompts, save_sheet, sheet_of
    from core.emotions import emotion

    prompts = sheet_of(catalog, corpus)
    if sheet is not None:
        text = _bytes_of(sheet).decode("utf-8", errors="replace")
        prompts = replace(prompts, prompts=parse_prompts(text))
        save_sheet(catalog, corpus, prompts)
    if emotions:
        wanted = tuple(emotion(e.strip()).id for e in emotions.split(",") if e.strip())
        prompts = replace(prompts, emotions=wanted)
    return prompts


def _say_cuts(rows: list[dict[str, Any]], n_prompts: int, import_id: int | None) -> None:
    _ = caption()
    say(_("{n} segments for {m} prompts").format(n=len(rows), m=n_prompts))
    for row in rows:
        say(f"  {row['start']:8.2f} - {row['end']:8.2f} s  {row['name'] or '–'}")
    if import_id is not None:
        say(_("Import {id}; its clips can be taken back at once.").format(id=import_id))


def correct(
    corpus: Annotated[str, typer.Option(help="Name in the catalog.")],
    chain: Annotated[
        str, typer.Option(help="Steps with commas between, such as trim,loudness=-23; empty: none.")
    ],
    files: Annotated[list[str] | None, typer.Argument(help="Only these clips.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Correct the clips of a corpus by a chain of steps; the recordings stay as they are."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog, ensure_demo
        from core.corpus.corrections import set_correction
        from core.errors import UnknownClipError
        from core.signal import chain_of_text, text_of_chain

        steps = chain_of_text(chain)
        with Catalog() as catalog:
            ensure_demo(catalog)
            clips = catalog.utterances(corpus)
            if files:
                by_name = {u.name: u for u in clips}
                missing = [f for f in files if f not in by_name]
                if missing:
                    raise UnknownClipError(missing[0], corpus)
                clips = [by_name[f] for f in files]
            changed = set_correction(catalog, [u.id for u in clips], steps)
        told = {
            "corpus": corpus,
            "chain": text_of_chain(steps),
            "digest": steps.digest,
            "clips": len(clips),
            "change": changed,
        }
        if as_json:
            print_json(told)
        _ = caption()
        said = _("{n} clips of {corpus} are as recorded again.")
        if steps.steps:
            said = _("{n} clips of {corpus} are corrected by: {chain}")
        say(said.format(n=len(clips), corpus=corpus, chain=text_of_chain(steps)))
        if any(step.kind == "loudness" for step in steps.steps):
            say(_("Loudness is a cue of emotion; this takes it away. Compare the scores."))


def withdraw(
    speaker: Annotated[str, typer.Option(help="Whose voice is withdrawn.")],
    corpus: Annotated[str | None, typer.Option(help="Only there; everywhere by default.")] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without this it is only listed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List all that is made of a voice; with --yes remove it for good."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog
        from core.corpus.withdrawal import plan_withdrawal
        from core.corpus.withdrawal import withdraw as remove

        with Catalog() as catalog:
            plan = (remove if yes else plan_withdrawal)(catalog, speaker, corpus)
        if as_json:
            print_json(
                {
                    "speaker": speaker,
                    "withdrawn": yes,
                    "clips": [name for _corpus, name in plan.clips],
                    "recordings": list(plan.contents),
                    "shared_recordings": list(plan.shared),
                    "runs": list(plan.runs),
                    "models": list(plan.models),
                    "consents": plan.consents,
                }
            )
        _ = caption()
        said = _("{clips} clips, {recordings} recordings, {runs} runs, {models} models").format(
            clips=len(plan.clips),
            recordings=len(plan.contents),
            runs=len(plan.runs),
            models=len(plan.models),
        )
        say(f"{speaker}: {said}")
        say(
            _("Removed. What was exported or handed on before cannot be reached from here.")
            if yes
            else _("Only listed. With --yes all of it is removed for good.")
        )
