"""Where one utterance ends and the next begins."""

from dataclasses import dataclass
from typing import ClassVar

from core.settings.knobs import Spec, knob

__all__ = ["SegmentationSpec"]


@dataclass(frozen=True)
class SegmentationSpec(Spec):
    """How a long take is cut into utterances; times in seconds."""

    kind: ClassVar[str] = "segmentation"
    # Probability of speech that a segment reaches at its surest: what only is loud is none.
    threshold: float = knob(0.5, low=0.05, high=0.95)
    price: float = knob(4.0, low=0.5, high=30.0)  # evidence that a pause or an utterance needs
    min_silence: float = knob(0.25, low=0.05, high=3.0)  # a shorter pause stays inside a segment
    min_speech: float = knob(0.15, low=0.03, high=2.0)  # what is shorter is no utterance
    pad: float = knob(0.08, low=0.0, high=0.5)  # kept on either side of what was heard
