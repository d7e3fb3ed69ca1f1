import streamlit as st

from core.corpus.sheets import sheet_of
from pages.parts.booth_view import draw_booth
from pages.parts.consent_view import draw_consent
from pages.parts.correct_view import draw_correct
from pages.parts.cut_view import draw_cut
from pages.parts.frame import open_page
from pages.parts.recording_setup import choose_recording_corpus, draw_check, draw_sheet
from pages.parts.resources import catalog
from pages.parts.retake_view import draw_retakes

page = open_page("recording")
_ = page._
page.header(_("Recording"), _("From voices to a clean corpus: sentence by sentence, or one take."))

VIEWS = {
    "booth": _("Booth"),
    "cut": _("Cut a long take"),
    "correct": _("Correct"),
    "retake": _("Second look"),
    "sheet": _("Sheet"),
    "consent": _("Consent"),
}
which, views = st.columns([3, 8], vertical_alignment="bottom")
with which:
    corpus = choose_recording_corpus(page, catalog())
with views:
    view = st.segmented_control(
        _("View"),
        list(VIEWS),
        default="booth",
        required=True,
        format_func=VIEWS.__getitem__,
        key="recording.view",
        label_visibility="collapsed",
        persist_state="session",
    )

sheet = sheet_of(catalog(), corpus)
if view == "booth":
    draw_check(page)
    draw_booth(page, catalog(), corpus, sheet)
elif view == "cut":
    draw_cut(page, catalog(), corpus, sheet)
elif view == "correct":
    draw_correct(page, catalog(), corpus)
elif view == "retake":
    draw_retakes(page, catalog(), corpus)
elif view == "consent":
    draw_consent(page, catalog())
elif view == "sheet":
    draw_sheet(page, catalog(), corpus, sheet)
