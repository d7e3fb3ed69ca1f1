"""The one next action of the training page: Train, by hand or by itself when a setting moves."""

import time

import streamlit as st

from core.corpus import Catalog
from core.features import feature_problem
from core.settings import (
    ExperimentSpec,
    FusionSpec,
    NeuralSpec,
    feature_parts,
    spec_digest,
)
from core.training.best import best_run
from core.training.jobs import cancel, watch
from pages.parts.clip_changes import choose_name
from pages.parts.experiment_words import feature_name, model_name
from pages.parts.frame import Frame, guarded
from pages.parts.lasting import lasting
from pages.parts.search_view import draw_search_setup
from pages.parts.training_setup import Choice
from pages.parts.watched_job import begin, begun_here, is_own, watched_job

__all__ = ["draw_more", "draw_start"]

SUBMITTED = "training.submitted"  # digest of the spec that was trained last
MOVED = "training.moved"  # (digest, when) of the settings that were set last
QUIET = 0.8  # s without a move before a run starts by itself
LOOK = 0.3  # s between two looks whether it is quiet
CHEAP = 15.0  # s that such a run may take


def draw_start(page: Frame, catalog: Catalog, choice: Choice) -> None:
    """Draw the button, what a run will take, and the choice to let the settings start it.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    choice : Choice
    """
    _ = page._
    if choice.problem is not None:
        page.note("caution", choice.problem.describe(_))
    pressed = st.button(
        _("Train"),
        type="primary",
        width="stretch",
        key="training.start",
        disabled=choice.spec is None,
    )
    by_itself = st.toggle(
        _("Train by itself when a setting moves"),
        key="training.auto",
        persist_state="session",
        help=_("Only runs of at most {seconds:.0f} s; the latest settings count.").format(
            seconds=CHEAP
        ),
    )
    if choice.spec is not None:
        seconds = choice.seconds
        if pressed:
            _train(page, catalog, choice.spec)
        elif by_itself:
            _follow(page, catalog, choice.spec, seconds)
        if seconds is not None:
            st.caption(
                _("About {lasting} once the clips are measured").format(
                    lasting=lasting(max(1.0, seconds), _)
                )
            )
        if watched_job() is not None:  # where columns lie below each other
            page.html(f'<a class="mg-narrow" href="#training-stage">{_("Watch it learn")} ↓</a>')
        _draw_best(page, catalog, choice.spec)


def _draw_best(page: Frame, catalog: Catalog, spec: ExperimentSpec) -> None:
    """Say which model did best on these clips so far; one click chooses it."""
    _ = page._
    known = best_run(catalog, spec)
    if known is None:
        return
    best, found = known
    low, high = best.report["uar_interval"]
    said = _(
        "Best on these clips so far: {model} · {features}, UAR {uar:.2f} ({low:.2f}–{high:.2f})"
    )
    st.caption(
        said.format(
            model=model_name(best.spec, _),
            features=feature_name(best.spec, _),
            uar=best.report["uar"],
            low=low,
            high=high,
        )
    )
    kinds = [[p.kind for p in feature_parts(s.features)] for s in (spec, found)]
    if (spec.model.kind == found.model.kind and kinds[0] == kinds[1]) or feature_problem(
        found.features
    ):
        return
    st.button(
        _("Choose this model"),
        key="training.best",
        on_click=guarded(_choose),
        args=(found,),
        help=_("Its model and its features; the model's own settings stay as they are below."),
    )


def _choose(found: ExperimentSpec) -> None:
    """Set the controls to a run's model and features."""
    st.session_state["training.model"] = found.model.kind
    if isinstance(found.model, NeuralSpec):
        st.session_state[f"training.frames.{found.model.kind}"] = found.features.kind
        return
    st.session_state["training.features"] = [p.kind for p in feature_parts(found.features)]
    if isinstance(found.features, FusionSpec):
        st.session_state["training.fuse"] = found.features.fuse


def draw_more(page: Frame, catalog: Catalog, choice: Choice) -> None:
    """Draw what stands below the settings: the search, and whose runs these are.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    choice : Choice
    """
    if choice.spec is not None:
        draw_search_setup(page, catalog, choice.spec)
    choose_name(page)


def _train(page: Frame, catalog: Catalog, spec: ExperimentSpec) -> None:
    st.session_state[SUBMITTED] = spec_digest(spec)
    begin(page, catalog, spec)


def _follow(page: Frame, catalog: Catalog, spec: ExperimentSpec, seconds: float | None) -> None:
    """Start a run once the settings have come to rest, in place of the one that they overtook."""
    digest = spec_digest(spec)
    if digest == st.session_state.get(SUBMITTED):
        return
    if seconds is None or seconds > CHEAP:
        st.caption(page._("This run takes too long to start by itself: press Train for it."))
        return
    if st.session_state.get(MOVED, ("", 0.0))[0] != digest:
        st.session_state[MOVED] = (digest, time.monotonic())
    st.fragment(guarded(_when_quiet), run_every=LOOK)(page, catalog, spec)


def _when_quiet(page: Frame, catalog: Catalog, spec: ExperimentSpec) -> None:
    digest, since = st.session_state[MOVED]
    if digest != spec_digest(spec) or time.monotonic() - since < QUIET:
        return
    before = begun_here()
    if before is not None:
        view = watch(catalog, before)
        if not view.over and is_own(page, view.job):  # another's run goes on
            cancel(catalog, before)
    _train(page, catalog, spec)
    st.rerun()
