"""What was heard in a clip: the emotion large, its probabilities, and the sound itself."""

import streamlit as st

from core.audio import Sound
from core.features import log_mel_spectrogram
from core.i18n import N_
from core.inference import Prediction
from core.models import Bundle
from core.plots import proba_figure, spectrogram_figure, waveform_figure
from core.settings import SR
from pages.parts.flags import flag_captions
from pages.parts.frame import Frame, esc_md
from pages.parts.player import draw_player
from pages.parts.verdict import verdict_html

__all__ = ["draw_emotion", "draw_honesty", "draw_proba", "draw_sound"]

QUIET_CHART = {"displayModeBar": False}

HEARD = {
    "sad": N_("Sounds sad"),
    "neutral": N_("Sounds neutral"),
    "happy": N_("Sounds happy"),
    "angry": N_("Sounds angry"),
    "calm": N_("Sounds calm"),
    "fearful": N_("Sounds fearful"),
    "disgust": N_("Sounds disgusted"),
    "surprised": N_("Sounds surprised"),
    "bored": N_("Sounds bored"),
}


def draw_emotion(page: Frame, prediction: Prediction) -> None:
    """Draw the emotion large, with how sure it is; or say that it is not sure.

    Parameters
    ----------
    page : Frame
    prediction : Prediction
    """
    _, share = page._, prediction.confidence
    heard = f"{_(HEARD[prediction.emotion])} · {share:.0%}"
    if prediction.sure:
        said, note = heard, ""
    else:
        said, note = _("I'm not sure"), _("Closest: {answer}").format(answer=heard)
    page.html(verdict_html(prediction.emotion, said, note, sure=prediction.sure))
    if prediction.flags:
        flags = ", ".join(flag_captions(prediction.flags, _).values())
        page.note("caution", page._("About this recording: {flags}.").format(flags=flags))


def draw_proba(page: Frame, prediction: Prediction) -> None:
    """Draw the calibrated probability of every emotion.

    Parameters
    ----------
    page : Frame
    prediction : Prediction
    """
    figure = proba_figure(
        prediction.proba,
        captions=page.emotion_captions(),
        sure=prediction.sure,
        theme=page.theme,
        translate=page._,
    )
    st.plotly_chart(figure, theme=None, key="heard.proba", config=QUIET_CHART)


def draw_sound(page: Frame, sound: Sound) -> None:
    """Draw the sound: a player with pitch and level, its waveform and its mel spectrogram.

    Parameters
    ----------
    page : Frame
    sound : Sound
    """
    draw_player(page, sound, key="heard.player", title=sound.name, pictures=False)
    figure = waveform_figure(sound.y, SR, theme=page.theme, translate=page._)
    st.plotly_chart(figure, theme=None, key="heard.waveform", config=QUIET_CHART)
    S_db, times, freqs = log_mel_spectrogram(sound.y)
    figure = spectrogram_figure(S_db, times, freqs, theme=page.theme, translate=page._)
    st.plotly_chart(figure, theme=None, key="heard.spectrogram", config=QUIET_CHART)


def draw_honesty(page: Frame, bundle: Bundle) -> None:
    """Draw which model answers and what its score is worth.

    Parameters
    ----------
    page : Frame
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
        name=esc_md(bundle.name),
        title=esc_md(corpus["title"]),
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
