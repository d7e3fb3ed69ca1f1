"""Find better settings: what to turn, for how long, the trials as they come, and their worth."""

import time
from typing import Any

import streamlit as st

from core.corpus import Catalog
from core.i18n import N_
from core.names import SETTINGS, name_of
from core.plots import search_figure
from core.settings import ExperimentSpec, SearchSpec, spec_from_json
from core.training.events import FeaturesRead, Finished
from core.training.jobs import JobView, cancel, ensure_worker, watch
from core.training.search import with_settings
from core.training.search_events import PartEnded, SearchPrepared, TrialEnded
from core.training.search_space import default_knobs, searchable_knobs
from pages.parts.experiment_comparison import VERDICTS
from pages.parts.experiment_words import corpus_title, feature_name, model_name, value_text
from pages.parts.frame import Frame, esc_md, guarded
from pages.parts.lasting import lasting
from pages.parts.pieces import score_difference
from pages.parts.run_result import draw_headline
from pages.parts.watched_job import begin, draw_whose

__all__ = ["draw_search", "draw_search_setup", "is_search"]

POLL = 0.7  # s
TIMES = (30, 60, 120, 300, 600, 1800, 3600)  # s
SAMPLERS = {"tpe": N_("Learns from the trials (TPE)"), "random": N_("At random")}


def is_search(view: JobView) -> bool:
    """Whether a job is a search and not a run."""
    return view.job.spec.get("kind") == SearchSpec.kind


def draw_search_setup(page: Frame, catalog: Catalog, base: ExperimentSpec) -> None:
    """Draw what a search may turn and for how long, and the button that starts it.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    base : ExperimentSpec
        What the controls say; its folds are what no trial sees.
    """
    _ = page._
    with st.expander(_("Find better settings"), key="training.search"):
        names = st.pills(
            _("What it may turn"),
            searchable_knobs(base.model),
            selection_mode="multi",
            default=default_knobs(base.model),
            format_func=lambda name: _knob(name, page),
            key=f"training.search.knobs.{base.model.kind}",
            wrap=True,
        )
        seconds = st.select_slider(
            _("Time"), TIMES, 120, format_func=lambda s: lasting(s, _), key="training.search.time"
        )
        sampler = st.segmented_control(
            _("Way of searching"),
            list(SAMPLERS),
            default="tpe",
            required=True,
            format_func=lambda name: _(SAMPLERS[name]),
            key="training.search.sampler",
        )
        st.caption(
            _(
                "Every fold is searched inside its own training part, so the score stays that of"
                " clips no trial has seen. A search that is stopped can be gone on with."
            )
        )
        if st.button(_("Search"), key="training.search.start", disabled=not names):
            spec = SearchSpec(base, tuple(names), seconds=float(seconds), sampler=sampler)
            begin(page, catalog, spec)


def _knob(name: str, page: Frame) -> str:
    return page._(name_of(name, SETTINGS))


def draw_search(page: Frame, catalog: Catalog, job_id: str) -> None:
    """Draw a search: its trials while it goes, what it found when it is over.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    job_id : str
    """
    view = watch(catalog, job_id)
    if view.over:
        _draw_over(page, catalog, view)
    else:
        st.fragment(guarded(_draw_live), run_every=POLL)(page, catalog, job_id)


def _draw_live(page: Frame, catalog: Catalog, job_id: str) -> None:
    view = watch(catalog, job_id)
    if view.over:
        st.rerun()
    ensure_worker(catalog.place)
    _ = page._
    _draw_name(page, catalog, view)
    draw_whose(page, view.job)
    bar, button = st.columns([4, 1], vertical_alignment="bottom")
    share, text = _progress(view, page)
    bar.progress(share, text=text)
    if button.button(_("Stop"), key="training.stop", width="stretch"):
        cancel(catalog, job_id)
    _draw_trials(page, view)


