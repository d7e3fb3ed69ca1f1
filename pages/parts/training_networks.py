"""What the training page says of networks: their names, their frames, and what learning costs."""

import streamlit as st

from core.i18n import N_, Translate
from core.settings import FEATURE_SPECS, FeatureSpec, fitting_features, own_features
from pages.parts.knobs import draw_knobs

__all__ = ["NETWORK_CAPTIONS", "SEQUENCE_CAPTIONS", "choose_frames"]

NETWORK_CAPTIONS = {
    "crnn": N_("CRNN"),
    "cnn": N_("CNN"),
    "lstm": N_("LSTM"),
    "cnn-original": N_("Original CNN"),
}
SEQUENCE_CAPTIONS = {
    "melspec": (
        N_("Mel frames"),
        N_("How loud each band is, moment by moment; the network finds the patterns itself."),
    ),
    "mfcc-frames": (
        N_("MFCC frames"),
        N_("The shape of the spectrum moment by moment, in a few numbers each."),
    ),
    "stft": (
        N_("Spectrogram (256 × 256)"),
        N_("256 moments of 256 frequencies, 4.1 s: the picture that the original CNN looks at."),
    ),
}


def choose_frames(model: str, _: Translate) -> FeatureSpec:
    """Draw the choice of the frames that a network reads, and their knobs.

    Parameters
    ----------
    model : str
        Kind of the network.
    _ : callable
        Translation.

    Returns
    -------
    spec : FeatureSpec
    """
    fitting = [kind for kind in SEQUENCE_CAPTIONS if kind in fitting_features(model)]
    kind = st.segmented_control(
        _("Frames"),
        fitting,
        default=own_features(model),
        required=True,
        format_func=lambda k: _(SEQUENCE_CAPTIONS[k][0]),
        key=f"training.frames.{model}",
        persist_state="session",
    )
    st.caption(_(SEQUENCE_CAPTIONS[kind][1]))
    return draw_knobs(FEATURE_SPECS[kind](), key=f"training.features.{kind}", translate=_)
