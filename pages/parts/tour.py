"""A short tour on first run: four cards, seen once a workspace, and again on request."""

import streamlit as st

from core.files import write_atomically
from core.i18n import N_
from core.settings import workspace
from pages.parts.frame import Frame, guarded

__all__ = ["draw_tour"]

STEP = "home.tour.step"
CARDS = (
    (
        N_("Welcome"),
        N_(
            "Malgyeol hears how a voice sounds. Everything stays on this machine: no account, no"
            " key, no download."
        ),
    ),
    (
        N_("Try it at once"),
        N_(
            "A model is ready. Under Inference you speak a sentence and read its words and its"
            " emotion."
        ),
    ),
    (
        N_("Make it yours"),
        N_(
            "One minute below is enough for a first model of your own voice. Then collect more"
            " voices, look at each clip, and train."
        ),
    ),
    (
        N_("Believe only what is held out"),
        N_(
            "Scores here come from clips that the model has never heard. On the stage you show"
            " all of it, by keys alone."
        ),
    ),
)


def draw_tour(page: Frame) -> None:
    """Draw the card that it is at; nothing once it was seen.

    Parameters
    ----------
    page : Frame
    """
    if STEP not in st.session_state:
        st.session_state[STEP] = None if _seen().exists() else 0
    step = st.session_state[STEP]
    if step is None:
        return
    _, (title, text) = page._, CARDS[step]
    last = step == len(CARDS) - 1
    with st.container(key="card-home-tour"), st.container(horizontal=True, key="home-tour-row"):
        with st.container(width="stretch"):
            page.html(
                f'<p class="mg-small">{step + 1} / {len(CARDS)}</p>'
                f'<h3 class="mg-tour">{_(title)}</h3><p class="mg-tour-text">{_(text)}</p>'
            )
        with st.container(horizontal=True, width="content", key="home-tour-go"):
            if not last:
                st.button(
                    _("Skip the tour"),
                    type="tertiary",
                    key="home.tour.skip",
                    on_click=_go,
                    args=(None,),
                )
            st.button(
                _("That's all") if last else _("Next"),
                key="home.tour.next",
                on_click=_go,
                args=(None if last else step + 1,),
            )


@guarded
def _go(step: int | None) -> None:
    st.session_state[STEP] = step
    if step is None:
        write_atomically(_seen(), b"")


def _seen():
    return workspace().root / "tour-seen"
