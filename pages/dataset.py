import streamlit as st

from pages.parts.clip_changes import choose_name
from pages.parts.clip_filters import choose_corpus, choose_filters
from pages.parts.clip_grid import draw_grid
from pages.parts.clip_map import draw_map
from pages.parts.desk import desk_of
from pages.parts.findings_view import draw_findings
from pages.parts.frame import open_page
from pages.parts.import_view import draw_import
from pages.parts.one_sentence import draw_one_sentence
from pages.parts.resources import catalog
from pages.parts.voice_table import draw_voice_table

page = open_page("dataset")
_ = page._
page.header(_("Data"), _("Every clip, seen and heard: who says what, and how."))

corpora = catalog().corpora()
if not corpora:
    page.empty_state(_("No corpus yet"), _("Choose recordings here; you see the list first."))
    draw_import(page, catalog())
    st.stop()

VIEWS = {
    "clips": _("Clips"),
    "map": _("Map"),
    "sentence": _("One sentence"),
    "findings": _("Check"),
    "import": _("In and out"),
}
which, view_place, who = st.columns([3, 6, 2], vertical_alignment="bottom")
with which:
    corpus = choose_corpus(page, corpora)
with view_place:
    view = st.segmented_control(
        _("View"),
        list(VIEWS),
        default="clips",
        required=True,
        format_func=VIEWS.__getitem__,
        key="dataset.view",
        label_visibility="collapsed",
        persist_state="session",
    )
with who:
    choose_name(page)

if view == "import":
    draw_import(page, catalog(), corpus)
    st.stop()

desk = desk_of(corpus)
if corpus.synthesised:
    page.note("info", _("Synthesised voices: good for trying things out, not evidence of people."))

if view == "findings":
    draw_findings(page, catalog(), corpus, desk)
    st.stop()
if view == "sentence":
    draw_one_sentence(page, catalog(), corpus)
    st.stop()
listed = view == "clips" and desk.listing is not None
filters = {} if listed else choose_filters(page, catalog(), corpus)
if view == "map":
    left, right = st.columns([3, 2], gap="large")
    with left:
        draw_map(page, catalog(), corpus, desk, filters)
    with right:
        draw_voice_table(page, catalog(), corpus, desk)
if view == "clips" or desk.listing is not None:
    draw_grid(page, catalog(), corpus, desk, filters)
