"""How a score was made, in words: the sentence that stands beside every number."""

from typing import Any

from core.i18n import N_, Translate, percent
from core.settings import SplitSpec

__all__ = ["protocol_in", "protocol_text"]

_HELD_OUT = {
    "random": N_("clips drawn at random (the voices are known)"),
    "speaker": N_("unseen speakers"),
    "sentence": N_("unseen sentences"),
    "speaker+sentence": N_("unseen speakers saying unseen sentences"),
}
_ONE_OUT = {
    "random": N_("leave one clip out"),
    "speaker": N_("leave one speaker out"),
    "sentence": N_("leave one sentence out"),
    "speaker+sentence": N_("leave one speaker and one sentence out"),
}


def protocol_text(
    split: SplitSpec, n_folds: int, *, speaker_norm: bool, translate: Translate
) -> str:
    """The protocol of a score in words.

    Parameters
    ----------
    split : SplitSpec
    n_folds : int
        How many folds there really were.
    speaker_norm : bool
        Whether each speaker's features were normalised with that speaker's own clips.
    translate : callable
        From message id to caption.

    Returns
    -------
    text : str

    Examples
    --------
    >>> protocol_text(SplitSpec("speaker", 0), 10, speaker_norm=False, translate=str)
    'unseen speakers, leave one speaker out, 10 folds'
    """
    parts = [translate(_HELD_OUT[split.mode])]
    if split.three_way:
        shares = {"test": percent(split.test_share), "validation": percent(split.validation_share)}
        said = N_("one test part of {test} opened once, {validation} to stop by")
        parts.append(translate(said).format(**shares))
    elif split.n_folds == 0:
        parts.append(translate(_ONE_OUT[split.mode]))
    if not split.three_way:
        parts.append(translate(N_("{n} folds")).format(n=n_folds))
    if speaker_norm:
        parts.append(translate(N_("each voice normalised with its own unlabelled clips")))
    return ", ".join(parts)


def protocol_in(report: dict[str, Any], language: str) -> str:
    """The protocol of a score as its report says it.

    Parameters
    ----------
    report : dict
        As `core.training.report.make_report` gives it.
    language : str
        One of `core.i18n.LANGUAGES`.

    Returns
    -------
    text : str
        Empty where the report says none.
    """
    return report.get("protocol_ko" if language == "ko" else "protocol", "")
