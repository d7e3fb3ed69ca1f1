"""Getting to know a guest's voice: a few prompts, half a minute, and what it changed.

Conventions
-----------
The clips stay in the session's memory and nowhere else. The plain model stays one switch away; a
voice belongs to the model that met it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from core.audio import Sound, decode_apart
from core.errors import AudioError, GuestError
from core.i18n import N_
from core.inference import MIN_CLIPS, GuestVoice, calibrate, guest_problem
from core.inference.guest import MIN_DURATION
from core.models import Bundle
from pages.parts.frame import Frame, esc_html, guarded
from pages.parts.listening import model_key
from pages.parts.recorder import draw_recorder

__all__ = ["choose_voice"]

LIMIT = 15.0  # s of one prompt
SENTENCES = (
    N_("Hello."),
    N_("It's all right."),
)
NEUTRAL = (
    N_("This morning I had breakfast and left the house."),
    N_("The meeting is at three, in the room on the second floor."),
    N_("Tomorrow it will be cloudy with a little rain in the evening."),
    N_("I put the book back on the shelf beside the window."),
)
MOODS = {
    "sad": N_("Say it sadly"),
    "neutral": N_("Say it calmly, as it is"),
    "happy": N_("Say it happily"),
    "angry": N_("Say it angrily"),
    "calm": N_("Say it gently"),
    "fearful": N_("Say it fearfully"),
    "disgust": N_("Say it with disgust"),
    "surprised": N_("Say it with surprise"),
    "bored": N_("Say it as if bored"),
}
WAYS = {"mixed": N_("8 in mixed emotions"), "neutral": N_("4 as usual")}


@dataclass
class Guest:
    """What was recorded of a guest, and what came of it."""

    clips: dict[int, Sound] = field(default_factory=dict)  # by number of the prompt
    prompts: dict[int, str] = field(default_factory=dict)
    voice: GuestVoice | None = None
    model: tuple[str, str] | None = None
    turn: int = 0  # another one is another recorder


def choose_voice(page: Frame, bundle: Bundle) -> GuestVoice | None:
    """Draw the way to let a model get to know a voice, and the switch back.

    Parameters
    ----------
    page : Frame
    bundle : Bundle

    Returns
    -------
    voice : GuestVoice or None
        None for the plain model.
    """
    _ = page._
    guest: Guest = st.session_state.setdefault("inference.guest", Guest())
    known = guest.voice is not None and guest.model == model_key(bundle)
    use = False
    if known:
        use = st.toggle(
            _("Hear with the voice that was met"),
            value=True,
            key=f"inference.guest.use.{guest.turn}",
            help=_("Off, the plain model answers."),
        )
    if not st.toggle(
        _("Get to know your voice · 30 s"), key="inference.guest.open", persist_state="session"
    ):
        return guest.voice if known and use else None
    with st.container(key="card-guest"):
        problem = guest_problem(bundle)
        if problem is not None:
            page.note("info", problem.describe(_))
        elif known:
            _draw_met(page, guest)
        else:
            _draw_prompts(page, guest, bundle)
    return guest.voice if known and use else None


def _prompts(page: Frame, way: str, scheme: Sequence[str]) -> list[str]:
    _ = page._
    if way == "neutral":
        return [f"“{_(text)}”" for text in NEUTRAL]
    emotions = list(scheme[:4])
    return [f"“{_(text)}” · {_(MOODS[e])}" for text in SENTENCES for e in emotions]


def _draw_prompts(page: Frame, guest: Guest, bundle: Bundle) -> None:
    _ = page._
    st.caption(_gain(page, bundle))
    way = st.segmented_control(
        _("Prompts"),
        list(WAYS),
        default="mixed",
        required=True,
        format_func=lambda w: _(WAYS[w]),
        key="inference.guest.way",
        label_visibility="collapsed",
        width="stretch",
        on_change=guarded(_begin_again),
    )
    prompts = _prompts(page, way, bundle.scheme)
    done = len(guest.clips)
    if done < len(prompts):
        page.html(f'<p class="mg-small">{done + 1} / {len(prompts)}</p>')
        _draw_prompt(page, guest, done, prompts[done])
    if done:
        left, right = st.columns(2)
        left.button(
            _("Once more"),
            key="inference.guest.back",
            on_click=guarded(_take_back),
            width="stretch",
            help=_("Drops the latest recording."),
        )
        right.button(
            _("Get to know it"),
            key="inference.guest.meet",
            type="primary" if done == len(prompts) else "secondary",
            disabled=done < MIN_CLIPS,
            on_click=guarded(_meet),
            args=(bundle,),
            width="stretch",
        )
    if said := st.session_state.pop("inference.guest.problem", None):
        page.note("caution", said.describe(_))


def _gain(page: Frame, bundle: Bundle) -> str:
    """What meeting a voice is worth, by the model's own measured facts."""
    _, facts = page._, bundle.manifest.get("guest") or {}
    plain, met = bundle.manifest["metrics"]["uar"], facts.get("uar")
    said = _("Read a few sentences; the model then hears you relative to your own voice.")
    if met is None:
        return said
    return (
        said
        + " "
        + _(
            "Measured on voices it had not learnt: UAR {plain:.2f} as it is, {met:.2f} for a voice"
            " of which all clips are known."
        ).format(plain=plain, met=met)
    )


