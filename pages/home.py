import streamlit as st

from pages.parts.frame import open_page
from pages.parts.home_view import draw_corpora, draw_engines, draw_hero, draw_models, draw_steps
from pages.parts.readiness import readiness

page = open_page("home")
_ = page._

with st.spinner(_("Looking at what is there…")):
    ready = readiness()

draw_hero(page, ready)
st.subheader(_("One round takes a minute"))
draw_steps(page, ready)

if ready.corpora:
    st.subheader(_("Voices"))
    draw_corpora(page, ready.corpora)
if ready.models:
    st.subheader(_("Models"))
    draw_models(page, ready)
st.subheader(_("Speech to text"))
draw_engines(page, ready.engines)
