"""How a live stream is heard."""

from dataclasses import dataclass
from typing import ClassVar

from core.settings.knobs import Spec, knob

__all__ = ["LiveSpec"]


@dataclass(frozen=True)
class LiveSpec(Spec):
    """When an utterance begins and ends in a live stream, and how its bar moves; times in s."""

    kind: ClassVar[str] = "live"
    # Probability of speech from which an utterance begins, and below which it may end.
    threshold: float = knob(0.5, low=0.05, high=0.95)
    release: float = knob(0.35, low=0.01, high=0.95)
    fall: float = knob(34.0, low=15.0, high=120.0)  # dB below its loudest: no speech, but its tail
    hangover: float = knob(0.32, low=0.1, high=2.0)  # of silence that ends an utterance
    min_speech: float = knob(0.25, low=0.05, high=2.0)  # what is shorter is a cough or a click
    pad: float = knob(0.15, low=0.0, high=0.5)  # kept on either side of the speech
    longest: float = knob(15.0, low=2.0, high=30.0)  # who speaks on is cut here
    # The bar while somebody speaks: every hop, over a window of the utterance so far.
    hop: float = knob(0.5, low=0.1, high=2.0)
    window: float = knob(2.0, low=0.5, high=5.0)
    least: float = knob(0.5, low=0.2, high=2.0)  # of speech before the bar shows anything
    smoothing: float = knob(0.6, low=0.0, high=0.95)  # weight of what was before
    margin: float = knob(0.1, low=0.0, high=0.5)  # by which another emotion must lead to take over
    max_waiting: int = knob(4, low=1, high=50)  # utterances whose words may be in the line at once