def _draw_prompt(page: Frame, guest: Guest, number: int, prompt: str) -> None:
    page.html(f'<p class="mg-guest-prompt">{esc_html(prompt)}</p>')
    take = draw_recorder(
        page,
        key=f"inference.guest.recorder.{guest.turn}.{number}",
        hint=page._("Press and read it aloud"),
        limit=LIMIT,
    )
    if take is None:
        return
    try:
        sound = decode_apart(take.data, name=page._("Your recording") + ".wav")
    except AudioError as error:
        page.note("wrong", error.describe(page._))
        return
    guest.clips[number], guest.prompts[number] = sound, prompt
    st.rerun()


def _guest() -> Guest:
    return st.session_state["inference.guest"]


def _begin_again() -> None:
    old = _guest()
    st.session_state["inference.guest"] = Guest(turn=old.turn + 1)


def _take_back() -> None:
    guest = _guest()
    if guest.clips:
        number = max(guest.clips)
        del guest.clips[number], guest.prompts[number]
        guest.turn += 1


def _meet(bundle: Bundle) -> None:
    guest = _guest()
    try:
        guest.voice = calibrate([guest.clips[n] for n in sorted(guest.clips)], bundle)
    except GuestError as error:
        st.session_state["inference.guest.problem"] = error
        return
    guest.model = model_key(bundle)


def _counts(clip: Sound) -> bool:
    """Whether a clip says something of a voice, as `calibrate` sees it."""
    return clip.duration >= MIN_DURATION and "silent" not in clip.flags


def _draw_met(page: Frame, guest: Guest) -> None:
    _, voice = page._, guest.voice
    assert voice is not None
    st.caption(_("Met with {n} clips. What was heard in them:").format(n=voice.n_clips))
    rows = []
    counted = [guest.prompts[n] for n in sorted(guest.clips) if _counts(guest.clips[n])]
    for prompt, before, after in zip(counted, voice.before, voice.after, strict=True):
        arrow = page.emotion_chip(before) + " → " + page.emotion_chip(after)
        rows.append(f"<li>{arrow}<span>{esc_html(prompt)}</span></li>")
    page.html(f'<ul class="mg-guest">{"".join(rows)}</ul>')
    st.caption(
        _("On the left as it was, on the right now that the voice is known. None of it is on disk.")
    )
    st.button(_("Another guest"), key="inference.guest.again", on_click=guarded(_begin_again))
