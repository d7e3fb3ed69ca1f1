"""``predict``: the emotion, and on request the words, of sound files."""

import contextlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from core.commands.answers import file_names, lines_done, prediction_fields, rows_of
from core.commands.console import (
    USER_ERROR,
    caption,
    print_json,
    progress_line,
    say,
    user_errors,
)
from core.emotions import emotion
from core.errors import MalgyeolError
from core.i18n import N_, percent

__all__ = ["asked_engine", "register"]

NO_ENGINE = N_("No speech engine is ready; `python -m core doctor` says how to set one up.")
ALL_DONE = N_("{n} files were answered before; nothing is left to do.")
PROGRESS = N_("{n} files")


def register(app: typer.Typer) -> None:
    """Add the command to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(predict)


def predict(
    files: Annotated[list[str], typer.Argument(help="Files, folders, or - for names on stdin.")],
    model: Annotated[str | None, typer.Option(help="A model's name or file.")] = None,
    text: Annotated[bool, typer.Option("--text", help="Write the words too.")] = False,
    engine: Annotated[str | None, typer.Option(help="Who writes the words.")] = None,
    language: Annotated[str | None, typer.Option(help="ko, en, de or auto.")] = None,
    segments: Annotated[bool, typer.Option("--segments", help="Each stretch of speech.")] = False,
    out: Annotated[Path | None, typer.Option(help="JSON lines; what it has is skipped.")] = None,
    jobs: Annotated[int, typer.Option(help="Processes; 0 for all processors.", min=0)] = 0,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Say which emotion is heard in each file; one bad file never fails the others.

    The exit code is 2 when no file could be used.
    """
    with user_errors(as_json=as_json):
        from core.models import default_model, find_model

        path = find_model(model) if model else default_model()
        asked = asked_engine(engine, language) if text or engine else None
        done = lines_done(out, path.stem) if out else set()
        names = (n for n in file_names(files) if n not in done)
        if text or engine or segments:
            rows = _heard_rows(names, path, asked, text=bool(text or engine), segments=segments)
        else:
            rows = rows_of(names, path, jobs=jobs or os.cpu_count() or 1)
        lines = out is not None or ("-" in files and not as_json)
        n, n_answered = (_write_lines if lines else _show)(rows, out, as_json=as_json)
    if done and not n:
        say(caption()(ALL_DONE).format(n=len(done)))
    elif not n_answered:
        raise typer.Exit(USER_ERROR)


def _show(rows: Iterable[dict[str, Any]], _out: Path | None, *, as_json: bool) -> tuple[int, int]:
    """Rows for a person; or one JSON document of them all."""
    kept, n, n_answered = [], 0, 0
    for row in rows:
        n, n_answered = n + 1, n_answered + ("error" not in row)
        _say_row(row)
        if as_json:
            kept.append(row)
    if as_json:
        print_json(kept)
    return n, n_answered


def _write_lines(
    rows: Iterable[dict[str, Any]], out: Path | None, *, as_json: bool
) -> tuple[int, int]:
    """Rows as JSON lines, each whole before the next is asked for."""
    n, n_answered = 0, 0
    with contextlib.ExitStack() as stack:
        file = sys.stdout if out is None else stack.enter_context(out.open("a", encoding="utf-8"))
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
            n, n_answered = n + 1, n_answered + ("error" not in row)
            if out is not None:
                progress_line(caption()(PROGRESS).format(n=n))
    progress_line("")
    return n, n_answered


def asked_engine(choice: str | None, language: str | None) -> Any:
    """Whom to ask for the words, by what was said here and what the workspace chose.

    Parameters
    ----------
    choice : str or None
        An engine's name; that of the workspace's choices otherwise.
    language : str or None
        The same.

    Returns
    -------
    asked : core.inference.Asked or None
        None where no engine is ready and nobody insisted on one.

    Raises
    ------
    EngineUnavailableError, ConsentMissingError, KnobError
        If the chosen engine cannot be asked.
    """
    from core.inference import Asked
    from core.settings import read_speech_choices
    from core.stt import LANGUAGES, best_engine, consented
    from core.stt.engine import check_language

    chosen = read_speech_choices()
    spoken = language or chosen.language
    check_language(spoken)
    assert spoken in LANGUAGES
    wanted = choice or ("auto" if chosen.engine == "none" else chosen.engine)
    agreed = consented()
    engine = best_engine(choice=wanted, consented=agreed)
    return engine and Asked(engine, spoken, engine.name in agreed)


def _heard_rows(
    names: Iterable[str], model: Path, asked: Any, *, text: bool, segments: bool
) -> Iterator[dict[str, Any]]:
    """Rows with words or segments; files one after the other, as the engine takes them."""
    from core.models import begin_loading, load_for_answers

    begin_loading(model)
    from core.audio import decode
    from core.inference import hear
    from core.settings import LONG_TAKE, DecodeLimits

    bundle = load_for_answers(model)
    for name in names:
        row: dict[str, Any] = {"file": name}
        try:
            sound = decode(Path(name), limits=LONG_TAKE if segments else DecodeLimits())
            *_, last = hear(sound, bundle, words=asked, whole=None if segments else True)
        except MalgyeolError as error:
            yield {**row, "error": error.describe(caption())}
            continue
        yield row | (
            _segmented(sound, last.timeline)
            if segments
            else _whole(last.timeline.segments[0], text=text, asked=asked)
        )


def _segmented(sound: Any, timeline: Any) -> dict[str, Any]:
    from core.inference.subtitles import segment_fields

    return {
        "duration": sound.duration,
        "flags": list(sound.flags),
        "model": timeline.model,
        "segments": [segment_fields(segment) for segment in timeline.segments],
    }


def _whole(segment: Any, *, text: bool, asked: Any) -> dict[str, Any]:
    """Fields of a clip that is one utterance; the emotion stands with or without words."""
    row = prediction_fields(segment.prediction)
    if text and asked is None:
        return row | {"text_error": caption()(NO_ENGINE)}
    if segment.words_error is not None:
        return row | {"text_error": segment.words_error.describe(caption())}
    if segment.transcript is None:
        return row
    words = segment.transcript
    return row | {
        "text": words.text,
        "engine": f"{words.engine} {words.model}",
        "no_speech": words.no_speech,
        "low_confidence": words.low_confidence,
    }


def _say_row(row: dict[str, Any]) -> None:
    if "error" in row:
        say(f"{row['file']}: {row['error']}")
        return
    if "segments" in row:
        say(f"{row['file']}:")
        for segment in row["segments"]:
            say(f"  {segment['start']:.1f}–{segment['end']:.1f} s: {_said(segment)}")
        return
    say(f"{row['file']}: {_said(row)}")
    if "text_error" in row:
        say(f"  {row['text_error']}")


def _said(row: dict[str, Any]) -> str:
    _ = caption()
    heard = _(emotion(row["emotion"]).caption)
    words = f" · “{row['text']}”" if row.get("text") else ""
    unsure = "" if row["sure"] else " · " + _("Not sure")
    return f"{heard} {percent(row['confidence'])}{unsure}{words}"
