import streamlit as st

from core.errors import ModelError
from pages.parts.answers import choose_answer, hear
from pages.parts.clip_source import choose_clips
from pages.parts.frame import open_page
from pages.parts.heard import draw_emotion, draw_honesty, draw_proba, draw_sound
from pages.parts.resources import bundle
from pages.parts.words import choose_engine, draw_words

page = open_page("inference")
_ = page._
page.header(_("Inference"), _("Speak or upload: what was said, and how it sounds."))

try:
    model = bundle()
except ModelError as error:
    page.empty_state(
        _("No model to answer with"),
        error.describe(_),
        to="training",
        action=_("To training"),
    )
    st.stop()

source, answer = st.columns([4, 7], gap="large")
with source:
    clips = choose_clips(page)
    engine = choose_engine(page)

with answer:
    heard = hear(clips, model)
    if not heard:
        page.empty_state(
            _("Nothing heard yet"),
            _("Record yourself, upload a clip, or try an example; the answer appears here."),
        )
        st.stop()
    chosen = choose_answer(page, heard)
    if chosen.error is not None:
        page.note("wrong", chosen.error.describe(_))
        st.stop()
    words, feeling = st.columns(2, gap="large")
    with feeling:
        draw_emotion(page, chosen.prediction)
    with words:
        words_place = st.container()
    draw_proba(page, chosen.prediction)
    draw_sound(page, chosen.sound)
    draw_honesty(page, model)
    with words_place:
        draw_words(page, chosen.sound, engine)
