"""The run or search that the training page watches: a visit remembers it, the address names it."""

import streamlit as st

__all__ = ["begun_here", "keep_in_address", "watch_on", "watched_job"]

_STATE = "training.job"
_PARAMETER = "job"


def watch_on(job_id: str) -> None:
    """Watch a job that this visit began.

    Parameters
    ----------
    job_id : str
    """
    st.session_state[_STATE] = job_id
    keep_in_address(job_id)


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
    """The job that this visit began last; None where it only looks on.

    Returns
    -------
    job_id : str or None
    """
    return st.session_state.get(_STATE)
