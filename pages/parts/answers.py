"""The model's answers to one clip or several, and the choice of the one to look at."""

from dataclasses import dataclass

import streamlit as st

from core.audio import Sound
from core.errors import AudioError
from core.inference import Prediction, classify
from core.models import Bundle
from pages.parts.clip_source import Clip
from pages.parts.frame import Frame
from pages.parts.resources import decoded

__all__ = ["Answer", "choose_answer", "hear"]


@dataclass(frozen=True)
class Answer:
    """What came of one clip: a prediction, or the error that says why not."""

    name: str
    sound: Sound | None = None
    prediction: Prediction | None = None
    error: AudioError | None = None


def hear(clips: list[Clip], model: Bundle) -> list[Answer]:
    """Answer every clip; a bad one never fails the others.

    Parameters
    ----------
    clips : list of Clip
    model : Bundle

    Returns
    -------
    answers : list of Answer
        In the same order.
    """
    return [_hear_one(clip, model) for clip in clips]


def _hear_one(clip: Clip, model: Bundle) -> Answer:
    try:
        sound = decoded(clip.data, clip.name)
    except AudioError as error:
        return Answer(clip.name, error=error)
    return Answer(clip.name, sound=sound, prediction=_classified(sound, model))


def _classified(sound: Sound, model: Bundle) -> Prediction:
    """The prediction, kept for the session so that a redraw costs nothing."""
    kept = st.session_state.setdefault("inference.predictions", {})
    key = (sound.content, model.manifest["created"], model.name)
    if key not in kept:
        kept[key] = classify(sound, model)
    return kept[key]


def choose_answer(page: Frame, answers: list[Answer]) -> Answer:
    """Draw the list of answers where there are several, and return the chosen one.

    Parameters
    ----------
    page : Frame
    answers : list of Answer
        At least one.

    Returns
    -------
    answer : Answer
    """
    if len(answers) == 1:
        return answers[0]
    _, captions = page._, page.emotion_captions()
    table = {
        _("Clip"): [a.name for a in answers],
        _("Emotion"): [captions[a.prediction.emotion] if a.prediction else "–" for a in answers],
        _("Confidence"): [a.prediction.confidence if a.prediction else None for a in answers],
        _("Seconds"): [a.sound.duration if a.sound else None for a in answers],
        _("Remark"): [_remark(a, page) for a in answers],
    }
    state = st.dataframe(
        table,
        key=f"inference.answers.{len(answers)}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row-required",
        height=min(38 * (len(answers) + 1), 320),
        column_config={
            _("Confidence"): st.column_config.ProgressColumn(min_value=0, max_value=1),
            _("Seconds"): st.column_config.NumberColumn(format="%.1f"),
        },
    )
    rows = state.selection.rows
    return answers[rows[0] if rows and rows[0] < len(answers) else 0]


def _remark(answer: Answer, page: Frame) -> str:
    if answer.error is not None:
        return answer.error.describe(page._)
    assert answer.prediction is not None
    return "" if answer.prediction.sure else page._("Not sure")
