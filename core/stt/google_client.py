"""The way to Google: is it set up, who are we, and what went wrong, in plain words.

Conventions
-----------
Whether Google is set up is decided from settings and files alone. Google's own search for
credentials asks a metadata server when it finds none, and where a network swallows that request
it blocks for many seconds; so it is never started here.
"""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.errors import EngineFailedError
from core.i18n import N_
from core.settings import GoogleSettings
from core.stt.engine import EngineStatus, ready

__all__ = [
    "OTHER_REASON",
    "TITLE",
    "connect",
    "endpoint",
    "failure",
    "problem_or_ready",
    "project_of",
    "retry_policy",
]

TITLE = "Google Cloud Speech"
SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
ATTEMPTS = 3  # the first and two more
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 4.0  # s
TRANSIENT = (429, 503, 504)
SIGN_IN_FAILED = N_("the sign-in to Google did not work; sign in again or renew the key file")

REASONS = {
    400: N_("Google did not accept the request; check model, location and language"),
    401: N_("Google does not know this key or sign-in"),
    403: N_("Google refused the key or the project"),
    404: N_("Google does not know this project, location or model"),
    429: N_("the quota at Google is used up for now"),
    503: N_("Google could not be reached"),
    504: N_("Google took too long to answer"),
}
OTHER_REASON = N_("Google had a failure of its own")

CONFIGURE = N_(
    "In a terminal: python -m core speech --set google_project=NAME, then python -m core speech"
    " --key < KEYFILE. Or set MALGYEOL_GOOGLE_PROJECT, and MALGYEOL_GOOGLE_API_KEY or"
    " GOOGLE_APPLICATION_CREDENTIALS."
)


def problem_or_ready(settings: GoogleSettings) -> EngineStatus:
    """Whether Google could be asked, from settings and files, without its libraries or a network.

    Parameters
    ----------
    settings : GoogleSettings

    Returns
    -------
    status : EngineStatus
    """
    if not _installed():
        return EngineStatus(
            "not-configured",
            N_("the package google-cloud-speech is not installed"),
            N_("Install it with: pip install -r requirements.txt"),
        )
    file = _credentials_path(settings)
    if not (settings.api_key or settings.credentials or file or settings.on_gcp):
        return EngineStatus("not-configured", N_("no key or sign-in for Google is set"), CONFIGURE)
    if file and _read_credentials(file) is None:
        return EngineStatus(
            "broken",
            N_("the Google credentials file cannot be read"),
            N_("Point GOOGLE_APPLICATION_CREDENTIALS at a JSON key file, or sign in again."),
            file.name,
        )
    project = project_of(settings)
    if not project:
        return EngineStatus("not-configured", N_("no Google project is set"), CONFIGURE)
    return ready(f"{settings.model} · {settings.location} · {project}")


def _installed() -> bool:
    try:
        return find_spec("google.cloud.speech_v2") is not None
    except ModuleNotFoundError:  # not even the package above it
        return False


def _credentials_path(settings: GoogleSettings) -> Path | None:
    """The file that signs in; None where a key or the secrets of the workspace do."""
    if settings.api_key or (settings.credentials and not settings.credentials_file):
        return None
    return settings.credentials_file or settings.sign_in_file


def _sign_in(settings: GoogleSettings) -> dict[str, Any] | None:
    """The content of the credentials in force, or None where there are none."""
    if settings.api_key:
        return None
    file = _credentials_path(settings)
    if file is not None:
        return _read_credentials(file)
    return json.loads(settings.credentials) if settings.credentials else None


