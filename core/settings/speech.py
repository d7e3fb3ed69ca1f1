"""How the speech engines are reached."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import KnobError
from core.settings.speech_files import read_secrets, read_speech_choices

__all__ = [
    "GoogleSettings",
    "GOOGLE_LOCATION",
    "GOOGLE_MODEL",
    "GOOGLE_TIMEOUT",
    "google_settings",
    "WhisperSettings",
    "whisper_settings",
]


@dataclass(frozen=True)
class GoogleSettings:
    """How Google Cloud Speech v2 is reached; the only secret in here is `api_key`."""

    project: str | None
    location: str  # decides where the voice goes, and the endpoint
    model: str
    api_key: str | None = field(repr=False)
    credentials_file: Path | None  # GOOGLE_APPLICATION_CREDENTIALS
    sign_in_file: Path | None  # gcloud's application default credentials, where there are any
    endpoint: str | None  # only for tests and private gateways
    timeout: float  # s, for one piece of at most 55 s, with its retries
    on_gcp: bool  # the metadata server is asked only then
    credentials: str | None = field(repr=False, default=None)  # JSON of a key, from the secrets


# chirp_3 serves ko-KR in this region, the one nearest to Korea that has it (Google's own page).
GOOGLE_LOCATION = "asia-northeast1"


GOOGLE_MODEL = "chirp_3"


GOOGLE_TIMEOUT = "20"  # s


def google_settings() -> GoogleSettings:
    """Google settings from the environment, then from the workspace; see ``docs/stt.md``.

    Returns
    -------
    settings : GoogleSettings

    Raises
    ------
    KnobError
        If ``MALGYEOL_GOOGLE_TIMEOUT`` is not a number from 1 to 300.
    OpenSecretsError
        If others may read the keys of the workspace.
    BrokenSettingsError
        If a file of the workspace cannot be read.
    """

    def text(name: str) -> str | None:
        return os.environ.get(name, "").strip() or None

    credentials = text("GOOGLE_APPLICATION_CREDENTIALS")
    chosen, secrets = read_speech_choices(), read_secrets()
    key = secrets.get("google_credentials")
    return GoogleSettings(
        project=text("MALGYEOL_GOOGLE_PROJECT")
        or text("GOOGLE_CLOUD_PROJECT")
        or chosen.google_project,
        location=text("MALGYEOL_GOOGLE_LOCATION") or chosen.google_location or GOOGLE_LOCATION,
        model=text("MALGYEOL_GOOGLE_MODEL") or chosen.google_model or GOOGLE_MODEL,
        api_key=text("MALGYEOL_GOOGLE_API_KEY") or secrets.get("google_api_key") or None,
        credentials_file=Path(credentials).expanduser() if credentials else None,
        sign_in_file=_gcloud_sign_in_file(),
        endpoint=text("MALGYEOL_GOOGLE_ENDPOINT"),
        timeout=_seconds("MALGYEOL_GOOGLE_TIMEOUT", GOOGLE_TIMEOUT, low=1, high=300),
        on_gcp=(text("MALGYEOL_ON_GCP") or "").lower() in {"1", "true", "yes"},
        credentials=json.dumps(key) if isinstance(key, dict) else None,
    )


def _seconds(name: str, default: str, *, low: float, high: float) -> float:
    found = os.environ.get(name, "").strip() or default
    try:
        value = float(found)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise KnobError(name, found, f"{low:g}…{high:g} s")
    return value


def _gcloud_sign_in_file() -> Path | None:
    """Where ``gcloud auth application-default login`` leaves its file, if it is there."""
    own, app_data = os.environ.get("CLOUDSDK_CONFIG"), os.environ.get("APPDATA")
    if own:
        folder = Path(own)
    elif os.name == "nt" and app_data:
        folder = Path(app_data) / "gcloud"
    else:
        try:
            folder = Path.home() / ".config" / "gcloud"
        except RuntimeError:  # a user without a home folder, as in some containers
            return None
    file = folder / "application_default_credentials.json"
    return file if file.is_file() else None


@dataclass(frozen=True)
class WhisperSettings:
    """Which Whisper writes the words: a folder, a model name, or the packaged base model."""

    model: str | None  # folder or name; None means the packaged weights
    beam_size: int = 5
    compute_type: str = "int8"
    max_compression_ratio: float = 2.4  # above it the text is a loop, not speech
    low_confidence: float = -0.7  # mean log probability, see docs/stt.md
    threads: int = 2


def whisper_settings() -> WhisperSettings:
    """Whisper settings from the environment, then from the workspace.

    Returns
    -------
    settings : WhisperSettings

    Raises
    ------
    BrokenSettingsError
        If the choices of the workspace cannot be read.
    """
    own = os.environ.get("MALGYEOL_WHISPER")
    return WhisperSettings(model=own or read_speech_choices().whisper_model)
