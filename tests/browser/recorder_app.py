"""A page of nothing but a recorder, for `test_recorder`; it tells what came to Python."""

import io

import numpy as np
import soundfile as sf
import streamlit as st

from core.i18n import captions
from pages.parts.frame import Frame
from pages.parts.recorder import draw_recorder
from pages.parts.style import style_sheet

st.html(f"<style>{style_sheet()}</style>")
page = Frame(name="recorder", language="en", theme="light", _=captions("en"))
take = draw_recorder(page, key="recorder", limit=3.0)
runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.button("again", key="again")
st.text(f"runs {runs}")
if take is not None:
    y, sr = sf.read(io.BytesIO(take.data), dtype="float32", always_2d=True)
    facts = [
        take.number, sr, y.shape[1], len(y) / sr, np.sqrt(np.mean(y**2)), np.abs(y).max(),
        len(take.processed),
    ]  # fmt: skip
    st.text("take " + " ".join(f"{fact:.3f}" for fact in facts))
