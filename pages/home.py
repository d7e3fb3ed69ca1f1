import streamlit as st

from pages.parts.demo_switch import draw_demo_switch
from pages.parts.frame import open_page
from pages.parts.home_view import draw_corpora, draw_engines, draw_hero, draw_models, draw_steps
from pages.parts.one_minute import draw_one_minute, under_way
from pages.parts.readiness import readiness
from pages.parts.tour import draw_tour

page = open_page("home")
_ = page._

with st.spinner(_("Looking at what is there…")):
    ready = readiness()

if under_way():  # nothing between the title and the takes
    page.header(_("Your voice, in one minute"))
else:
    draw_hero(page, ready)
    draw_tour(page)
    st.subheader(_("Your voice, in one minute"))
draw_one_minute(page)
st.subheader(_("The whole round"))
draw_steps(page, ready)

st.subheader(_("Corpora"))
if ready.corpora:
    draw_corpora(page, ready.corpora)
draw_demo_switch(page)
if ready.models:
    st.subheader(_("Models"))
    draw_models(page, ready)
st.subheader(_("Speech to text"))
draw_engines(page, ready.engines)
