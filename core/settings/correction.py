"""What may be done to a clip before anything is measured of it: steps, in their order."""

import hashlib
import json
from dataclasses import dataclass
from typing import ClassVar

from core.settings.knobs import Spec, knob, spec_from_json, spec_to_json

__all__ = [
    "CORRECTION_STEPS",
    "CorrectionChain",
    "CorrectionStep",
    "DcStep",
    "DenoiseStep",
    "HighPassStep",
    "LoudnessStep",
    "ResampleStep",
    "TrimStep",
]

_DIGITS = 16


class CorrectionStep(Spec):
    """One step of a chain of corrections."""


@dataclass(frozen=True)
class TrimStep(CorrectionStep):
    """Cut away what lies before the first word and behind the last."""

    kind: ClassVar[str] = "trim"
    margin: float = knob(0.1, low=0.0, high=1.0)  # s kept on either side


@dataclass(frozen=True)
class DcStep(CorrectionStep):
    """Let the signal rest at zero."""

    kind: ClassVar[str] = "dc"


@dataclass(frozen=True)
class HighPassStep(CorrectionStep):
    """Take away what rumbles below a voice."""

    kind: ClassVar[str] = "highpass"
    cutoff: float = knob(70.0, low=20.0, high=300.0)  # Hz, 3 dB down


@dataclass(frozen=True)
class DenoiseStep(CorrectionStep):
    """Lower steady noise by spectral gating."""

    kind: ClassVar[str] = "denoise"
    strength: float = knob(0.8, low=0.1, high=1.0)  # share of the noise that is taken away


@dataclass(frozen=True)
class LoudnessStep(CorrectionStep):
    """Bring every clip to one loudness."""

    kind: ClassVar[str] = "loudness"
    target: float = knob(-23.0, low=-40.0, high=-10.0)  # LUFS
    true_peak: float = knob(-1.0, low=-9.0, high=0.0)  # dBTP; the target gives way to it


@dataclass(frozen=True)
class ResampleStep(CorrectionStep):
    """Keep only what a lower sampling rate can hold, as a telephone does."""

    kind: ClassVar[str] = "resample"
    sr: int = knob(8_000, low=4_000, high=16_000)  # Hz


CORRECTION_STEPS: dict[str, type[CorrectionStep]] = {
    cls.kind: cls
    for cls in (TrimStep, DcStep, HighPassStep, DenoiseStep, LoudnessStep, ResampleStep)
}


@dataclass(frozen=True)
class CorrectionChain:
    """Steps in the order in which they are done; without any, a clip stays as it is."""

    steps: tuple[CorrectionStep, ...] = ()

    @property
    def document(self) -> str:
        """The chain as canonical JSON."""
        return json.dumps([spec_to_json(s) for s in self.steps], separators=(",", ":"))

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that name the chain; empty for no step."""
        if not self.steps:
            return ""
        return hashlib.sha256(self.document.encode()).hexdigest()[:_DIGITS]

    @classmethod
    def from_document(cls, document: str) -> "CorrectionChain":
        """The chain of a document.

        Parameters
        ----------
        document : str
            As `document` gives it.

        Returns
        -------
        chain : CorrectionChain
        """
        return cls(tuple(spec_from_json(step) for step in json.loads(document)))
