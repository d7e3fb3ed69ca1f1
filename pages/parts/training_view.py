"""The right side of the training page: a run as it goes, and what came of it."""

import time

import streamlit as st

from core.corpus import Catalog
from core.errors import MalgyeolError
from core.models import set_active
from core.settings import ExperimentSpec, by_epochs, spec_from_json
from core.training.events import (
    EpochEnded,
    FeaturesRead,
    Finished,
    FoldEnded,
    KnownVoiceLearnt,
    Prepared,
)
from core.training.history import epochs_before
from core.training.jobs import JobView, cancel, ensure_worker, watch
from core.training.publish import keep_as_model
from pages.parts.experiment_words import corpus_title, feature_name, model_name
from pages.parts.frame import Frame, esc_md, guarded
from pages.parts.lasting import lasting
from pages.parts.live_curve import draw_live_curve
from pages.parts.run_figures import draw_figures
from pages.parts.run_progress import epochs_progress
from pages.parts.run_result import draw_headline, draw_voices, people_of
from pages.parts.search_view import draw_search, is_search
from pages.parts.watched_job import begin, draw_whose

__all__ = ["draw_ready", "draw_run"]

POLL = 0.5  # s between two looks at a running job
JUST_NOW = 3.0  # s in which a job that was asked for is waited for
FIRST_WAIT, NEXT_WAIT = 0.8, 0.4  # s that one look then waits for the first epoch
STOP_WAIT = 1.0  # s that a run which was told to stop is waited for
WAITING = "queued"
STOPPED = "training.stopped"  # the run that this visit stopped last


def draw_ready(page: Frame, spec: ExperimentSpec | None) -> None:
    """Draw what comes before any run: where the curve will be, or what will be there.

    Parameters
    ----------
    page : Frame
    spec : ExperimentSpec or None
        What the settings say; None where they cannot run.
    """
    _ = page._
    if spec is None:
        page.empty_state(
            _("Not ready to train yet"), _("What is still missing stands above the Train button.")
        )
        return
    curve = by_epochs(spec.model)
    text = (
        _("Press Train: the curve of held-out clips appears here after the first epoch.")
        if curve
        else _("Press Train: this model learns in one go, and its score appears here.")
    )
    page.empty_state(_("Ready when you are"), text)
    if not curve:
        return
    last = spec.model.max_epochs  # type: ignore[union-attr]
    draw_live_curve(page, (), run="", chance=1 / len(spec.scheme), last=last)


def draw_run(page: Frame, catalog: Catalog, job_id: str) -> None:
    """Draw a run: live while it goes, its result when it is over.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    job_id : str
    """
    view = _look(catalog, job_id, FIRST_WAIT)
    if is_search(view):
        draw_search(page, catalog, job_id)
        return
    if view.over:
        _draw_over(page, catalog, view)
    else:
        _draw_live(page, catalog, job_id)


def _look(catalog: Catalog, job_id: str, patience: float) -> JobView:
    """What is seen of a job; one just asked for is waited for a moment, its curve is near."""
    view, until = watch(catalog, job_id), time.monotonic() + patience
    while not view.over and view.position == 0 and _last(view, EpochEnded | FoldEnded) is None:
        if time.time() - view.job.created > JUST_NOW or time.monotonic() > until:
            break
        time.sleep(0.03)
        view = watch(catalog, job_id)
    return view


@st.fragment(run_every=POLL)
@guarded
def _draw_live(page: Frame, catalog: Catalog, job_id: str) -> None:
    view = _look(catalog, job_id, NEXT_WAIT)
    if view.over:
        st.rerun()
    ensure_worker(catalog.place)  # another one takes the queue on where the first was ended
    _ = page._
    head = st.empty()
    with head.container():
        _draw_name(page, catalog, view)
        draw_whose(page, view.job)
        bar, button = st.columns([4, 1], vertical_alignment="bottom")
        share, text = _progress(view, page)
        bar.progress(share, text=text)
        stopped = button.button(_("Stop"), key="training.stop", width="stretch")
    if stopped:
        cancel(catalog, job_id)
        st.session_state[STOPPED] = job_id
        if (seen := _over_soon(catalog, job_id)) is not None:
            head.empty()
            _draw_over(page, catalog, seen)  # at once; the whole page follows at the next look
            return
    _draw_curve(page, catalog, view)


def _draw_name(page: Frame, catalog: Catalog, view: JobView) -> None:
    """Which run this is: the settings beside it may have moved on, or be somebody else's."""
    _, spec = page._, view.job.spec
    parts = (model_name(spec, _), feature_name(spec, _), corpus_title(catalog, spec["corpus"], _))
    st.markdown(f"**{esc_md(' · '.join(parts))}**")


def _over_soon(catalog: Catalog, job_id: str) -> JobView | None:
    """How a job that was told to stop has ended; None where that takes more than a moment."""
    until = time.monotonic() + STOP_WAIT
    while time.monotonic() < until:
        view = watch(catalog, job_id)
        if view.over:
            return view
        time.sleep(0.03)
    return None


