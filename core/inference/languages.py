"""Whether the model learnt from the language that was spoken."""

import unicodedata
from dataclasses import dataclass

from core.models import Bundle
from core.stt import Transcript

__all__ = ["LanguageWarning", "language_warning", "spoken_language"]

HANGUL_SHARE = 0.5  # of the letters
FEWEST = 2  # letters


@dataclass(frozen=True)
class LanguageWarning:
    """The voices a model learnt from speak another language than the one that was heard."""

    model: str  # ISO 639-1
    spoken: str  # ISO 639-1


def spoken_language(transcript: Transcript) -> str | None:
    """The language of what was written down.

    An engine that was told a language says that one whatever it hears; so the script decides
    first: Hangul is Korean, and Latin letters are not.

    Parameters
    ----------
    transcript : Transcript

    Returns
    -------
    language : str or None
        ISO 639-1; None where the words do not tell.
    """
    letters = [c for c in unicodedata.normalize("NFC", transcript.text) if c.isalpha()]
    if len(letters) < FEWEST:
        return None
    hangul = sum("가" <= c <= "힣" for c in letters) / len(letters)
    if hangul >= HANGUL_SHARE:
        return "ko"
    return transcript.language if transcript.language in ("en", "de") else None


def language_warning(bundle: Bundle, transcript: Transcript | None) -> LanguageWarning | None:
    """The warning that a model's answer deserves for the language it learnt from.

    Parameters
    ----------
    bundle : Bundle
    transcript : Transcript or None

    Returns
    -------
    warning : LanguageWarning or None
        None where the languages agree, or one of them is not known.
    """
    learnt = (bundle.manifest.get("corpus") or {}).get("language")
    spoken = None if transcript is None else spoken_language(transcript)
    if learnt is None or spoken is None or learnt == spoken:
        return None
    return LanguageWarning(learnt, spoken)
