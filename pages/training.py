import streamlit as st

from core.training.jobs import ensure_worker
from pages.parts.experiment_queue import draw_under_way
from pages.parts.frame import open_page
from pages.parts.resources import catalog
from pages.parts.run_figures import draw_listed_clips
from pages.parts.training_augmentation import draw_preview
from pages.parts.training_setup import choose_experiment
from pages.parts.training_start import draw_more, draw_start
from pages.parts.training_view import draw_ready, draw_run
from pages.parts.watched_job import keep_in_address, watched_job

page = open_page("training")
_ = page._
page.header(
    _("Training"),
    _("Move a setting, watch it learn, and see how it does on voices it has never heard."),
)

corpora = [info for info in catalog().corpora() if info.n_utterances]
if not corpora:
    page.empty_state(
        _("No clips yet"),
        _("Import recordings on the data page; then they can be learnt from here."),
        to="dataset",
        action=_("To the data"),
    )
    st.stop()

ensure_worker(catalog().place)  # warm before the first click
settings, stage = st.columns([5, 7], gap="large")
with settings:
    action = st.container()  # the one next action stays in sight above the long list of settings
    choice = choose_experiment(catalog(), corpora, _)
    if choice.spec is not None:
        draw_preview(page, catalog(), choice.spec)

    draw_more(page, catalog(), choice)
with action:
    draw_start(page, catalog(), choice)

with stage:
    with st.container(key="training-stage"):
        page.html('<a id="training-stage"></a>')
    if (job_id := watched_job()) is None:
        draw_under_way(page, catalog())  # others' runs, or one's own of a tab that was closed
        draw_ready(page, choice.spec)
    else:
        keep_in_address(job_id)
        draw_run(page, catalog(), job_id)
draw_listed_clips(page, catalog())
