"""What was heard in a clip: the emotion large, its probabilities, and the sound itself."""

import streamlit as st

from core.audio import Sound, encode_wav
from core.emotions import caption_ids
from core.features import log_mel_spectrogram
from core.i18n import N_
from core.inference import Prediction
from core.models import Bundle
from core.plots import proba_figure, spectrogram_figure, waveform_figure
from core.settings import SR
from pages.parts.frame import Page

__all__ = ["draw_emotion", "draw_honesty", "draw_proba", "draw_sound"]

QUIET_CHART = {"displayModeBar": False}

FLAG_CAPTIONS = {
    "truncated": N_("the file ends early"),
    "narrow-band": N_("telephone bandwidth"),
    "antiphase": N_("the two channels cancel each other; the first is used"),
    "clipped": N_("clipped: too loud when recorded"),
    "dc": N_("shifted off zero"),
    "silent": N_("silence"),
    "over-full-scale": N_("louder than full scale"),
}


def draw_emotion(page: Page, prediction: Prediction) -> None:
    """Draw the emotion large, with how sure it is; or say that it is not sure.

    Parameters
    ----------
    page : Page
    prediction : Prediction
    """
    page.verdict(prediction.emotion, prediction.confidence, sure=prediction.sure)
    if prediction.flags:
        flags = ", ".join(page._(FLAG_CAPTIONS.get(f, f)) for f in prediction.flags)
        page.note("caution", page._("About this recording: {flags}.").format(flags=flags))


def draw_proba(page: Page, prediction: Prediction) -> None:
    """Draw the calibrated probability of every emotion.

    Parameters
    ----------
    page : Page
    prediction : Prediction
    """
    captions = {e: page._(c) for e, c in caption_ids(prediction.proba).items()}
    figure = proba_figure(
        prediction.proba,
        captions=captions,
        sure=prediction.sure,
        theme=page.theme,
        translate=page._,
    )
    st.plotly_chart(figure, key="heard.proba", config=QUIET_CHART)


def draw_sound(page: Page, sound: Sound) -> None:
    """Draw the sound: a player, its waveform and its mel spectrogram.

    Parameters
    ----------
    page : Page
    sound : Sound
    """
    st.audio(encode_wav(sound.y), format="audio/wav")
    figure = waveform_figure(sound.y, SR, theme=page.theme, translate=page._)
    st.plotly_chart(figure, key="heard.waveform", config=QUIET_CHART)
    S_db, times, freqs = log_mel_spectrogram(sound.y)
    figure = spectrogram_figure(S_db, times, freqs, theme=page.theme, translate=page._)
    st.plotly_chart(figure, key="heard.spectrogram", config=QUIET_CHART)


def draw_honesty(page: Page, bundle: Bundle) -> None:
    """Draw which model answers and what its score is worth.

    Parameters
    ----------
    page : Page
    bundle : Bundle
    """
    _, manifest = page._, bundle.manifest
    corpus, metrics = manifest["corpus"], manifest["metrics"]
    low, high = metrics["uar_interval"]
    protocol = manifest["protocol"]["ko" if page.language == "ko" else "en"]
    said = _(
        "Model “{name}”, learnt from {title} ({n} clips). UAR {uar:.0%} [{low:.0%}, {high:.0%}],"
        " {protocol}; guessing gives {chance:.0%}."
    ).format(
        name=page.esc(bundle.name),
        title=page.esc(corpus["title"]),
        n=corpus["n_utterances"],
        uar=metrics["uar"],
        low=low,
        high=high,
        protocol=protocol,
        chance=metrics["chance"],
    )
    warnings = []
    if corpus["synthesised"]:
        warnings.append(_("Its voices are synthesised."))
    elif corpus["language"] and corpus["language"] != "ko":
        warnings.append(
            _("Its voices speak another language ({language}); take it with care.").format(
                language=_(LANGUAGE_CAPTIONS.get(corpus["language"], corpus["language"]))
            )
        )
    st.caption(" ".join([said, *warnings]))
    with st.popover(_("Model passport")):
        st.markdown(bundle.passport[page.language])


LANGUAGE_CAPTIONS = {"de": N_("German"), "en": N_("English"), "ko": N_("Korean"), "ur": N_("Urdu")}
