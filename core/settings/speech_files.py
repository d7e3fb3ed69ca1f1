"""What a team chose for its speech engines, its secrets, and its consents, kept in the workspace.

Conventions
-----------
``speech.json`` holds choices and consents, nothing secret. ``secrets.json`` holds keys, is written
readable by its owner alone, and is refused when others may read it. A setting in the environment
comes before a file. Neither file goes into a backup.
"""

import dataclasses
import json
import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import BrokenSettingsError, KnobError, OpenSecretsError
from core.files import write_atomically
from core.settings.places import Workspace, workspace

__all__ = [
    "CHOICES_FILE",
    "ENGINES",
    "SECRETS_FILE",
    "SPEECH_LANGUAGES",
    "Consent",
    "SpeechChoices",
    "give_consent",
    "read_consents",
    "read_secrets",
    "read_speech_choices",
    "save_secrets",
    "save_speech_choices",
    "withdraw_consent",
]

CHOICES_FILE, SECRETS_FILE = "speech.json", "secrets.json"
ENGINES: tuple[str, ...] = ("auto", "whisper", "google", "none")
SPEECH_LANGUAGES: tuple[str, ...] = ("ko", "en", "de", "auto")
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class SpeechChoices:
    """Which engine writes the words, and how; None leaves it to the default."""

    engine: str = "auto"  # of `ENGINES`
    language: str = "ko"  # of `SPEECH_LANGUAGES`
    google_project: str | None = None
    google_location: str | None = None
    google_model: str | None = None
    whisper_model: str | None = None  # a folder or a model's name

    def __post_init__(self) -> None:
        for name, value, known in (
            ("engine", self.engine, ENGINES),
            ("language", self.language, SPEECH_LANGUAGES),
        ):
            if value not in known:
                raise KnobError(name, value, " | ".join(known))


@dataclass(frozen=True)
class Consent:
    """That voices may go to an engine outside; it holds for one destination."""

    engine: str
    destination: str  # host
    given: float  # Unix s
    by: str = ""


def read_speech_choices(place: Workspace | None = None) -> SpeechChoices:
    """What was chosen, or the defaults where nothing was.

    Parameters
    ----------
    place : Workspace, optional
        The one in force by default.

    Returns
    -------
    choices : SpeechChoices

    Raises
    ------
    BrokenSettingsError
        If the file is there and cannot be read.
    """
    path = (place or workspace()).root / CHOICES_FILE
    document = _read(path).get("choices", {})
    names = {field.name for field in dataclasses.fields(SpeechChoices)}
    try:
        return SpeechChoices(**{k: v for k, v in dict(document).items() if k in names})
    except (KnobError, TypeError, ValueError) as error:
        raise BrokenSettingsError(CHOICES_FILE) from error


def save_speech_choices(choices: SpeechChoices, place: Workspace | None = None) -> None:
    """Keep what was chosen.

    Parameters
    ----------
    choices : SpeechChoices
    place : Workspace, optional
    """
    _update(place, "choices", {k: v for k, v in vars(choices).items() if v is not None})


def read_consents(place: Workspace | None = None) -> dict[str, Consent]:
    """The consents that hold, by the engine's name.

    Parameters
    ----------
    place : Workspace, optional

    Returns
    -------
    consents : dict of str to Consent

    Raises
    ------
    BrokenSettingsError
        If the file is there and cannot be read.
    """
    document = _read((place or workspace()).root / CHOICES_FILE).get("consents", {})
    try:
        return {name: Consent(engine=name, **values) for name, values in document.items()}
    except (AttributeError, TypeError) as error:
        raise BrokenSettingsError(CHOICES_FILE) from error


def give_consent(
    engine: str, destination: str, *, by: str = "", place: Workspace | None = None
) -> Consent:
    """Note that voices may go to an engine outside this machine.

    Parameters
    ----------
    engine : str
    destination : str
        The host that hears them.
    by : str
        Who agreed.
    place : Workspace, optional

    Returns
    -------
    consent : Consent
    """
    consent = Consent(engine, destination, time.time(), by)
    consents = {**read_consents(place), engine: consent}
    _update(place, "consents", {name: _bare(c) for name, c in consents.items()})
    return consent


def withdraw_consent(engine: str, *, place: Workspace | None = None) -> bool:
    """Take a consent back; from now on no voice goes there.

    Parameters
    ----------
    engine : str
    place : Workspace, optional

    Returns
    -------
    was_given : bool
    """
    consents = read_consents(place)
    was_given = consents.pop(engine, None) is not None
    _update(place, "consents", {name: _bare(c) for name, c in consents.items()})
    return was_given


def _bare(consent: Consent) -> dict[str, Any]:
    return {k: v for k, v in vars(consent).items() if k != "engine"}


def read_secrets(place: Workspace | None = None) -> dict[str, Any]:
    """The keys of the workspace.

    Parameters
    ----------
    place : Workspace, optional

    Returns
    -------
    secrets : dict
        ``google_api_key``, or ``google_credentials`` with the content of a JSON key file; empty
        where there is no file.

    Raises
    ------
    OpenSecretsError
        If others than the owner may read or write the file; nothing of it is used then.
    BrokenSettingsError
        If it is no JSON object.
    """
    path = (place or workspace()).root / SECRETS_FILE
    try:
        mode = path.stat().st_mode
    except OSError:
        return {}
    if os.name != "nt" and mode & OTHERS:
        raise OpenSecretsError(str(path), f"{stat.S_IMODE(mode):o}")
    return _read(path)


def save_secrets(secrets: dict[str, Any], place: Workspace | None = None) -> Path:
    """Keep the keys of the workspace, readable by their owner alone.

    Parameters
    ----------
    secrets : dict
        As `read_secrets` gives them; what was there before is replaced.
    place : Workspace, optional

    Returns
    -------
    path : Path
    """
    path = (place or workspace()).root / SECRETS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".tmp-{os.getpid()}-{SECRETS_FILE}")
    temporary.unlink(missing_ok=True)
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(secrets, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BrokenSettingsError(path.name) from error
    if not isinstance(document, dict):
        raise BrokenSettingsError(path.name)
    return document


def _update(place: Workspace | None, key: str, value: dict[str, Any]) -> None:
    path = (place or workspace()).root / CHOICES_FILE
    document = {**_read(path), key: value}
    write_atomically(path, json.dumps(document, ensure_ascii=False, indent=1).encode())
