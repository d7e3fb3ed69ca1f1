"""What the server can tell before the show: model, words, network; the browser tells the rest."""

import time

import numpy as np

from core.audio import Sound
from core.errors import MalgyeolError
from core.i18n import Translate
from core.inference import classify
from core.models import Bundle
from core.settings import SR
from core.stage.vote_server import lan_address
from core.stt import engines, overall_status

__all__ = ["Row", "check_model", "check_network", "check_words", "server_checks"]

Row = tuple[str, str, str, str]  # name, state, text, advice
WARM = 1.0  # s in which a model in memory answers


def server_checks(bundle: Bundle | None, consented: frozenset[str], _: Translate) -> list[Row]:
    """The rows of the list, each with what to do.

    Parameters
    ----------
    bundle : Bundle or None
    consented : frozenset of str
        Cloud engines that may hear voices.
    _ : callable

    Returns
    -------
    rows : list of (name, state, text, advice)
        State is ``"good"``, ``"caution"`` or ``"wrong"``.
    """
    return [check_model(bundle, _), check_words(consented, _), check_network(consented, _)]


def check_model(bundle: Bundle | None, _: Translate) -> Row:
    """Whether the model answers, and how fast; asking it warms it up."""
    if bundle is None:
        return "model", "wrong", _("none yet"), _("Train one, or put one that you have into place.")
    noise = np.random.default_rng(0).normal(0, 0.01, SR).astype(np.float32)
    sound = Sound(noise, "", 1.0, SR, 1, "", "", ())
    try:
        classify(sound, bundle)
        began = time.monotonic()
        classify(sound, bundle)
    except MalgyeolError as error:
        return "model", "wrong", bundle.name, error.describe(_)
    took = time.monotonic() - began
    said = _("{model}, answers in {n} ms").format(model=bundle.name, n=f"{1000 * took:.0f}")
    if took > WARM:
        return "model", "caution", said, _("It is slow just now. Close what else is running.")
    return "model", "good", said, ""


def check_words(consented: frozenset[str], _: Translate) -> Row:
    """Which engine writes; without one the emotion stands alone."""
    status = overall_status(consented=consented)
    if status.state == "ready":
        return "words", "good", status.detail, ""
    alone = _("The show goes on with the emotion alone.")
    return "words", "caution", _(status.reason), f"{alone} {_(status.fix)}"


def check_network(consented: frozenset[str], _: Translate) -> Row:
    """Whether there is a network for phones and cloud engines; the show itself needs none."""
    address = lan_address()
    if address is not None:
        return "network", "good", address, ""
    if any(engines()[name].sends_voice_away for name in consented if name in engines()):
        advice = _("The engine on this machine writes the words; phones cannot vote.")
    else:
        advice = _("Nothing is missing but the votes of phones: let the room raise hands.")
    return "network", "caution", _("no network"), advice