def _progress(view: JobView, page: Frame) -> tuple[float, str]:
    """How far a run is, 0 to 1, and that in words with the time left."""
    _ = page._
    if view.job.state == WAITING:
        if view.position:
            return 0.0, _("Waiting · runs before this one: {n}").format(n=view.position)
        return 0.0, _("Getting ready…")
    prepared = _last(view, Prepared)
    if prepared is None:
        read = _last(view, FeaturesRead)
        if read is None:
            return 0.0, _("Reading the clips…")
        return read.done / read.total, _("Measuring clips · {done} of {total}").format(
            done=read.done, total=read.total
        )
    share, text = _learning_progress(view, prepared, page)
    left = _seconds_left(prepared, share)
    if left is not None:
        text += " · " + _("about {lasting} left").format(lasting=lasting(max(1.0, left), _))
    return share, text


def _learning_progress(view: JobView, prepared: Prepared, page: Frame) -> tuple[float, str]:
    _ = page._
    n_folds = len(prepared.fold_names)
    folds_done = sum(isinstance(e, FoldEnded) for e in view.events)
    if _last(view, KnownVoiceLearnt) is not None:
        return 1.0, _("Putting known voices beside…")
    if prepared.max_epochs is None:
        text = _("Fold {done} of {total}").format(done=folds_done, total=n_folds)
        return folds_done / n_folds, text
    if folds_done == n_folds:
        return 1.0, _("Scoring and keeping the model…")
    return epochs_progress(view.events, prepared, _)


def _seconds_left(prepared: Prepared, share: float) -> float | None:
    if not 0.02 < share < 1:
        return None
    return (time.time() - prepared.at) * (1 - share) / share


def _last(view: JobView, kind: type):
    return next((e for e in reversed(view.events) if isinstance(e, kind)), None)


def _draw_curve(page: Frame, catalog: Catalog, view: JobView) -> None:
    """The curve of a run that learns by epochs; its axes stand before the first one."""
    epochs = [e for e in view.events if isinstance(e, EpochEnded)]
    if view.over and not epochs:
        return  # settings that could not be read among them
    spec = spec_from_json(view.job.spec)
    if not by_epochs(spec.model):
        return
    draw_live_curve(
        page,
        epochs,
        run=view.job.id,
        chance=1 / len(spec.scheme),
        # the whole way while it runs; what was really needed afterwards
        last=max(e.epoch for e in epochs) if view.over else spec.model.max_epochs,
        previous=_ghost(view.job.id, catalog),
    )


@st.cache_data(show_spinner=False, max_entries=16)
def _ghost(job_id: str, _catalog: Catalog) -> tuple[EpochEnded, ...]:
    """The curve of the run before, to be drawn behind this one."""
    return epochs_before(_catalog, job_id)


def _draw_over(page: Frame, catalog: Catalog, view: JobView) -> None:
    _ = page._
    _draw_name(page, catalog, view)
    finished = _last(view, Finished)
    if view.error is not None:
        page.note("wrong", view.error.describe(_))
    if view.job.state == "cancelled":
        page.note(
            "info",
            _("Stopped. Nothing was saved; the curve shows how far it came.")
            if _last(view, EpochEnded) is not None
            else _("Stopped before there was anything to show. Nothing was saved."),
        )
    by_another = view.job.state == "cancelled" and st.session_state.get(STOPPED) != view.job.id
    if view.job.state == "lost" or by_another:
        st.button(
            _("Start it again"),
            type="primary",
            key="training.again",
            on_click=guarded(_again),
            args=(page, catalog, view),
            help=_("The same settings and seed, from the first epoch."),
        )
    if finished is None or view.job.state != "done":
        _draw_curve(page, catalog, view)
        return
    report = finished.report
    draw_headline(page, report, people_of(catalog, view.job.id, report))
    draw_voices(page, report)
    _draw_save(page, catalog, view, report)
    draw_figures(page, catalog, view.job.id, report, stacked=True)
    _draw_curve(page, catalog, view)


def _again(page: Frame, catalog: Catalog, view: JobView) -> None:
    begin(page, catalog, spec_from_json(view.job.spec))


def _draw_save(page: Frame, catalog: Catalog, view: JobView, report: dict) -> None:
    _ = page._
    kept = st.session_state.get("training.kept", {})
    if view.job.id in kept:
        page.note(
            "good",
            _("Saved as “{name}”; the inference page answers with it now.").format(
                name=kept[view.job.id]
            ),
        )
        return
    name_field, button = st.columns([2, 1], vertical_alignment="bottom")
    spec = report["spec"]
    suggestion = f"{spec['corpus']}-{spec['model']['kind']}-{spec['features']['kind']}"
    name = name_field.text_input(_("Model name"), suggestion, key=f"training.name.{view.job.id}")
    if button.button(_("Save model"), type="primary", key="training.save", width="stretch"):
        try:
            saved = keep_as_model(catalog, view.job.id, name)
            set_active(saved)
        except MalgyeolError as error:
            page.note("wrong", error.describe(_))
            return
        st.session_state["training.kept"] = {**kept, view.job.id: saved}
        st.rerun()
