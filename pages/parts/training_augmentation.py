"""Augmentation on the training page: how the copies are disturbed, and what that sounds like."""

import dataclasses

import streamlit as st

from core.audio import Sound
from core.corpus import Catalog, Utterance
from core.corpus.copies import copy_of
from core.errors import AudioError
from core.i18n import Translate
from core.settings import USUAL_AUGMENT, AugmentSpec, ExperimentSpec
from pages.parts.frame import Frame
from pages.parts.knobs import draw_knobs
from pages.parts.player import draw_player
from pages.parts.resources import catalog as shared_catalog
from pages.parts.resources import clip_sound

__all__ = ["choose_augmentation", "draw_preview"]


def choose_augmentation(_: Translate) -> AugmentSpec | None:
    """Draw the switch and the knobs of augmentation.

    Parameters
    ----------
    _ : callable
        Translation.

    Returns
    -------
    spec : AugmentSpec or None
        None where it is off, or every knob is at zero.
    """
    wanted = st.toggle(
        _("Learn from disturbed copies, too"),
        help=_("Copies with noise, echo, another pitch or tempo. Held-out clips stay as they are."),
        key="training.augment",
        persist_state="session",
    )
    if not wanted:
        return None
    spec = draw_knobs(USUAL_AUGMENT, key="training.augment.knobs", translate=_)
    if spec.does_something:
        return spec
    st.caption(_("Everything is at zero, so nothing is disturbed."))
    return None


def draw_preview(page: Frame, catalog: Catalog, spec: ExperimentSpec) -> None:
    """Draw a clip before and after, to be heard; nothing where nothing is disturbed.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    spec : ExperimentSpec
    """
    if spec.augment is None:
        return
    _ = page._
    with st.expander(_("Listen: before and after"), expanded=True):
        clips = {u.id: u for u in catalog.snapshot(spec.corpus, spec.scheme).utterances}
        clip_id = st.selectbox(
            _("Clip"),
            list(clips),
            format_func=lambda i: clips[i].name,
            key=f"training.preview.{spec.corpus}",
        )
        number, n_copies = 1, spec.augment.copies
        if n_copies > 1:
            number = st.slider(_("Copy"), 1, n_copies, 1, key="training.preview.copy")
        try:
            before = clip_sound(clips[clip_id])
            after = _copy(clips[clip_id], spec.augment, spec.seed, number - 1)
        except AudioError as error:
            page.note("wrong", error.describe(_))
            return
        for key, title, sound in (("before", _("Before"), before), ("after", _("After"), after)):
            draw_player(
                page,
                sound,
                key=f"training.preview.{key}",
                title=title,
                contours=False,
                compact=True,
                page_keys=False,
            )


@st.cache_data(show_spinner=False, max_entries=32)
def _copy(utterance: Utterance, spec: AugmentSpec, seed: int, number: int) -> Sound:
    _key, load = copy_of(shared_catalog(), utterance, spec, seed, number)
    y = load()
    sound = clip_sound(utterance)
    return dataclasses.replace(sound, y=y, duration=len(y) * sound.duration / len(sound.y))
