"""What is done to copies of the clips that a model learns from, and how much of it."""

from dataclasses import dataclass
from typing import ClassVar

from core.errors import KnobError
from core.settings.knobs import Spec, knob, with_knobs

__all__ = ["USUAL_AUGMENT", "AugmentSpec", "augment_spec"]

USUAL = "usual"  # on the command line


@dataclass(frozen=True)
class AugmentSpec(Spec):
    """Disturbed copies of the training clips; every disturbance is off at 0."""

    kind: ClassVar[str] = "augment"
    copies: int = knob(1, low=1, high=5)  # of each clip, beside the clip itself
    noise: float = knob(0.0, low=0.0, high=60.0, step=1.0)  # dB; SNR from here to 15 dB more
    gain: float = knob(0.0, low=0.0, high=20.0, step=1.0)  # dB up or down, at most
    shift: float = knob(0.0, low=0.0, high=0.5, step=0.05)  # s earlier or later, at most
    pitch: float = knob(0.0, low=0.0, high=3.0, step=0.25)  # semitones up or down, at most
    tempo: float = knob(0.0, low=0.0, high=0.3, step=0.02)  # share faster or slower, at most
    room: float = knob(
        0.0, low=0.0, high=1.0, step=0.05
    )  # s until the echo has died (RT60), at most
    version: int = 1  # raised when the sound changes

    @property
    def does_something(self) -> bool:
        """Whether any disturbance is on."""
        return any((self.noise, self.gain, self.shift, self.pitch, self.tempo, self.room))


USUAL_AUGMENT = AugmentSpec(noise=15.0, gain=6.0, shift=0.1, pitch=1.0, tempo=0.1, room=0.3)


def augment_spec(text: str) -> AugmentSpec | None:
    """The augmentation of a text as the command line takes it.

    Parameters
    ----------
    text : str
        Such as ``noise=20,gain=6``, or ``usual`` for a little of everything.

    Returns
    -------
    spec : AugmentSpec or None
        None where nothing is on.

    Raises
    ------
    KnobError
        If a part is no ``NAME=VALUE``, or a value out of range.
    UnknownKnobError
        If there is no such disturbance.

    Examples
    --------
    >>> augment_spec("noise=20,gain=6").gain
    6.0
    >>> augment_spec("usual,copies=2").copies
    2
    """
    names = [part.strip() for part in text.split(",") if part.strip()]
    start = USUAL_AUGMENT if USUAL in names else AugmentSpec()
    settings = {}
    for part in names:
        if part == USUAL:
            continue
        name, separator, value = part.partition("=")
        if not separator:
            raise KnobError("--augment", part, f"{USUAL} | NAME=VALUE")
        settings[name.strip()] = value.strip()
    spec = with_knobs(start, settings)
    return spec if spec.does_something else None
