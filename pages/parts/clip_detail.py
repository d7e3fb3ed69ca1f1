"""One clip: heard, seen, and every fact that is known of it."""

import streamlit as st

from core.audio import encode_wav
from core.corpus import Utterance
from core.errors import AudioError
from core.features import log_mel_spectrogram
from core.plots import spectrogram_figure, waveform_figure
from core.settings import SR
from pages.parts.frame import Frame, esc_html
from pages.parts.resources import clip_sound

__all__ = ["draw_clip"]

QUIET_CHART = {"displayModeBar": False}


def draw_clip(page: Frame, clip: Utterance, *, autoplay: bool) -> None:
    """Draw a clip's player, pictures and facts.

    Parameters
    ----------
    page : Frame
    clip : Utterance
    autoplay : bool
        Whether it starts by itself.
    """
    _ = page._
    try:
        sound = clip_sound(clip)
    except AudioError as error:
        page.note("wrong", error.describe(_))
        return
    title = clip.sentence_text or clip.sentence or clip.name
    chip = page.emotion_chip(clip.emotion) if clip.emotion else ""
    page.html(f'<p class="mg-clip">{esc_html(title)} {chip}</p>')
    st.audio(encode_wav(sound.y), format="audio/wav", autoplay=autoplay)
    figure = waveform_figure(sound.y, SR, theme=page.theme, translate=_)
    st.plotly_chart(figure, key="dataset.waveform", config=QUIET_CHART)
    S_db, times, freqs = log_mel_spectrogram(sound.y)
    figure = spectrogram_figure(S_db, times, freqs, theme=page.theme, translate=_)
    st.plotly_chart(figure, key="dataset.spectrogram", config=QUIET_CHART)
    page.stats(
        [
            (_("Voice"), clip.speaker or "–", ""),
            (_("Length"), f"{clip.duration:.2f} s", ""),
            (_("File"), clip.name, f"{sound.format} · {sound.source_sr:,} Hz"),
        ]
    )
