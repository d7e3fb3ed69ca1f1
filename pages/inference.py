import streamlit as st

from pages.parts.answer_view import draw_answer
from pages.parts.answers import choose_clip
from pages.parts.clip_source import choose_clips, choose_way
from pages.parts.frame import open_page
from pages.parts.heard import write_rules
from pages.parts.model_choice import choose_model
from pages.parts.words import choose_words

page = open_page("inference")
_ = page._
write_rules(page)
page.header(_("Inference"), _("Speak or upload: what was said, and how it sounds."))

way = choose_way(page)
source, answer = st.columns([4, 7], gap="large")
with source:
    clips = choose_clips(page, way)
    model = choose_model(page)
    asked = choose_words(page)

with answer:
    if model is None:
        page.empty_state(
            _("No model to answer with"),
            _("Train one first; or bring one in that somebody made."),
            to="training",
            action=_("To training"),
        )
        st.stop()
    if not clips:
        page.empty_state(
            _("Nothing heard yet"),
            _("Record yourself, upload a clip, or try an example; the answer appears here."),
        )
        st.stop()
    chosen = choose_clip(page, clips, model)
    if chosen is not None:
        draw_answer(page, chosen, model, asked)