def _progress(view: JobView, page: Frame) -> tuple[float, str]:
    _ = page._
    prepared = _last(view, SearchPrepared)
    if prepared is None:
        if view.position:
            return 0.0, _("Waiting · runs before this one: {n}").format(n=view.position)
        read = _last(view, FeaturesRead)
        if read is None:
            return 0.0, _("Getting ready…")
        done = _("Measuring clips · {done} of {total}").format(done=read.done, total=read.total)
        return read.done / read.total, done
    trials = [e for e in view.events if isinstance(e, TrialEnded)]
    parts = sum(isinstance(e, PartEnded) for e in view.events)
    gone = time.time() - prepared.at
    text = _("Part {part} of {parts} · {n} trials · about {lasting} left").format(
        part=min(parts + 1, len(prepared.part_names)),
        parts=len(prepared.part_names),
        n=len(trials),
        lasting=lasting(max(1.0, prepared.seconds - gone), _),
    )
    return min(1.0, gone / prepared.seconds), text


def _last(view: JobView, kind: type) -> Any:
    return next((e for e in reversed(view.events) if isinstance(e, kind)), None)


def _draw_trials(page: Frame, view: JobView) -> None:
    prepared = _last(view, SearchPrepared)
    trials = [e for e in view.events if isinstance(e, TrialEnded)]
    if prepared is None or not trials:
        return
    last = len(prepared.part_names) - 1
    figure = search_figure(trials, last_part=last, theme=page.theme, translate=page._)
    st.plotly_chart(
        figure, theme=None, key="training.search.trials", config={"displayModeBar": False}
    )
    st.caption(
        page._(
            "A dot is a setting, hollow where it was given up early: grey inside one fold's"
            " training part, green on all clips, which finds the settings to go on with. These"
            " figures are chosen for being high: they lead the search and are no score."
        )
    )


def _draw_name(page: Frame, catalog: Catalog, view: JobView) -> None:
    """Whose settings are looked for: those beside it may have moved on, or be somebody else's."""
    _, base = page._, view.job.spec["base"]
    parts = (model_name(base, _), feature_name(base, _), corpus_title(catalog, base["corpus"], _))
    st.markdown(f"**{esc_md(' · '.join((_('Find better settings'), *parts)))}**")


def _draw_over(page: Frame, catalog: Catalog, view: JobView) -> None:
    _ = page._
    _draw_name(page, catalog, view)
    finished = _last(view, Finished)
    if view.error is not None:
        page.note("wrong", view.error.describe(_))
    if finished is None or view.job.state != "done":
        page.note("info", _("The search was stopped; its trials are kept."))
        st.button(
            _("Go on searching"),
            type="primary",
            key="training.search.again",
            on_click=guarded(_again),
            args=(page, catalog, view),
        )
        _draw_trials(page, view)
        return
    report = finished.report
    draw_headline(page, report)
    st.caption(
        _(
            "That is the score of searching and then learning so: the search had no part in"
            " choosing the clips it was tested on, and never saw them."
        )
    )
    _draw_found(page, catalog, view, report["search"])
    _draw_trials(page, view)


def _again(page: Frame, catalog: Catalog, view: JobView) -> None:
    begin(page, catalog, spec_from_json(view.job.spec))


def _draw_found(page: Frame, catalog: Catalog, view: JobView, found: dict[str, Any]) -> None:
    _ = page._
    st.markdown(f"#### {_('Settings that were found')}")
    lines = [
        f"- {_knob(name, page)}: **{esc_md(value_text(value, _))}**"
        for name, value in found["settings"].items()
    ]
    st.markdown("\n".join(lines))
    against = found["against_start"]
    if against is not None:
        low, high = against["interval"]
        st.caption(
            _(
                "Against the settings it began with: {verdict}. UAR {difference}, 95 %"
                " interval {low} to {high}."
            ).format(
                verdict=_(VERDICTS[against["verdict"]][0]),
                difference=score_difference(against["difference"]),
                low=score_difference(low),
                high=score_difference(high),
            )
        )
    st.button(
        _("Train with these settings"),
        type="primary",
        key="training.search.use",
        on_click=guarded(_use),
        args=(page, catalog, view, found["settings"]),
    )


def _use(page: Frame, catalog: Catalog, view: JobView, settings: dict[str, Any]) -> None:
    search = spec_from_json(view.job.spec)
    begin(page, catalog, with_settings(search.base, settings))
