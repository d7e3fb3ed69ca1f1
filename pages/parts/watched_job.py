"""The run or search that the training page watches: a visit remembers it, the address names it."""

import time

import streamlit as st

from core.corpus import Catalog
from core.corpus.jobs import Job
from core.i18n import moment
from core.settings import ExperimentSpec, SearchSpec
from core.training.jobs import submit
from pages.parts.clip_changes import owner
from pages.parts.frame import Frame, esc_md

__all__ = ["begin", "begun_here", "draw_whose", "is_own", "keep_in_address", "watched_job"]

_STATE = "training.job"
_OWN = "training.own"  # ids of the jobs that this visit began
_JOINED = "training.joined"  # ids of those it asked for while they were under way
_PARAMETER = "job"


def begin(page: Frame, catalog: Catalog, spec: ExperimentSpec | SearchSpec) -> str:
    """Ask for a run or a search and watch it; the very same one under way is watched instead.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    spec : ExperimentSpec or SearchSpec

    Returns
    -------
    job_id : str
    """
    asked = time.time()
    job_id = submit(catalog, spec, owner=owner(page) or None)
    job = catalog.jobs.job(job_id)
    new = job is None or job.created >= asked
    if new or job_id not in st.session_state.get(_OWN, ()):
        ids = st.session_state.setdefault(_OWN if new else _JOINED, set())
        ids.add(job_id)
    st.session_state[_STATE] = job_id
    keep_in_address(job_id)
    return job_id


def is_own(page: Frame, job: Job) -> bool:
    """Whether a job is this visitor's: begun in this visit, or under the name that is given here.

    Parameters
    ----------
    page : Frame
    job : Job

    Returns
    -------
    own : bool
    """
    return job.id in st.session_state.get(_OWN, ()) or bool(job.owner and job.owner == owner(page))


def draw_whose(page: Frame, job: Job) -> None:
    """Say whose job it is, and what a stop does, where it is somebody else's.

    Parameters
    ----------
    page : Frame
    job : Job
        Under way.
    """
    if is_own(page, job):
        return
    _ = page._
    at = moment(job.created, page.language)
    if job.id in st.session_state.get(_JOINED, ()):
        said = (
            _("The same is already under way: {who} started it, {at}. You are watching it.")
            if job.owner
            else _("The same is already under way since {at}. You are watching it.")
        )
    elif job.owner:
        said = _("{who} started this, {at}.")
    else:
        said = _("Under way since {at}.")
    told = said.format(who=esc_md(job.owner or ""), at=at)
    st.caption(f"{told} {_('Stop ends it for everybody who watches.')}")


def keep_in_address(job_id: str) -> None:
    """Name a job in the address, so that a reload finds it; a link of the menu forgets it.

    Parameters
    ----------
    job_id : str
    """
    st.query_params[_PARAMETER] = job_id


def watched_job() -> str | None:
    """The job that is watched, from the address first.

    Returns
    -------
    job_id : str or None
    """
    return st.query_params.get(_PARAMETER) or begun_here()


def begun_here() -> str | None:
    """The job that this visit asked for last; None where it only looks on.

    Returns
    -------
    job_id : str or None
    """
    return st.session_state.get(_STATE)
