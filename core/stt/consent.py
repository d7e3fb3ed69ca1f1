"""Consent to send voices away: asked for once a workspace and destination, and kept.

An engine outside hears nothing before somebody agreed; agreeing holds for the host that was named,
so that another region or gateway asks anew. It can be taken back at any time.
"""

from core import settings
from core.errors import KnobError
from core.settings import Consent, Workspace, read_consents
from core.stt.registry import engines

__all__ = ["agree", "consent_of", "consented", "destination_of", "withdraw"]


def destination_of(engine: str) -> str:
    """The host that an engine sends the voice to; empty for one on this machine.

    Parameters
    ----------
    engine : str
        Its name.

    Returns
    -------
    host : str

    Raises
    ------
    KnobError
        If there is no such engine.
    """
    known = engines()
    if engine not in known:
        raise KnobError("engine", engine, " | ".join(known))
    return str(getattr(known[engine], "destination", ""))


def agree(engine: str, *, by: str = "", place: Workspace | None = None) -> Consent:
    """Agree that voices of this workspace go to an engine, from now on.

    Parameters
    ----------
    engine : str
    by : str
        Who agrees.
    place : Workspace, optional
        The one in force by default.

    Returns
    -------
    consent : Consent

    Raises
    ------
    KnobError
        If there is no such engine.
    """
    return settings.give_consent(engine, destination_of(engine), by=by, place=place)


def withdraw(engine: str, *, place: Workspace | None = None) -> bool:
    """Take the consent back.

    Parameters
    ----------
    engine : str
    place : Workspace, optional

    Returns
    -------
    was_given : bool
    """
    return settings.withdraw_consent(engine, place=place)


def consent_of(engine: str, *, place: Workspace | None = None) -> Consent | None:
    """The consent that holds for an engine as it is set up now.

    Parameters
    ----------
    engine : str
    place : Workspace, optional

    Returns
    -------
    consent : Consent or None
        None where nobody agreed, or agreed to another destination.
    """
    consent = read_consents(place).get(engine)
    if consent is None or consent.destination != destination_of(engine):
        return None
    return consent


def consented(*, place: Workspace | None = None) -> frozenset[str]:
    """The engines that may send voices away, for ``consented=`` of `core.stt.transcribe`.

    Parameters
    ----------
    place : Workspace, optional

    Returns
    -------
    names : frozenset of str
    """
    away = (name for name, engine in engines().items() if engine.sends_voice_away)
    return frozenset(name for name in away if consent_of(name, place=place) is not None)
