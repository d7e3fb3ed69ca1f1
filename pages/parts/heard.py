"""What was heard in a clip: the emotion large, its probabilities, the sound, and who says so."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import streamlit as st

from core.audio import Sound
from core.emotions import emotion
from core.i18n import N_, percent, with_share
from core.inference import (
    HeardSegment,
    Prediction,
    Timeline,
    language_warning,
    words_and_voice,
)
from core.models import Bundle
from core.stt import Transcript
from pages.parts.flags import flag_captions
from pages.parts.frame import Frame, esc_md
from pages.parts.pieces import below_heading
from pages.parts.player import Part, draw_player
from pages.parts.player.view import Scale
from pages.parts.verdict import bars_html, verdict_html
from pages.parts.words import LANGUAGE_CAPTIONS

__all__ = [
    "HEARD",
    "draw_before",
    "draw_emotion",
    "draw_honesty",
    "draw_language_warning",
    "draw_proba",
    "draw_sound",
    "draw_words_and_voice",
    "write_rules",
]

HEARD = {
    "sad": N_("Sounds sad"),
    "neutral": N_("Sounds neutral"),
    "happy": N_("Sounds happy"),
    "angry": N_("Sounds angry"),
    "calm": N_("Sounds calm"),
    "fearful": N_("Sounds fearful"),
    "disgust": N_("Sounds disgusted"),
    "surprised": N_("Sounds surprised"),
    "bored": N_("Sounds bored"),
}
SCALE = "heard.scale"
SCALES: dict[Scale, str] = {"mel": N_("Mel"), "stft": N_("STFT")}
OTHER_LANGUAGES = {"ur": N_("Urdu")}


def write_rules(page: Frame) -> None:
    """Send the rules of style that only this page needs.

    Parameters
    ----------
    page : Frame
    """
    page.html(f"<style>{_rules()}</style>")


@lru_cache(maxsize=1)
def _rules() -> str:
    return (Path(__file__).parent / "inference.css").read_text(encoding="utf-8")


def draw_emotion(page: Frame, prediction: Prediction) -> None:
    """Draw the emotion large, with how sure it is; or say that it is not sure.

    Parameters
    ----------
    page : Frame
    prediction : Prediction
    """
    _ = page._
    heard = with_share(_(HEARD[prediction.emotion]), prediction.confidence)
    if prediction.sure:
        said, note = heard, ""
    else:
        said, note = _("I'm not sure"), _("Closest: {answer}").format(answer=heard)
    page.html(verdict_html(prediction.emotion, said, note, sure=prediction.sure))
    if prediction.flags:
        flags = ", ".join(flag_captions(prediction.flags, _).values())
        page.note("caution", page._("About this recording: {flags}.").format(flags=flags))


def draw_before(page: Frame, plain: Prediction) -> None:
    """Say what the plain model hears, below what is heard of a voice that was met.

    Parameters
    ----------
    page : Frame
    plain : Prediction
    """
    _, captions = page._, page.emotion_captions()
    doubt = "" if plain.sure else "?"
    said = with_share(captions[plain.emotion] + doubt, plain.confidence)
    st.caption(_("Before the voice was met: {answer}").format(answer=said))


def draw_proba(page: Frame, prediction: Prediction, bundle: Bundle) -> None:
    """Draw the calibrated probability of every emotion.

    Parameters
    ----------
    page : Frame
    prediction : Prediction
    bundle : Bundle
    """
    _, threshold = page._, bundle.calibration.threshold
    page.html(
        bars_html(
            prediction.proba,
            page.emotion_captions(),
            threshold=threshold,
            below=_("Below the line at {share} the answer is “I'm not sure”.").format(
                share=percent(threshold)
            ),
            best=prediction.emotion if prediction.sure else None,
        )
    )


def draw_sound(
    page: Frame,
    sound: Sound,
    timeline: Timeline,
    *,
    key: str,
    chosen: int = 0,
    always: bool = False,
) -> None:
    """Draw the sound with its timeline, where there are several segments.

    Parameters
    ----------
    page : Frame
    sound : Sound
    timeline : Timeline
        Of this sound.
    key : str
        Of the player; another one for another clip.
    chosen : int
        Index of the segment that is looked at.
    always : bool
        Whether even a single segment has its timeline.
    """
    segments = timeline.segments
    several = len(segments) > (0 if always else 1)
    scale: Scale = st.session_state.get(SCALE, "mel")
    draw_player(
        page,
        sound,
        key=key,
        scale=scale,
        id=timeline.content,
        title=sound.name,
        parts=_parts(page, segments) if several else (),
        part=chosen if several else None,
    )
    st.segmented_control(
        page._("Frequencies"),
        list(SCALES),
        default="mel",
        required=True,
        format_func=lambda s: page._(SCALES[s]),
        key=SCALE,
        label_visibility="collapsed",
        persist_state="session",
        help=page._("Mel spaces them as they are heard, STFT evenly. The colours are dBFS always."),
    )


def _parts(page: Frame, segments: Sequence[HeardSegment]) -> list[Part]:
    captions = page.emotion_captions()
    return [
        Part(
            start=segment.start,
            end=segment.end,
            caption=captions[segment.prediction.emotion]
            if segment.prediction.sure
            else captions[segment.prediction.emotion] + "?",
            color=emotion(segment.prediction.emotion).color,
            detail=percent(segment.prediction.confidence),
            text=segment.text,
            note=_note(page, segment),
            sure=segment.prediction.sure,
            doubtful=bool(segment.transcript and segment.transcript.low_confidence),
        )
        for segment in segments
    ]


def _note(page: Frame, segment: HeardSegment) -> str:
    """What is to be said of a segment's words."""
    _, words = page._, segment.transcript
    if segment.words_error is not None:
        return segment.words_error.describe(_)
    if words is None:
        return ""
    if not words.text:
        return _("No words could be made out")
    return _("not sure of these words") if words.low_confidence else ""


