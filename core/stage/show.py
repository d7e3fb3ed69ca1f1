"""A show: its scenes in their order, what each needs, and its form as a file."""

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from core.emotions import EMOTION_IDS
from core.errors import ShowFileError
from core.i18n import N_

__all__ = [
    "MAX_BYTES",
    "MAX_TAKES",
    "PICTURES",
    "SCENES",
    "Scene",
    "Show",
    "show_from_json",
    "show_to_json",
]

FORMAT = "malgyeol-show"
VERSION = 1
MAX_BYTES = 256 * 1024  # of a show file
MAX_SCENES = 40
MAX_LINES = 60  # prompts or sentences of a scene
MAX_LINE = 120  # characters of one; more would not be read from the last row
MAX_NAME = 80
MAX_TAKES = 9  # that stand in for a microphone

SCENES = ("say", "act", "four", "learn", "good")
PALETTES = ("dark", "bright")
# Picture prompts that are drawn here; a line “picture:rain” shows one instead of words.
PICTURES = ("rain", "gift", "train", "cup")


@dataclass(frozen=True)
class Scene:
    """One scene; a kind uses the fields that it needs and leaves the others alone."""

    kind: str  # one of `SCENES`
    lines: tuple[str, ...] = ()  # say: prompts; act: sentences
    emotions: tuple[str, ...] = ()  # act: what may be drawn; all that the model knows when empty
    rounds: int = 5  # act
    corpus: str | None = None  # four
    sentence: str | None = None  # four
    speaker: str | None = None  # four
    run: str | None = None  # learn, good: the latest run that can when None
    clip: str | None = None  # learn: content of the clip whose fate is told first


@dataclass(frozen=True)
class Show:
    """What a presenter prepares."""

    title: str = ""
    palette: str = "dark"  # of `PALETTES`
    scenes: tuple[Scene, ...] = ()
    model: str | None = None  # the one that answers by default when None
    takes: tuple[str, ...] = ()  # contents of clips that stand in for a dead microphone
    shared_address: bool = False  # whether all phones may come from one address


def show_to_json(show: Show) -> bytes:
    """A show as a file.

    Parameters
    ----------
    show : Show

    Returns
    -------
    data : bytes
        UTF-8.
    """
    document = {"format": FORMAT, "version": VERSION, **dataclasses.asdict(show)}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def show_from_json(data: bytes, *, name: str = "show.json") -> Show:
    """The show of a file.

    Parameters
    ----------
    data : bytes
    name : str
        The user's file name.

    Returns
    -------
    show : Show
        Its clips and models may be missing here; whoever builds the stage says so.

    Raises
    ------
    ShowFileError
        If the file is too large, not JSON, of a later version, or holds anything that a show
        cannot have.
    """
    if len(data) > MAX_BYTES:
        raise ShowFileError(name, N_("it is larger than 256 kB"))
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ShowFileError(name, N_("it is not JSON")) from error
    if not isinstance(document, dict) or document.pop("format", None) != FORMAT:
        raise ShowFileError(name, N_("it does not say that it is one"))
    if document.pop("version", None) != VERSION:
        raise ShowFileError(name, N_("it is of a later version"))
    try:
        return _show(document)
    except (KeyError, TypeError, ValueError) as error:
        raise ShowFileError(name, N_("a value in it is not one that a show can have")) from error


def _show(document: dict[str, Any]) -> Show:
    scenes = _list(document.pop("scenes", []), MAX_SCENES)
    show = Show(
        scenes=tuple(_scene(dict(scene)) for scene in scenes),
        takes=tuple(_text(t) for t in _list(document.pop("takes", []), MAX_TAKES)),
        **document,
    )
    _check(show.palette in PALETTES and isinstance(show.shared_address, bool))
    _check(isinstance(show.title, str) and len(show.title) <= MAX_NAME)
    _optional(show.model)
    return show


def _scene(document: dict[str, Any]) -> Scene:
    lines = tuple(_text(line, MAX_LINE) for line in _list(document.pop("lines", []), MAX_LINES))
    emotions = tuple(_list(document.pop("emotions", []), len(EMOTION_IDS)))
    scene = Scene(lines=lines, emotions=emotions, **document)
    _check(scene.kind in SCENES and set(emotions) <= set(EMOTION_IDS))
    _check(type(scene.rounds) is int and 1 <= scene.rounds <= 50)
    for value in (scene.corpus, scene.sentence, scene.speaker, scene.run, scene.clip):
        _optional(value)
    return scene


def _list(value: Any, most: int) -> list[Any]:
    _check(isinstance(value, list) and len(value) <= most)
    return value


def _text(value: Any, most: int = MAX_NAME) -> str:
    _check(isinstance(value, str) and 0 < len(value) <= most)
    return value


def _optional(value: Any) -> None:
    if value is not None:
        _text(value, MAX_LINE)


def _check(holds: bool) -> None:
    if not holds:
        raise ValueError
