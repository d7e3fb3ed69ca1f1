"""Correcting clips: a chain of steps, heard and seen before and after, applied and taken back."""

import dataclasses
from dataclasses import replace

import streamlit as st

from core.corpus import Catalog, CorpusInfo, Utterance
from core.corpus.clips import read_original
from core.corpus.corrections import chain_of_digest, chains_in_use, set_correction
from core.errors import MalgyeolError
from core.i18n import N_, clip_count
from core.settings import CORRECTION_STEPS, SR, CorrectionChain, CorrectionStep
from core.signal import correct, text_of_chain
from core.training.correction_effect import CorrectionEffect, correction_effect
from pages.parts.background import draw_progress, find_task, start_task
from pages.parts.frame import Frame, esc_md, guarded
from pages.parts.pieces import score_difference
from pages.parts.player import draw_player

__all__ = ["draw_correct"]

STEPS = {
    "dc": N_("Let it rest at zero"),
    "highpass": N_("Take rumble away"),
    "denoise": N_("Lower steady noise"),
    "trim": N_("Trim the edges"),
    "loudness": N_("Bring to one loudness"),
    "resample": N_("Keep the lower band only"),
}
# The first setting of each step: caption, step of the slider.
SETTINGS = {
    "highpass": (N_("Below (Hz)"), 5.0),
    "denoise": (N_("How much"), 0.05),
    "trim": (N_("Margin (s)"), 0.05),
    "loudness": (N_("Target (LUFS)"), 0.5),
    "resample": (N_("Rate (Hz)"), 1000),
}
MODES = {
    "speaker": N_("unseen speakers"),
    "random": N_("random split"),
}


def draw_correct(page: Frame, catalog: Catalog, corpus: str) -> None:
    """Draw the corrections of a corpus.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    corpus : str
        Need not exist.
    """
    _ = page._
    info = {c.name: c for c in catalog.corpora()}.get(corpus)
    if info is None or not info.n_utterances:
        page.empty_state(_("No clip yet"), _("Record some in the booth, or cut a long take."))
        return
    chain_place, heard = st.columns([4, 7], gap="large")
    with chain_place:
        chain = _choose_chain(page)
        if any(step.kind == "loudness" for step in chain.steps):
            page.note(
                "caution",
                _("How loud somebody speaks is a cue of emotion; this step takes it away."),
            )
    clips = catalog.utterances(corpus)
    with heard:
        _draw_before_and_after(page, catalog, clips, chain)
    _draw_apply(page, catalog, info, clips, chain)
    _draw_effect(page, catalog, corpus, chain)


def _choose_chain(page: Frame) -> CorrectionChain:
    _ = page._
    steps: list[CorrectionStep] = []
    for kind, caption in STEPS.items():
        on = st.toggle(
            _(caption),
            value=kind in ("dc", "highpass"),
            key=f"recording.step.{kind}",
            persist_state="session",
        )
        if not on:
            continue
        cls = CORRECTION_STEPS[kind]
        fields = dataclasses.fields(cls)  # type: ignore[arg-type]
        if not fields:
            steps.append(cls())
            continue
        knob, (label, by) = fields[0], SETTINGS[kind]
        number = type(by)
        value = st.slider(
            _(label),
            number(knob.metadata["low"]),
            number(knob.metadata["high"]),
            number(knob.default),  # type: ignore[arg-type]
            by,
            format="%g",
            key=f"recording.step.{kind}.{knob.name}",
        )
        steps.append(cls(**{knob.name: value}))
    return CorrectionChain(tuple(steps))


def _draw_before_and_after(
    page: Frame, catalog: Catalog, clips: list[Utterance], chain: CorrectionChain
) -> None:
    _ = page._
    names = {u.id: u.name for u in clips}
    chosen = st.selectbox(
        _("Listen to"), list(names), format_func=names.__getitem__, key="recording.correct.clip"
    )
    clip = next(u for u in clips if u.id == chosen)
    try:
        before = read_original(catalog, clip)
    except MalgyeolError as error:
        page.note("caution", error.describe(_))
        return
    y = correct(before.y, chain)
    after = replace(before, y=y, duration=len(y) / SR)
    for caption, sound, key in ((_("Before"), before, "before"), (_("After"), after, "after")):
        draw_player(
            page,
            sound,
            key=f"recording.correct.{key}",
            title=caption,
            compact=True,
            contours=False,
            page_keys=False,
        )


