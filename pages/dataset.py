import streamlit as st

from core.plots import cross_table_figure
from pages.parts.clip_detail import draw_clip
from pages.parts.clip_filters import choose_corpus, choose_filters
from pages.parts.clip_grid import draw_grid
from pages.parts.frame import open_page
from pages.parts.resources import catalog

page = open_page("dataset")
_ = page._
page.header(_("Data"), _("Every clip, seen and heard: who says what, and how."))

corpora = catalog().corpora()
if not corpora:
    page.empty_state(
        _("No corpus yet"),
        _("Bring recordings in with `python -m core import FOLDER`; they appear here at once."),
    )
    st.stop()

corpus = choose_corpus(page, corpora)
if corpus.synthesised:
    page.note("info", _("Synthesised voices: good for trying things out, not evidence of people."))
page.stats(
    [
        (_("Clips"), f"{corpus.n_utterances:,}", ""),
        (_("Voices"), f"{corpus.n_speakers:,}", ""),
        (_("Sentences"), f"{corpus.n_sentences:,}", ""),
        (_("In all"), f"{corpus.duration / 60:.1f} min", ""),
    ]
)
page.balance(corpus.emotions)

filters = choose_filters(page, catalog(), corpus)
grid, detail = st.columns([7, 4], gap="large")
with grid:
    clip = draw_grid(page, catalog(), corpus.name, filters)
with detail:
    if clip is None:
        page.empty_state(_("Pick a clip"), _("Press ▶ in a row: it plays here, with its pictures."))
    else:
        draw_clip(page, clip, autoplay=st.session_state.get("dataset.played", False))

with st.expander(_("Who speaks how often, by emotion")):
    table = catalog().cross_table(corpus.name, "speaker", "emotion")
    figure = cross_table_figure(
        table.counts,
        rows=[(r or "–", r or "–") for r in table.rows],
        emotions=[c for c in table.columns if c],
        captions=page.emotion_captions(),
        theme=page.theme,
        translate=_,
    )
    st.plotly_chart(figure, key="dataset.cross", config={"displayModeBar": False})
