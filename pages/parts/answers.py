"""Several clips at once: what was heard in each, and the choice of the one to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.emotions import emotion
from core.errors import MalgyeolError
from core.inference import Prediction, Timeline, hear
from core.models import Bundle
from pages.parts.background import Task, draw_progress, start_task
from pages.parts.clip_source import Clip
from pages.parts.error_boundary import log_error
from pages.parts.frame import Frame
from pages.parts.listening import AT_ONCE, clip_sound_of, model_key

__all__ = ["Answer", "choose_clip", "main_emotion"]

ROW, MOST_ROWS = 38, 8  # px of a row; rows in sight


@dataclass(frozen=True)
class Answer:
    """What came of one clip: the gist of what was heard, or the error that says why not."""

    prediction: Prediction | None = None  # of the emotion that takes most of its speech
    n_segments: int = 0
    duration: float = 0.0  # s
    error: MalgyeolError | None = None
    broke: str = ""  # number in the log


def choose_clip(page: Frame, clips: Sequence[Clip], bundle: Bundle) -> Clip | None:
    """The clip to look at: the only one, or the one chosen in the list of all answers.

    Parameters
    ----------
    page : Frame
    clips : sequence of Clip
        At least one.
    bundle : Bundle

    Returns
    -------
    clip : Clip or None
        None while they are being heard; then their progress has been drawn.
    """
    if len(clips) == 1:
        return clips[0]
    key = ("inference", model_key(bundle), tuple(clip.id for clip in clips))
    task = start_task(key, lambda task: _hear_all(task, clips, bundle), keep=True)
    task.wait(AT_ONCE)
    if not task.over:
        draw_progress(page, task, page._("Listening to the clips"), key="inference.stop.all")
    answers = task.result if task.over else list(task.partial)
    if not answers:
        return None
    return _draw_list(page, clips, answers)


def _hear_all(task: Task, clips: Sequence[Clip], bundle: Bundle) -> list[Answer]:
    """Answer every clip, one after the other; a bad one never fails the others."""
    answers = task.partial
    for clip in clips:
        if not task.go_on(len(answers), len(clips)):
            break
        answers.append(_answer(clip, bundle))
    return answers


def _answer(clip: Clip, bundle: Bundle) -> Answer:
    try:
        sound = clip_sound_of(clip)
        *_, heard = hear(sound, bundle)
    except MalgyeolError as error:
        return Answer(error=error)
    except Exception as error:
        return Answer(broke=log_error(error))
    timeline = heard.timeline
    return Answer(main_emotion(timeline), len(timeline.segments), sound.duration)


def main_emotion(timeline: Timeline) -> Prediction | None:
    """The surest prediction of the emotion that takes most of the speech.

    Parameters
    ----------
    timeline : Timeline

    Returns
    -------
    prediction : Prediction or None
        None where nobody speaks.
    """
    shares: dict[str, float] = {}
    for segment in timeline.segments:
        heard = segment.prediction.emotion
        shares[heard] = shares.get(heard, 0.0) + segment.duration
    if not shares:
        return None
    most = max(shares, key=lambda e: shares[e])
    own = [s.prediction for s in timeline.segments if s.prediction.emotion == most]
    return max(own, key=lambda p: p.confidence)


def _draw_list(page: Frame, clips: Sequence[Clip], answers: Sequence[Answer]) -> Clip:
    _, captions = page._, page.emotion_captions()
    heard = [a.prediction for a in answers]
    table = {
        _("Clip"): [clip.name for clip in clips[: len(answers)]],
        _("Emotion"): [captions[p.emotion] if p else "–" for p in heard],
        _("Confidence"): [p.confidence if p else None for p in heard],
        _("Seconds"): [a.duration or None for a in answers],
        _("Remark"): [_remark(a, page) for a in answers],
    }
    state = st.dataframe(
        table,
        key=f"inference.answers.{hash(tuple(c.id for c in clips))}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row-required",
        height=ROW * (min(len(answers), MOST_ROWS) + 1),
        column_config={
            _("Confidence"): st.column_config.ProgressColumn(
                min_value=0, max_value=1, format="percent", color=emotion("neutral").color
            ),
            _("Seconds"): st.column_config.NumberColumn(format="%.1f"),
        },
    )
    rows = state.selection.rows
    return clips[rows[0] if rows and rows[0] < len(answers) else 0]


def _remark(answer: Answer, page: Frame) -> str:
    _ = page._
    if answer.error is not None:
        return answer.error.describe(_)
    if answer.broke:
        return _("Could not be heard; number {number} in the log.").format(number=answer.broke)
    if answer.prediction is None:
        return _("Nobody speaks in it")
    said = [] if answer.prediction.sure else [_("Not sure")]
    if answer.n_segments > 1:
        said.append(_("most of {n} stretches").format(n=answer.n_segments))
    return " · ".join(said)
