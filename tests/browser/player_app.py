"""A page of nothing but a player that reports, for `test_player`; the sound is a fading tone."""

import numpy as np
import streamlit as st

from core.audio import Sound
from core.i18n import captions
from core.settings import SR
from pages.parts.frame import Frame
from pages.parts.player import draw_player
from pages.parts.style import style_sheet

DURATION = 3.0  # s

st.html(f"<style>{style_sheet()}</style>")
t = np.arange(int(DURATION * SR)) / SR
y = (0.4 * np.sin(2 * np.pi * 220 * t) * np.linspace(1, 0.1, len(t))).astype(np.float32)
sound = Sound(y, "tone.wav", DURATION, SR, 1, "WAV/PCM_16", "0" * 64, ())
page = Frame(name="player", language="en", theme="light", _=captions("en"))
title = "<img src=x onerror=window.broken=1>"
state = draw_player(page, sound, key="player", title=title, segments=[(0.5, 1.5)], report=True)
st.text(f"told {state.position:.3f}")
