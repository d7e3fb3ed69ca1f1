"""Why this emotion: which descriptors spoke for it, and the training clips that sound alike."""

from collections.abc import Hashable, Sequence

import streamlit as st

from core.audio import Sound
from core.errors import AudioError, ModelError
from core.inference import GROUPS, Influence, NearClip, NearClips, Why, nearest_clips, why
from core.models import Bundle
from pages.parts.background import Task, draw_progress, start_task
from pages.parts.frame import Frame, esc_html
from pages.parts.listening import AT_ONCE, model_key
from pages.parts.player import draw_player
from pages.parts.resources import catalog, clip_sound

__all__ = ["draw_why"]

N_NEAR = 2  # clips of each emotion


def draw_why(
    page: Frame, piece: Sound, key: Hashable, bundle: Bundle, *, met: bool = False
) -> None:
    """Draw what spoke for the answer, and the nearest training clips of the first two emotions.

    Parameters
    ----------
    page : Frame
    piece : Sound
        As it was classified.
    key : hashable
        Names the piece.
    bundle : Bundle
    met : bool
        Whether the answer on the page is that for a voice that was met.
    """
    if met:
        st.caption(page._("This looks at the plain model, as it hears without knowing the voice."))
    task = start_task(
        ("why", key, model_key(bundle)), lambda task: _look(task, piece, bundle), keep=True
    )
    task.wait(AT_ONCE)
    if not task.over:
        said = page._("Measuring the clips that the model learnt from")
        draw_progress(page, task, said, key="inference.stop.why")
        return
    if task.result is None:
        page.note("wrong", page._("This could not be found out; the log says more."))
        return
    found, near = task.result
    if isinstance(found, ModelError):
        page.note("info", found.describe(page._))
    else:
        _draw_influences(page, found)
    _draw_near(page, near)


def _look(task: Task, piece: Sound, bundle: Bundle) -> tuple[Why | ModelError, NearClips]:
    try:
        found: Why | ModelError = why(piece, bundle)
    except ModelError as error:
        found = error
    near = nearest_clips(
        catalog(), piece, bundle, _first_two(piece, bundle, found), n=N_NEAR, go_on=task.go_on
    )
    return found, near


def _first_two(piece: Sound, bundle: Bundle, found: Why | ModelError) -> tuple[str, str]:
    if isinstance(found, Why):
        return found.emotion, found.rival
    from core.inference import classify

    proba = classify(piece, bundle).proba
    first, second = sorted(proba, key=lambda e: -proba[e])[:2]
    return first, second


def _draw_influences(page: Frame, found: Why) -> None:
    _, captions = page._, page.emotion_captions()
    first, second = captions[found.emotion], captions[found.rival]
    most = max((abs(i.amount) for i in found.influences), default=0.0) or 1.0
    head = _("What spoke for {first} rather than {second}").format(first=first, second=second)
    rows = "".join(_influence(page, i, most) for i in found.influences)
    ends = f"<b>← {esc_html(second)}</b><b>{esc_html(first)} →</b>"
    page.html(
        f'<div class="mg-why"><h4>{esc_html(head)}</h4>'
        f'<div class="mg-why-ends">{ends}</div>{rows}</div>'
    )
    if found.method == "exact":
        st.caption(_("Exact: together with the average clip they add up to this answer."))
    else:
        st.caption(
            _(
                "By leaving out: how much the answer weakens when a group is as in the average"
                " clip. The parts do not add up."
            )
        )


def _influence(page: Frame, influence: Influence, most: float) -> str:
    share = abs(influence.amount) / most / 2
    side = "for" if influence.amount >= 0 else "against"
    return (
        f'<div class="mg-why-row"><span>{esc_html(page._(GROUPS[influence.group]))}</span>'
        f'<i class="{side}" style="--share:{share:.4f}"></i><b>{influence.amount:+.2f}</b></div>'
    )


def _draw_near(page: Frame, near: NearClips) -> None:
    _, captions = page._, page.emotion_captions()
    if near.missing is not None:
        said = _("Nearest clips cannot be shown: {reason}.").format(reason=_(near.missing))
        page.note("info", said)
        return
    columns = st.columns(len(near.clips), gap="large")
    for column, (emotion_id, clips) in zip(columns, near.clips.items(), strict=True):
        with column:
            said = _("Nearest clips that are {emotion}").format(emotion=captions[emotion_id])
            page.html(f'<p class="mg-why-near">{esc_html(said)}</p>')
            _draw_clips(page, clips)
    st.caption(
        _("Compared with {n} of the {all} clips that the model learnt from.").format(
            n=near.n_known, all=near.n_learnt
        )
    )


def _draw_clips(page: Frame, clips: Sequence[NearClip]) -> None:
    _ = page._
    if not clips:
        st.caption(_("None."))
    for clip in clips:
        utterance = clip.utterance
        said = utterance.sentence_text or utterance.sentence or utterance.name
        place = _("place {rank}, distance {distance:.2f}").format(
            rank=clip.rank, distance=clip.distance
        )
        if clip.same:
            place = _("this very clip: the model has learnt it by heart")
        voice = f" · {utterance.speaker}" if utterance.speaker else ""
        try:
            sound = clip_sound(utterance)
        except AudioError as error:
            page.note("caution", error.describe(_))
            continue
        draw_player(
            page,
            sound,
            key=f"inference.near.{utterance.id}",
            id=f"near-{utterance.id}",
            title=f"{said}{voice}",
            contours=False,
            compact=True,
            page_keys=False,
        )
        st.caption(place)