def draw_words_and_voice(page: Frame, segment: HeardSegment) -> None:
    """Mark where the words say one thing and the voice another.

    Parameters
    ----------
    page : Frame
    segment : HeardSegment
    """
    compared = words_and_voice(segment.transcript, segment.prediction)
    if compared.verdict != "contradiction":
        return
    _ = page._
    decided = ", ".join(dict.fromkeys(word.text for word in compared.words))
    if compared.voice == "negative":
        said = _("Glad words ({words}), but the voice sounds sorry or cross. Listen again.")
    else:
        said = _("Sorry words ({words}), but the voice sounds glad. Listen again.")
    page.note("caution", said.format(words=decided))


def draw_language_warning(page: Frame, bundle: Bundle, words: Transcript | None) -> None:
    """Warn where somebody speaks another language than the model's voices.

    Parameters
    ----------
    page : Frame
    bundle : Bundle
    words : Transcript or None
    """
    warning = language_warning(bundle, words)
    if warning is None:
        return
    _ = page._
    page.note(
        "caution",
        _("This is {spoken}, but the model learnt from {learnt} voices; take it with care.").format(
            spoken=_(_language(warning.spoken)), learnt=_(_language(warning.model))
        ),
    )


def _language(code: str) -> str:
    return LANGUAGE_CAPTIONS.get(code) or OTHER_LANGUAGES.get(code) or code


def draw_honesty(page: Frame, bundle: Bundle) -> None:
    """Draw which model answers and what its score is worth, its passport one click away.

    Parameters
    ----------
    page : Frame
    bundle : Bundle
    """
    _, manifest = page._, bundle.manifest
    corpus, metrics = manifest["corpus"], manifest["metrics"]
    low, high = metrics["uar_interval"]
    protocol = manifest["protocol"]["ko" if page.language == "ko" else "en"]
    said = _(
        "Model “{name}”, learnt from {title} ({n} clips). UAR {uar:.2f} [{low:.2f}, {high:.2f}],"
        " {protocol}; chance {chance:.2f}."
    ).format(
        name=esc_md(bundle.name),
        title=esc_md(corpus["title"]),
        n=corpus["n_utterances"],
        uar=metrics["uar"],
        low=low,
        high=high,
        protocol=protocol,
        chance=metrics["chance"],
    )
    warnings = []
    if corpus["synthesised"]:
        warnings.append(_("Its voices are synthesised."))
    elif corpus["language"] and corpus["language"] != "ko":
        warnings.append(
            _("Its voices speak another language ({language}); take it with care.").format(
                language=_(_language(corpus["language"]))
            )
        )
    st.caption(" ".join([said, *warnings]))
    with st.popover(_("Model passport")):
        st.markdown(below_heading(bundle.passport[page.language]))