def _read_credentials(file: Path) -> dict[str, Any] | None:
    """The content of a credentials file, or None where it is none."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and "type" in content else None


def project_of(settings: GoogleSettings) -> str | None:
    """The project that pays: the one set, else the one named in the credentials file.

    Parameters
    ----------
    settings : GoogleSettings

    Returns
    -------
    project : str or None
    """
    if settings.project:
        return settings.project
    content = _sign_in(settings) or {}
    return content.get("project_id") or content.get("quota_project_id")


def endpoint(settings: GoogleSettings) -> str:
    """The host that serves a location.

    Parameters
    ----------
    settings : GoogleSettings

    Returns
    -------
    host : str
    """
    if settings.endpoint:
        return settings.endpoint
    region = "" if settings.location == "global" else f"{settings.location}-"
    return f"{region}speech.googleapis.com"


def connect(settings: GoogleSettings) -> Any:
    """A client for Google Cloud Speech v2; nothing is sent yet.

    Parameters
    ----------
    settings : GoogleSettings
        Of an engine that is ready.

    Returns
    -------
    client : google.cloud.speech_v2.SpeechClient

    Raises
    ------
    EngineFailedError
        If the credentials are of no use.
    """
    from google.api_core.client_options import ClientOptions
    from google.auth.exceptions import GoogleAuthError
    from google.cloud.speech_v2 import SpeechClient

    options = ClientOptions(api_key=settings.api_key, api_endpoint=endpoint(settings))
    try:
        credentials = None if settings.api_key else _credentials(settings)
        return SpeechClient(credentials=credentials, client_options=options)
    except (GoogleAuthError, ValueError) as error:
        raise EngineFailedError(TITLE, SIGN_IN_FAILED) from error


def _credentials(settings: GoogleSettings) -> Any:
    """Credentials of the file or machine named in the settings, without any search for others."""
    content = _sign_in(settings)
    if content is None and _credentials_path(settings) is None:
        from google.auth.compute_engine import Credentials as MachineCredentials

        # The universe is given, or the metadata server would be asked for it.
        return MachineCredentials(universe_domain="googleapis.com", scopes=SCOPES)
    content = content or {}
    if content.get("type") == "service_account":
        from google.oauth2.service_account import Credentials as ServiceCredentials

        return ServiceCredentials.from_service_account_info(content, scopes=SCOPES)
    if content.get("type") == "authorized_user":
        from google.oauth2.credentials import Credentials as UserCredentials

        return UserCredentials.from_authorized_user_info(content, scopes=SCOPES)
    from google.auth import load_credentials_from_dict

    return load_credentials_from_dict(content, scopes=SCOPES)[0]


def retry_policy(timeout: float) -> Any:
    """Up to three attempts on 429, 503 and 504, with growing pauses, never beyond ``timeout``.

    Parameters
    ----------
    timeout : float
        In seconds, for all attempts together.

    Returns
    -------
    retry : google.api_core.retry.Retry
        For one call; it counts its attempts.
    """
    from google.api_core.retry import Retry

    return Retry(
        predicate=_limited(ATTEMPTS - 1),
        initial=FIRST_PAUSE,
        maximum=LONGEST_PAUSE,
        multiplier=2.0,
        timeout=timeout,
    )


def _limited(retries: int) -> Callable[[Exception], bool]:
    left = retries

    def again(error: Exception) -> bool:
        nonlocal left
        if getattr(error, "code", None) not in TRANSIENT or _sign_in_failed(error):
            return False
        left -= 1
        return left >= 0

    return again


def _sign_in_failed(error: BaseException) -> bool:
    """Whether gRPC had no token to send; it reports this as 503."""
    return "metadata from plugin failed" in str(error)


def failure(error: Exception) -> EngineFailedError:
    """What Google's exception means, in plain words; raise it ``from`` the exception.

    Parameters
    ----------
    error : google.api_core.exceptions.GoogleAPIError or google.auth.exceptions.GoogleAuthError

    Returns
    -------
    failed : EngineFailedError
    """
    from google.api_core.exceptions import GoogleAPICallError, RetryError
    from google.auth.exceptions import GoogleAuthError

    cause = error.cause if isinstance(error, RetryError) else error
    if isinstance(cause, GoogleAuthError) or _sign_in_failed(cause):
        return EngineFailedError(TITLE, SIGN_IN_FAILED)
    if isinstance(error, RetryError) and cause is None:
        return EngineFailedError(TITLE, REASONS[504])
    code = cause.code if isinstance(cause, GoogleAPICallError) else None
    return EngineFailedError(TITLE, REASONS.get(int(code or 0), OTHER_REASON))
