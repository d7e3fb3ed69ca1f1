"""``stt``, ``speech`` and ``stream``: words of files, the engines' settings, a file as a stream."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from core.commands.console import USER_ERROR, caption, print_json, say, user_errors
from core.commands.predict import NO_ENGINE, asked_engine
from core.emotions import emotion
from core.errors import MalgyeolError, UnknownKnobError
from core.i18n import N_, percent

__all__ = ["register"]

BLOCK = 320  # samples, 20 ms
AGREED = N_("Voices of this workspace may go to {host} from now on.")
WITHDRAWN = N_("No voice goes there any more.")
KEPT_KEY = N_("The key is kept in {path}, readable by you alone.")
NO_SPEECH = N_("No speech in it.")
NOT_UNDERSTOOD = N_("Speech, but no words could be made out.")


def register(app: typer.Typer) -> None:
    """Add the commands to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command("stt")(stt)
    app.command("speech")(speech)
    app.command("stream")(stream)


def stt(
    files: Annotated[list[Path], typer.Argument(help="Sound files.")],
    engine: Annotated[str | None, typer.Option(help="google or whisper.")] = None,
    language: Annotated[str | None, typer.Option(help="ko, en, de or auto.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Write down what is said in each file, with times."""
    with user_errors(as_json=as_json):
        from core.errors import EngineUnavailableError

        asked = asked_engine(engine, language)
        if asked is None:
            from core.stt import overall_status

            status = overall_status()
            raise EngineUnavailableError("Whisper", status.reason, status.fix)
        rows = [_words(file, asked) for file in files]
    if as_json:
        print_json(rows)
    for row in rows:
        _say_words(row)
    if all("error" in row for row in rows):
        raise typer.Exit(USER_ERROR)


def _words(file: Path, asked: Any) -> dict[str, Any]:
    from core.audio import decode
    from core.settings import LONG_TAKE
    from core.stt import start_writing

    row: dict[str, Any] = {"file": str(file)}
    try:
        sound = decode(file, limits=LONG_TAKE)
    except MalgyeolError as error:
        return {**row, "error": error.describe(caption())}
    writing = start_writing(
        sound.content, sound.y, asked.engine, language=asked.language, consent=asked.consent
    )
    writing.wait()
    if writing.error is not None:
        return {**row, "error": writing.error.describe(caption())}
    words = writing.transcript
    assert words is not None
    return row | {
        "text": words.text,
        "engine": f"{words.engine} {words.model}",
        "language": words.language,
        "no_speech": words.no_speech,
        "elapsed": words.elapsed,
        "segments": [
            {
                "start": part.start,
                "end": part.end,
                "text": part.text,
                "confidence": part.confidence,
                "low_confidence": part.low_confidence,
                "words": [vars(word) for word in part.words],
            }
            for part in words.segments
        ],
    }


def _say_words(row: dict[str, Any]) -> None:
    _ = caption()
    if "error" in row:
        say(f"{row['file']}: {row['error']}")
        return
    say(f"{row['file']} · {row['engine']} · {row['language']}")
    for part in row["segments"]:
        doubt = " (?)" if part["low_confidence"] else ""
        say(f"  {part['start']:.1f}–{part['end']:.1f} s: {part['text']}{doubt}")
    if not row["segments"]:
        say("  " + _(NO_SPEECH if row["no_speech"] else NOT_UNDERSTOOD))


def speech(
    settings: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE.")] = None,
    agree: Annotated[str | None, typer.Option(help="Let voices go to this engine.")] = None,
    withdraw: Annotated[str | None, typer.Option(help="Take that back.")] = None,
    key: Annotated[bool, typer.Option("--key", help="Keep Google's key from stdin.")] = False,
    download: Annotated[bool, typer.Option("--download", help="Fetch the chosen Whisper.")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Show or change how words are written: engines, language, consent, key, Whisper's model."""
    with user_errors(as_json=as_json):
        for text in settings or []:
            _choose(text)
        if key:
            _keep_key(sys.stdin.read())
        if agree is not None:
            _agree(agree)
        if withdraw is not None:
            from core import stt

            stt.withdraw(withdraw)
            say(caption()(WITHDRAWN))
        if download:
            from core.stt import engines

            engines()["whisper"].download()  # type: ignore[attr-defined]
        states = _states()
    if as_json:
        print_json(states)
    for state in states["engines"]:
        _ = caption()
        said = [_(state["reason"]), state["detail"], state["consent"]]
        say(f"{state['name']}: " + " · ".join(part for part in said if part))
        if state["state"] != "ready":
            say("    " + _(state["fix"]))


def _choose(text: str) -> None:
    import dataclasses

    from core.settings import SpeechChoices, read_speech_choices, save_speech_choices

    name, sign, value = text.partition("=")
    known = [field.name for field in dataclasses.fields(SpeechChoices)]
    if not sign or name not in known:
        raise UnknownKnobError(text, known)
    chosen = read_speech_choices()
    change: dict[str, Any] = {name: value.strip() or None}
    save_speech_choices(dataclasses.replace(chosen, **change))


def _keep_key(text: str) -> None:
    """A bare API key, or the content of a JSON key file."""
    from core.settings import save_secrets

    text = text.strip()
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    secrets = {"google_credentials": document} if isinstance(document, dict) else None
    path = save_secrets(secrets or {"google_api_key": text})
    say(caption()(KEPT_KEY).format(path=path))


def _agree(engine: str) -> None:
    from core.stt import agree

    say(caption()(AGREED).format(host=agree(engine).destination))


def _states() -> dict[str, Any]:
    from core.settings import read_speech_choices
    from core.stt import consent_of, engines

    found = []
    for name, engine in engines().items():
        status = engine.status()
        consent = consent_of(name) if engine.sends_voice_away else None
        found.append(
            {
                "name": name,
                **vars(status),
                "sends_voice_away": engine.sends_voice_away,
                "consent": consent and consent.destination,
            }
        )
    return {"choices": vars(read_speech_choices()), "engines": found}


def stream(
    file: Annotated[Path, typer.Argument(help="A sound file.")],
    model: Annotated[str | None, typer.Option(help="A model's name or file.")] = None,
    text: Annotated[bool, typer.Option("--text", help="Write the words too.")] = False,
    engine: Annotated[str | None, typer.Option(help="Who writes the words.")] = None,
    language: Annotated[str | None, typer.Option(help="ko, en, de or auto.")] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Do not wait for the clock.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line an event.")] = False,
) -> None:
    """Hear a file as a microphone would bring it, at the pace of speech."""
    with user_errors(as_json=as_json):
        from core.audio import decode
        from core.inference import LiveStream
        from core.models import default_model, find_model, load_for_answers
        from core.settings import LONG_TAKE, SR

        sound = decode(file, limits=LONG_TAKE)
        bundle = load_for_answers(find_model(model) if model else default_model())
        asked = asked_engine(engine, language) if text or engine else None
        if (text or engine) and asked is None:
            say(caption()(NO_ENGINE))
        live = LiveStream(bundle, words=asked, name=sound.name)
        tell = _event_line if as_json else _say_event
        began = time.monotonic()
        for first in range(0, len(sound.y), BLOCK):
            for event in live.feed(sound.y[first : first + BLOCK]):
                tell(event)
            if not fast:
                time.sleep(max(0.0, first / SR - (time.monotonic() - began)))
        for event in live.finish():
            tell(event)
        while live.state.waiting:
            time.sleep(0.1)
            for event in live.poll():
                tell(event)


def _event_line(event: Any) -> None:
    from core.inference.subtitles import segment_fields

    fields: dict[str, Any] = {"event": type(event).__name__, "time": round(event.time, 3)}
    if hasattr(event, "segment"):
        fields |= {"index": event.index, **segment_fields(event.segment)}
    elif hasattr(event, "proba"):
        fields |= {"emotion": event.emotion, "proba": event.proba}
    elif hasattr(event, "transcript"):
        text = None if event.transcript is None else event.transcript.text
        fields |= {"index": event.index, "text": text, "error": event.error and str(event.error)}
    sys.stdout.write(json.dumps(fields, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _say_event(event: Any) -> None:
    _ = caption()
    if hasattr(event, "segment"):
        heard = event.segment.prediction
        unsure = "" if heard.sure else " · " + _("Not sure")
        span = f"{event.segment.start:.1f}–{event.segment.end:.1f} s"
        said = f"{_(emotion(heard.emotion).caption)} {percent(heard.confidence)}{unsure}"
        say(f"{event.time:7.2f} s  [{event.index}] {span}: {said}")
    elif hasattr(event, "transcript"):
        words = event.error.describe(_) if event.error else f"“{event.transcript.text}”"
        say(f"{event.time:7.2f} s  [{event.index}] {words}")
