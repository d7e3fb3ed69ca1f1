"""The table of runs: one is looked at by choosing it, two are compared."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.corpus import Catalog
from core.corpus.runs import Run
from pages.parts.experiment_words import (
    by_whom,
    corpus_title,
    feature_name,
    model_name,
    protocol,
    settings_summary,
)
from pages.parts.frame import Frame

__all__ = ["choose_runs"]

WRITTEN = "experiments.written"  # choices that stood in the address
ASKED = "experiments.asked"
_DATES = {"ko": "YYYY. M. D. HH:mm", "en": "MMM D, YYYY h:mm A"}  # Moment.js; sorted as dates are


def choose_runs(page: Frame, catalog: Catalog, runs: Sequence[Run]) -> list[Run]:
    """Draw the table and return the runs chosen in it, the oldest first.

    The address keeps the choice (``?run=…&run=…``), so it can be sent to somebody.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    runs : sequence of Run
        The newest first; at least one.

    Returns
    -------
    chosen : list of Run
    """
    _ = page._
    wanted = st.query_params.get_all("run")
    rows = [i for i, run in enumerate(runs) if run.id in wanted]
    key = f"experiments.table.{runs[0].id}.{len(runs)}.{page.language}.{_asked(wanted)}"
    start = st.session_state.setdefault(f"{key}.start", rows)
    state = st.dataframe(
        [_row(page, catalog, run) for run in runs],
        hide_index=True,
        column_config={
            "star": st.column_config.TextColumn("★", width=40),
            "uar": st.column_config.NumberColumn("UAR", format="%.2f"),
            "interval": _("95 % interval"),
            "model": _("Model"),
            "features": _("Features"),
            "when": st.column_config.DatetimeColumn(
                _("When"), format=_DATES[page.language], width=160
            ),
            "settings": st.column_config.TextColumn(_("Settings"), width=150),
            "protocol": st.column_config.TextColumn(_("Tested on"), width=170),
            "corpus": _("Corpus"),
            "who": _("By"),
        },
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": start, "columns": [], "cells": []}},
        key=key,
    )
    chosen = [runs[i] for i in state.selection.rows if i < len(runs)]
    ids = [run.id for run in chosen]
    st.session_state[WRITTEN].add(tuple(ids))
    st.query_params["run"] = ids
    return sorted(chosen, key=lambda run: (run.created, run.id))


def _asked(wanted: list[str]) -> int:
    """How often the address asked for runs that were not chosen in the table: a link, a visitor."""
    written = st.session_state.setdefault(WRITTEN, {()})
    if tuple(wanted) not in written:
        written.add(tuple(wanted))
        st.session_state[ASKED] = st.session_state.get(ASKED, 0) + 1
    return st.session_state.get(ASKED, 0)


def _row(page: Frame, catalog: Catalog, run: Run) -> dict[str, object]:
    _, report = page._, run.report
    low, high = report["uar_interval"]
    return {
        "star": "★" if run.star else "",
        "uar": report["uar"],
        "interval": f"{low:.2f}–{high:.2f}",
        "model": run.name or model_name(run.spec, _),
        "features": feature_name(run.spec, _),
        "when": datetime.fromtimestamp(run.created),
        "settings": settings_summary(run.spec, _),
        "protocol": protocol(run, page.language),
        "who": by_whom(catalog, run, _),
        "corpus": corpus_title(catalog, run.corpus, _),
    }
