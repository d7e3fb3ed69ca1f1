import streamlit as st

from pages.parts.frame import open_page
from pages.parts.stage import ON, draw_live, stage_content
from pages.parts.stage.film_view import draw_film
from pages.parts.stage.keeping import current_show, kept_elsewhere
from pages.parts.stage.prepare import draw_file, draw_scenes, draw_settings

page = open_page("stage")
_ = page._
show = current_show(page)

if ON in st.query_params:
    draw_live(page, show)
    st.stop()

page.header(_("Stage"), _("Choose and order the scenes; then everything goes by keys alone."))
with st.spinner(_("Getting the show ready…")):
    content = stage_content(page, show)
with st.container(horizontal=True, vertical_alignment="center"):
    if st.button(_("Go on stage"), type="primary", key="stage.go", disabled=not show.scenes):
        st.query_params[ON] = "1"
        st.rerun()
    st.caption(_("Space speaks, → goes on, B is black, Esc twice comes back."))
for missing in content.missing:
    page.note("caution", missing)
if kept_elsewhere():
    page.note("info", _("Another presenter has kept a show since. What you change replaces it."))

scenes, whole = st.columns([7, 4], gap="large")
with scenes:
    st.subheader(_("Scenes"))
    if not show.scenes:
        page.empty_state(_("No scene yet"), _("Add one below, or open a show file."))
    draw_scenes(page)
with whole:
    st.subheader(_("The whole show"))
    draw_settings(page)
    st.subheader(_("As a file"))
    draw_file(page)
    st.subheader(_("Training as a film"))
    draw_film(page)
