"""Runs under way and runs that came to nothing, beside those that are kept."""

import streamlit as st

from core.corpus import Catalog
from core.corpus.jobs import Job
from core.i18n import Translate, moment
from core.training.jobs import watch
from pages.parts.experiment_run import STARTED
from pages.parts.experiment_words import model_name, run_title
from pages.parts.frame import Frame, esc_md, guarded

__all__ = ["draw_failed", "draw_under_way"]

POLL = 2.0  # s between two looks at the queue
_SHOWN = 5  # failed runs


def draw_under_way(page: Frame, catalog: Catalog) -> None:
    """Say which runs are under way; the page is drawn anew when one of them is over.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    """
    jobs = [job.id for job in catalog.jobs.jobs(["queued", "running"])]
    if jobs:
        st.fragment(guarded(_look), run_every=POLL)(page, catalog, jobs)
        return
    started = st.session_state.pop(STARTED, None)
    run = catalog.runs.run(started) if started is not None else None
    if run is not None:
        _ = page._
        text = _("“{title}” is finished; it stands in the table.")
        page.note("good", text.format(title=run_title(run, _)))


def _look(page: Frame, catalog: Catalog, known: list[str]) -> None:
    catalog_jobs = catalog.jobs.jobs(["queued", "running"])
    if [job.id for job in catalog_jobs] != known:
        st.rerun()
    _ = page._
    watch(catalog, known[0])  # a run whose worker is gone is found out here
    told = " · ".join(_told(job, _) for job in catalog_jobs)
    text = _("Runs under way: {n} ({told}). They go one after the other.")
    page.note("info", text.format(n=len(known), told=told))
    page.link("training", _("Watch it learn"), query={"job": known[0]}, key="experiments-job")


def _told(job: Job, _: Translate) -> str:
    """A job by its model, and by who asked for it where that is known."""
    model = model_name(job.spec.get("base", job.spec), _)
    return f"{model}, {job.owner}" if job.owner else model


def draw_failed(page: Frame, catalog: Catalog) -> None:
    """List the latest runs that ended without a result, each with its reason.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    """
    _ = page._
    failed = catalog.jobs.jobs(["failed", "lost"])[-_SHOWN:][::-1]
    if not failed:
        return
    with st.expander(_("Ended without a result: {n}").format(n=len(failed))):
        for job in failed:
            error = watch(catalog, job.id).error
            reason = error.describe(_) if error is not None else ""
            at = moment(job.created, page.language)
            model = model_name(job.spec.get("base", job.spec), _)
            st.markdown(f"{at} · {esc_md(model)}  \n{esc_md(reason)}")
