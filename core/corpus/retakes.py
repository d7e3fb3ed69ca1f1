"""Which clips deserve a second look: doubtful labels, poor sound, other words; the worst first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.corpus.quality import ClipQuality, QualityReport
from core.corpus.records import Utterance
from core.corpus.said import SAME_SENTENCE, likeness
from core.i18n import N_

__all__ = ["REASONS", "SecondLook", "second_looks"]

# Why a clip is in the queue; reason to caption (message id).
REASONS: dict[str, str] = {
    "label": N_("Its emotion is hard to believe"),
    "sound": N_("Its sound is poor"),
    "words": N_("Other words were heard"),
}
_POOR = {"clipped": 0.5, "silent": 1.0, "too-short": 0.6, "noisy": 0.3, "quiet": 0.2}
_POOR |= {"cut-start": 0.3, "cut-end": 0.3}
_WORTH = 0.2  # what is below is fine


@dataclass(frozen=True)
class SecondLook:
    """A clip in the queue."""

    id: int  # of the utterance
    score: float  # the higher, the more it deserves a look
    reasons: tuple[str, ...]  # keys of `REASONS`
    flags: tuple[str, ...]  # of its sound
    suggested: str | None  # the emotion that a judge would rather give
    heard: str = ""  # where other words were heard


def second_looks(
    report: QualityReport, clips: Sequence[Utterance], said: Mapping[int, str] | None = None
) -> list[SecondLook]:
    """The clips that deserve a second look, the worst first.

    Parameters
    ----------
    report : QualityReport
        Of these clips.
    clips : sequence of Utterance
    said : mapping of int to str, optional
        What speech to text made of a clip, by its id; none without it.

    Returns
    -------
    queue : list of SecondLook
    """
    known = {clip.id: clip for clip in report.clips}
    words = said or {}
    found = [_look(known[u.id], u, words.get(u.id, "")) for u in clips if u.id in known]
    worth = [look for look in found if look.score >= _WORTH and look.reasons]
    return sorted(worth, key=lambda look: (-look.score, look.id))


def _look(quality: ClipQuality, clip: Utterance, heard: str) -> SecondLook:
    doubt = quality.doubt
    label = 1.0 - doubt.label_probability if doubt else 0.0
    sound = max((_POOR.get(flag, 0.0) for flag in quality.flags), default=0.0)
    alike = likeness(heard, clip.sentence_text) if heard and clip.sentence_text else 1.0
    words = 1.0 - alike if alike < SAME_SENTENCE else 0.0
    reasons = {"label": label > 0.5, "sound": sound > 0, "words": words > 0}
    return SecondLook(
        id=clip.id,
        score=(label if label > 0.5 else 0.0) + sound + 0.5 * words,
        reasons=tuple(r for r in REASONS if reasons[r]),
        flags=tuple(f for f in quality.flags if f in _POOR),
        suggested=doubt.suggested if doubt and label > 0.5 else None,
        heard=heard if words else "",
    )
