"""``predict``: the emotion, and on request the words, of sound files."""

from pathlib import Path
from typing import Annotated, Any

import typer

from core.commands.console import USER_ERROR, caption, print_json, say, user_errors
from core.emotions import emotion
from core.errors import MalgyeolError, SttError
from core.i18n import N_

__all__ = ["register"]

NO_ENGINE = N_("No speech engine is ready; `python -m core doctor` says how to set one up.")


def register(app: typer.Typer) -> None:
    """Add the command to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(predict)


def predict(
    files: Annotated[list[Path], typer.Argument(help="Sound files.")],
    model: Annotated[str | None, typer.Option(help="A model's name or file.")] = None,
    text: Annotated[bool, typer.Option("--text", help="Write the words too.")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Say which emotion is heard in each file; one bad file never fails the others.

    The exit code is 2 when no file could be used.
    """
    with user_errors(as_json=as_json):
        from core.models import default_model, find_model, load_bundle

        bundle = load_bundle(find_model(model) if model else default_model())
        engine = _best_engine() if text else None
        rows = [_predict_one(file, bundle, text=text, engine=engine) for file in files]
    if as_json:
        print_json(rows)
    for row in rows:
        _say_row(row)
    if all("emotion" not in row for row in rows):
        raise typer.Exit(USER_ERROR)


def _best_engine():
    """The engine on this machine; a cloud engine is never chosen without consent in a page."""
    from core.stt import best_engine

    return best_engine(consented=frozenset())


def _predict_one(file: Path, bundle, *, text: bool, engine) -> dict[str, Any]:
    from core.audio import decode
    from core.inference import classify

    row: dict[str, Any] = {"file": str(file)}
    try:
        sound = decode(file)
        prediction = classify(sound, bundle)
    except MalgyeolError as error:
        return {**row, "error": error.describe(caption())}
    row |= {
        "emotion": prediction.emotion,
        "proba": prediction.proba,
        "confidence": prediction.confidence,
        "sure": prediction.sure,
        "duration": prediction.duration,
        "flags": list(prediction.flags),
        "model": prediction.model,
    }
    return {**row, **_words(sound, engine)} if text else row


def _words(sound, engine) -> dict[str, Any]:
    """The words of a clip, or why there are none; the emotion stands either way."""
    if engine is None:
        return {"text_error": caption()(NO_ENGINE)}
    try:
        transcript = engine.transcribe(sound.y)
    except SttError as error:
        return {"text_error": error.describe(caption())}
    return {
        "text": transcript.text,
        "engine": f"{transcript.engine} {transcript.model}",
        "no_speech": transcript.no_speech,
    }


def _say_row(row: dict[str, Any]) -> None:
    _ = caption()
    if "error" in row:
        say(f"{row['file']}: {row['error']}")
        return
    heard = _(emotion(row["emotion"]).caption)
    words = f" · “{row['text']}”" if row.get("text") else ""
    unsure = "" if row["sure"] else " · " + _("Not sure")
    say(f"{row['file']}: {heard} {row['confidence']:.0%}{unsure}{words}")
    if "text_error" in row:
        say(f"  {row['text_error']}")
