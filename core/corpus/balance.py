"""Who says what in which emotion: gaps, and labels that the speaker alone gives away."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from core.corpus.finding import Finding
from core.corpus.ordering import emotion_rank, natural_key
from core.corpus.records import Utterance
from core.evaluation import majority_accuracy, single_class_speakers, speaker_only_accuracy
from core.i18n import N_, percent
from core.settings import QualityThresholds

__all__ = ["Gap", "balance_findings", "gaps"]

_N_PERMUTATIONS = 200
_SHOWN = 5  # voices in a message


@dataclass(frozen=True)
class Gap:
    """Something that nobody has recorded yet; None stands for any."""

    speaker: str | None
    sentence: str | None
    emotion: str


def gaps(utterances: Sequence[Utterance]) -> list[Gap]:
    """Combinations of speaker, sentence and emotion that are missing.

    Parameters
    ----------
    utterances : sequence of Utterance

    Returns
    -------
    gaps : list of Gap
        A speaker without any clip of an emotion comes first, then sentences that a speaker has
        said, but not in that emotion.
    """
    labelled = [u for u in utterances if u.emotion is not None]
    emotions: list[str] = sorted({str(u.emotion) for u in labelled}, key=lambda e: emotion_rank(e))
    speakers = _values(u.speaker for u in labelled)
    have = {(u.speaker, u.emotion) for u in labelled}
    whole = [(s, e) for s, e in product(speakers, emotions) if (s, e) not in have]
    said = {(u.speaker, u.sentence, u.emotion) for u in labelled}
    sentences = _values(u.sentence for u in labelled)
    single = [
        Gap(speaker, sentence, emotion)
        for speaker, sentence, emotion in product(speakers, sentences, emotions)
        if (speaker, emotion) in have and (speaker, sentence, emotion) not in said
    ]
    return [Gap(speaker, None, emotion) for speaker, emotion in whole] + single


def _values(found) -> list[str]:
    return sorted({str(v) for v in found if v is not None}, key=lambda v: natural_key(v) or "")


def balance_findings(
    utterances: Sequence[Utterance], thresholds: QualityThresholds
) -> list[Finding]:
    """What is wrong with the shares of emotions and speakers.

    Parameters
    ----------
    utterances : sequence of Utterance
    thresholds : QualityThresholds

    Returns
    -------
    findings : list of Finding
        ``unbalanced`` and ``confounded-speaker``, each once at most.
    """
    labelled = [u for u in utterances if u.emotion is not None]
    if not labelled:
        return []
    found = (_unbalanced(labelled, thresholds), _confounded(labelled, thresholds))
    return [finding for finding in found if finding is not None]


def _unbalanced(labelled: list[Utterance], t: QualityThresholds) -> Finding | None:
    counts = Counter(u.emotion for u in labelled)
    smallest, n_smallest = min(counts.items(), key=lambda item: (item[1], emotion_rank(item[0])))
    biggest, n_biggest = max(counts.items(), key=lambda item: item[1])
    clips = tuple(u.id for u in labelled if u.emotion == smallest)
    if len(counts) == 1:
        return Finding(
            "unbalanced",
            "high",
            N_("All clips have one emotion: {emotion}."),
            N_("Record a second emotion; with one there is nothing to tell apart."),
            clips,
            {"classes": 1, "smallest": n_smallest},
            {"emotion": smallest},
        )
    missing = [g for g in gaps(labelled) if g.sentence is None and g.speaker is not None]
    ratio = n_biggest / n_smallest
    if ratio <= t.unbalanced and not missing:
        return None
    measure = {
        "ratio": round(ratio, 3),
        "smallest": n_smallest,
        "biggest": n_biggest,
        "missing": len(missing),
        "missing_sentences": len(gaps(labelled)) - len(missing),
    }
    values: dict[str, Any] = {"emotion_few": smallest, "few": n_smallest, "emotion_many": biggest}
    values |= {"many": n_biggest, "more": n_biggest - n_smallest}
    if missing:
        values |= {"gaps": _by_speaker(missing)[:_SHOWN], "n": len(missing)}
        message = N_(
            "{emotion_many} has {many} clips, {emotion_few} {few};"
            " combinations of voice and emotion that are missing: {n}."
        )
        advice = N_("Record first: {gaps}.")
    else:
        message = N_("{emotion_many} has {many} clips, {emotion_few} only {few}.")
        advice = N_("Record {more} more of {emotion_few}, or train with class weights.")
    severity = "medium" if ratio > 2 * t.unbalanced or missing else "low"
    return Finding("unbalanced", severity, message, advice, clips, measure, values)  # type: ignore[arg-type]


def _by_speaker(missing: list[Gap]) -> list[tuple[str, list[str]]]:
    """The emotions that each voice lacks."""
    lacking: dict[str, list[str]] = {}
    for gap in missing:
        lacking.setdefault(str(gap.speaker), []).append(gap.emotion)
    return list(lacking.items())


def _confounded(labelled: list[Utterance], t: QualityThresholds) -> Finding | None:
    """Whether the speaker alone predicts the emotion, beyond what small numbers give by chance."""
    y = [u.emotion for u in labelled]
    speakers = [u.speaker for u in labelled]
    if len(set(y)) < 2 or len({s for s in speakers if s is not None}) < 2:
        return None
    found, majority = speaker_only_accuracy(y, speakers), majority_accuracy(y)
    rng = np.random.default_rng(0)
    shuffled = [
        speaker_only_accuracy(rng.permutation(np.array(y)), speakers)
        for _ in range(_N_PERMUTATIONS)
    ]
    expected = max(majority, float(np.quantile(shuffled, 1 - t.significance)))
    if found <= expected + t.confounded:
        return None
    single = set(single_class_speakers(y, speakers))
    tell = [u for u in labelled if u.speaker in single] or labelled
    return Finding(
        "confounded-speaker",
        "high",
        N_(
            "Knowing only who speaks gives {found} of the emotions; always saying the most"
            " frequent one gives {majority}. Voices with one emotion only: {n_single}."
        ),
        N_(
            "Judge by unseen speakers only, never by a random split, and record the missing"
            " emotions of each voice."
        ),
        tuple(u.id for u in tell),
        {
            "accuracy": round(found, 4),
            "majority": round(majority, 4),
            "expected": round(expected, 4),
        },
        {"found": percent(found), "majority": percent(majority), "n_single": len(single)},
    )
