"""What the training page says of networks: their names, their frames, and what learning costs."""

from collections.abc import Sequence

import streamlit as st

from core.corpus.records import Utterance
from core.i18n import Translate
from core.names import SEQUENCES
from core.settings import (
    FEATURE_SPECS,
    ExperimentSpec,
    FeatureSpec,
    fitting_features,
    own_features,
)
from core.training.network_cost import network_cost
from pages.parts.knobs import draw_knobs
from pages.parts.lasting import lasting

__all__ = ["choose_frames", "draw_cost"]


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
    fitting = [kind for kind in SEQUENCES if kind in fitting_features(model)]
    kind = st.segmented_control(
        _("Frames"),
        fitting,
        default=own_features(model),
        required=True,
        format_func=lambda k: _(SEQUENCES[k][0]),
        key=f"training.frames.{model}",
        persist_state="session",
        wrap=True,
    )
    st.caption(_(SEQUENCES[kind][1]))
    return draw_knobs(FEATURE_SPECS[kind](), key=f"training.features.{kind}", translate=_)


def draw_cost(
    spec: ExperimentSpec, utterances: Sequence[Utterance], seconds: float | None, _: Translate
) -> None:
    """Say what learning a network takes, before it starts; nothing for other models.

    Parameters
    ----------
    spec : ExperimentSpec
    utterances : sequence of Utterance
        Its clips.
    seconds : float or None
        What such runs took here; None where none did, then it is reckoned from the arithmetic.
    _ : callable
        Translation.
    """
    cost = network_cost(spec, utterances)
    if cost is None:
        return
    epochs = spec.model.max_epochs  # type: ignore[attr-defined]
    each = cost.seconds_an_epoch if seconds is None else seconds / epochs
    said = _(
        "{weights} weights · about {memory:.1f} GB of memory · an epoch of all folds about"
        " {epoch}, {epochs} of them about {total} on this machine's one core."
    )
    st.caption(
        said.format(
            weights=f"{cost.n_weights:,}",
            memory=cost.memory / 2**30,
            epoch=lasting(each, _),
            epochs=epochs,
            total=lasting(epochs * each, _),
        )
    )
