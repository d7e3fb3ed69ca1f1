"""Which engine answers.

Conventions
-----------
An engine that a user chose by name is never silently replaced: it answers or says why it cannot.
Only where nobody chose ("auto") the order is Google, if it is set up and consented to, then
Whisper; and a transcript tells when another engine had to step in.
"""

import dataclasses
from collections.abc import Set

import numpy as np

from core.errors import ConsentMissingError, EngineFailedError, EngineUnavailableError, KnobError
from core.i18n import N_
from core.stt.engine import EngineStatus, Replaced, SttEngine, Transcript, ready
from core.stt.google import GoogleEngine
from core.stt.whisper import WhisperEngine

__all__ = ["AUTO", "best_engine", "engines", "overall_status", "transcribe"]

AUTO = "auto"
WITHOUT_CONSENT = EngineStatus(
    "not-configured",
    N_("it would send the voice away from this machine, and nobody agreed to that"),
    N_("Agree to it first, or choose the engine on this machine."),
)
_ENGINES: dict[str, SttEngine] = {"google": GoogleEngine(), "whisper": WhisperEngine()}


def engines() -> dict[str, SttEngine]:
    """Every engine by its name, in the order in which they are asked; one object a process.

    Returns
    -------
    engines : dict of str to SttEngine
        A copy; "google" and "whisper".
    """
    return dict(_ENGINES)


def best_engine(*, consented: Set[str] = frozenset(), choice: str = AUTO) -> SttEngine | None:
    """The engine to ask.

    Parameters
    ----------
    consented : set of str
        Names of the engines that may send the voice away.
    choice : str
        "auto", or the name of the one engine that a user chose.

    Returns
    -------
    engine : SttEngine or None
        None only for "auto", where no engine is ready; `overall_status` says how to mend it.

    Raises
    ------
    EngineUnavailableError
        If the chosen engine is not ready.
    ConsentMissingError
        If the chosen engine would send the voice away without consent.
    KnobError
        If there is no engine of the chosen name.
    """
    if choice == AUTO:
        return next(iter(_ready_engines(consented)), None)
    engine = _chosen(choice)
    status = engine.status()
    if status.state != "ready":
        raise EngineUnavailableError(engine.title, status.reason, status.fix)
    if engine.sends_voice_away and choice not in consented:
        raise ConsentMissingError(engine.title)
    return engine


def _chosen(choice: str) -> SttEngine:
    if choice not in _ENGINES:
        raise KnobError("engine", choice, " | ".join([AUTO, *_ENGINES]))
    return _ENGINES[choice]


def _ready_engines(consented: Set[str]) -> list[SttEngine]:
    return [
        engine
        for name, engine in _ENGINES.items()
        if (name in consented or not engine.sends_voice_away) and engine.status().state == "ready"
    ]


def overall_status(*, consented: Set[str] = frozenset(), choice: str = AUTO) -> EngineStatus:
    """Whether `transcribe` can give a text with this consent and choice, and how to mend it if not.

    Parameters
    ----------
    consented, choice
        As in `best_engine`.

    Returns
    -------
    status : EngineStatus
        ``detail`` of a ready one names engine and model. Where no engine is ready it is Whisper's
        status: the engine that needs neither key nor consent.

    Raises
    ------
    KnobError
        If there is no engine of the chosen name.
    """
    if choice != AUTO:
        engine = _chosen(choice)
        status = engine.status()
        if status.state == "ready" and engine.sends_voice_away and choice not in consented:
            return WITHOUT_CONSENT
        return status
    for engine in _ready_engines(consented):
        return ready(f"{engine.title} · {engine.status().detail}")
    return _ENGINES["whisper"].status()


def transcribe(
    y: np.ndarray,
    *,
    language: str = "ko",
    consented: Set[str] = frozenset(),
    choice: str = AUTO,
) -> Transcript:
    """What is said, by the engine of `best_engine`.

    Under "auto" an engine that fails is followed by the next one that is ready, and the
    transcript's ``replaced`` says which engine failed and why.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono float32 at 16 kHz.
    language : str
        One of `core.stt.LANGUAGES`.
    consented, choice
        As in `best_engine`.

    Returns
    -------
    transcript : Transcript

    Raises
    ------
    EngineUnavailableError
        If no engine is ready, or the chosen one is not.
    EngineFailedError
        If the chosen engine failed, or the last one of "auto".
    ConsentMissingError, KnobError
        As in `best_engine`.
    """
    if choice != AUTO:
        engine = best_engine(consented=consented, choice=choice)
        assert engine is not None
        return engine.transcribe(y, language=language, consent=choice in consented)
    failed: Replaced | None = None
    last: EngineFailedError | EngineUnavailableError | None = None
    for engine in _ready_engines(consented):
        try:
            transcript = engine.transcribe(y, language=language, consent=engine.name in consented)
        except (EngineFailedError, EngineUnavailableError) as error:
            last = error
            failed = failed or Replaced(engine.name, error.values["reason"])
        else:
            return dataclasses.replace(transcript, replaced=failed)
    if last is not None:
        raise last
    status = overall_status(consented=consented)
    raise EngineUnavailableError(_ENGINES["whisper"].title, status.reason, status.fix)
