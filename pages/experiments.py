import streamlit as st

from pages.parts.experiment_comparison import draw_comparison, draw_many
from pages.parts.experiment_queue import draw_failed, draw_under_way
from pages.parts.experiment_run import draw_run_details, draw_undo
from pages.parts.experiment_table import choose_runs
from pages.parts.experiment_words import corpus_title
from pages.parts.frame import open_page
from pages.parts.model_shelf import draw_models
from pages.parts.resources import catalog

page = open_page("experiments")
_ = page._
page.header(
    _("Experiments"),
    _("Every run that was finished. Choose one to look at it, two to hear which is really better."),
)

with st.container():  # one place for what comes and goes: nothing below it jumps
    draw_under_way(page, catalog())
    draw_undo(page, catalog())
runs = catalog().runs.runs()
corpora = sorted({run.corpus for run in runs})
if len(corpora) > 1:
    corpus = st.selectbox(
        _("Corpus"),
        [None, *corpora],
        format_func=lambda n: corpus_title(catalog(), n, _) if n else _("All of them"),
        key="experiments.corpus",
        persist_state="session",
    )
    runs = [run for run in runs if corpus in (None, run.corpus)]

if not runs:
    page.empty_state(
        _("No run yet"),
        _("Train a model: every finished run is kept here, with its settings and its score."),
        to="training",
        action=_("To training"),
    )
    draw_failed(page, catalog())
    draw_models(page)
    st.stop()

chosen = choose_runs(page, catalog(), runs)
if len(chosen) > 2:
    draw_many(page, catalog(), chosen)
    page.note("info", _("Two runs can be compared at a time; these are the oldest and newest."))
if len(chosen) == 1:
    draw_run_details(page, catalog(), chosen[0])
elif chosen:
    draw_comparison(page, catalog(), chosen[0], chosen[-1])
else:
    st.caption(_("Tick the box at the left of a run to open it, of two to compare them."))
draw_failed(page, catalog())
draw_models(page)
