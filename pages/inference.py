import streamlit as st

from pages.parts.answer_view import draw_answer
from pages.parts.answers import choose_clip
from pages.parts.clip_source import choose_clips, choose_way
from pages.parts.frame import open_page
from pages.parts.guest_view import choose_voice
from pages.parts.heard import write_rules
from pages.parts.live_view import draw_live_answer, draw_live_source
from pages.parts.model_choice import choose_model
from pages.parts.words import choose_words

page = open_page("inference")
_ = page._
write_rules(page)
page.header(_("Inference"), _("Speak or upload: what was said, and how it sounds."))

way = choose_way(page)
with st.container(key="inference"):
    source, answer = st.columns([4, 7], gap="large")
with source:
    place = st.container()
    with st.container(key="inference-settings"):
        model = choose_model(page)
        voice = None if model is None else choose_voice(page, model)
        asked = choose_words(page)
    with place:
        if way == "live":
            clips = []
            draw_live_source(page, model, asked, voice)
        else:
            clips = choose_clips(page, way)

with answer:
    if model is None:
        page.empty_state(
            _("No model to answer with"),
            _("Train one first; or bring one in that somebody made."),
            to="training",
            action=_("To training"),
        )
    elif way == "live":
        draw_live_answer(page)
    elif not clips:
        page.empty_state(
            _("Nothing heard yet"),
            _("Record yourself, upload a clip, or try an example; the answer appears here."),
        )
    elif (chosen := choose_clip(page, clips, model)) is not None:
        draw_answer(page, chosen, model, asked, voice)