def _draw_apply(
    page: Frame, catalog: Catalog, info: CorpusInfo, clips: list[Utterance], chain: CorrectionChain
) -> None:
    _ = page._
    names = {u.id: u.name for u in clips}
    chosen = st.multiselect(
        _("Only these clips"),
        list(names),
        format_func=names.__getitem__,
        placeholder=_("all"),
        key="recording.correct.only",
    )
    ids = chosen or list(names)
    with st.container(horizontal=True, key="recording-correct-buttons"):
        st.button(
            _("Correct {clips}").format(clips=clip_count(len(ids), _))
            if chain.steps
            else _("Give {n} originals back").format(n=len(ids)),
            type="primary",
            key="recording.correct.apply",
            on_click=guarded(_apply),
            args=(page, catalog, ids, chain),
        )
        st.button(
            _("Undo"),
            key="recording.correct.undo",
            on_click=guarded(_undo),
            args=(page, catalog),
        )
    said = st.session_state.pop("recording.correct.said", "")
    if said:
        page.note("good", said)
    used = [
        f"{esc_md(text_of_chain(chain_of_digest(catalog, digest)) or _('as recorded'))}: {n}"
        for digest, n in chains_in_use(catalog, info.name).items()
    ]
    st.caption(" · ".join(used))


def _apply(page: Frame, catalog: Catalog, ids: list[int], chain: CorrectionChain) -> None:
    changed = set_correction(catalog, ids, chain)
    st.session_state["recording.correct.said"] = (
        page._("Corrected; the recordings themselves are untouched.")
        if changed is not None
        else page._("These clips have this correction already.")
    )


def _undo(page: Frame, catalog: Catalog) -> None:
    undone = catalog.undo()
    st.session_state["recording.correct.said"] = (
        page._("The last change is taken back.")
        if undone is not None
        else page._("There is nothing to take back.")
    )


def _draw_effect(page: Frame, catalog: Catalog, corpus: str, chain: CorrectionChain) -> None:
    """What the chain does to the held-out score, when somebody asks."""
    _ = page._
    if not chain.steps:
        return
    key = ("recording.effect", str(catalog.place.root), corpus, chain.digest)
    task = find_task(key)
    if st.button(_("What does it do to the score?"), key="recording.correct.effect"):
        task = start_task(key, lambda t: correction_effect(catalog, corpus, chain, go_on=t.go_on))
    if task is None:
        return
    if not task.over:
        draw_progress(page, task, _("Scoring with and without"), key="recording.correct.stop")
    elif isinstance(task.error, MalgyeolError):
        page.note("caution", task.error.describe(_))
    elif isinstance(task.result, CorrectionEffect):
        _draw_figures(page, task.result)


def _draw_figures(page: Frame, effect: CorrectionEffect) -> None:
    _ = page._
    said = {
        "better": _("better with it"),
        "no-difference": _("no difference shown"),
        "worse": _("worse with it"),
    }
    low, high = (score_difference(bound) for bound in effect.verdict.interval)
    page.stats(
        [
            (_("Held-out UAR as it is"), f"{effect.before:.2f}", ""),
            (_("with the correction"), f"{effect.after:.2f}", ""),
            (
                _("Difference"),
                score_difference(effect.verdict.difference),
                f"{said[effect.verdict.verdict]} ({low} … {high})",
            ),
        ]
    )
    mode = _(MODES[effect.mode]) if effect.mode in MODES else effect.mode
    st.caption(
        _("{n} clips, {folds} folds, {mode}; guessing gives {chance:.2f}").format(
            n=effect.n, folds=effect.n_folds, mode=mode, chance=effect.chance
        )
    )
