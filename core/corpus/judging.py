"""Findings that need a model: doubtful labels, doubtful voices, shortcuts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.corpus.finding import Finding
from core.corpus.label_doubts import Judgement, judge_labels
from core.corpus.records import Utterance
from core.corpus.shortcuts import Probe, probe
from core.corpus.splits import speaker_norm_problem
from core.features import speaker_z
from core.i18n import N_
from core.settings import QualityThresholds
from core.signal import ClipMeasures

__all__ = ["ClipDoubt", "Doubts", "judge", "shortcut_findings"]

# What each probe sees; ``None`` and silence count as lowest.
PROBES: dict[str, tuple[str, tuple[str, ...]]] = {
    "duration": (N_("length"), ("duration",)),
    "loudness": (N_("loudness"), ("rms", "lufs")),
    "edges": (N_("silence before and after"), ("lead", "trail", "noise")),
}
_STRONG = 0.15  # UAR above chance


@dataclass(frozen=True)
class ClipDoubt:
    """How believable a clip's labels are."""

    label_probability: float  # of the emotion given
    label_rank: int  # 1 is the most doubtful
    suggested: str  # the best other emotion


@dataclass(frozen=True)
class Doubts:
    """What the judges found."""

    findings: tuple[Finding, ...]
    by_clip: Mapping[int, ClipDoubt]  # by utterance id


def judge(
    utterances: Sequence[Utterance],
    X: np.ndarray,
    groups: Sequence[Sequence[int]],
    thresholds: QualityThresholds,
) -> Doubts:
    """Doubts about the labels and the voices of clips.

    Parameters
    ----------
    utterances : sequence of Utterance
        Those with a voice in them.
    X : np.ndarray [shape=(n_utterances, n_features)]
        Functionals, in their order.
    groups : sequence of sequence of int
        Ids of duplicates; they do not vouch for each other.
    thresholds : QualityThresholds

    Returns
    -------
    doubts : Doubts
    """
    t, blocks = thresholds, _blocks(utterances, groups)
    views = [X]
    if speaker_norm_problem(utterances) is None and any(u.speaker for u in utterances):
        views.append(speaker_z(X, [str(u.speaker) for u in utterances]))
    emotions = judge_labels(
        views, [u.emotion for u in utterances], blocks=blocks, min_clips=t.min_clips
    )
    voices = judge_labels(
        [X], [u.speaker for u in utterances], blocks=blocks, min_clips=t.min_clips
    )
    findings = (_label_doubts(utterances, emotions, t), _wrong_speakers(utterances, voices, t))
    return Doubts(
        findings=tuple(finding for finding in findings if finding is not None),
        by_clip=_by_clip(utterances, emotions),
    )


def _blocks(utterances: Sequence[Utterance], groups: Sequence[Sequence[int]]) -> np.ndarray:
    row = {u.id: i for i, u in enumerate(utterances)}
    blocks = np.arange(len(utterances))
    for group in groups:
        rows = [row[i] for i in group if i in row]
        blocks[rows] = min(rows, default=0)
    return blocks


def _by_clip(utterances: Sequence[Utterance], judgement: Judgement | None) -> dict[int, ClipDoubt]:
    if judgement is None:
        return {}
    return {
        utterances[judgement.rows[place]].id: ClipDoubt(
            label_probability=round(float(judgement.given[place]), 6),
            label_rank=rank,
            suggested=str(judgement.suggested[place]),
        )
        for rank, place in enumerate(judgement.ranked(), start=1)
    }


def _label_doubts(
    utterances: Sequence[Utterance], found: Judgement | None, t: QualityThresholds
) -> Finding | None:
    if found is None or not found.is_skilled(t.doubt_skill):
        return None
    most = int(np.ceil(t.doubt_share * len(found.rows)))
    doubtful = [p for p in found.ranked() if found.other[p] > found.given[p]][:most]
    if not doubtful:
        return None
    return Finding(
        "label-doubt",
        "medium",
        N_("Another emotion is more likely than the label in {n} of {total} clips."),
        N_(
            "Listen to them in this order and correct what is wrong. It is a queue for review, not"
            " a verdict: a good clip can be unusual."
        ),
        tuple(utterances[found.rows[p]].id for p in doubtful),
        {
            "share": round(len(doubtful) / len(found.rows), 4),
            "judge_uar": round(found.uar, 4),
            "lowest_probability": round(float(found.given[doubtful[0]]), 4),
        },
        {"n": len(doubtful), "total": len(found.rows)},
    )


def _wrong_speakers(
    utterances: Sequence[Utterance], found: Judgement | None, t: QualityThresholds
) -> Finding | None:
    if found is None or not found.is_skilled(t.voice_skill):
        return None
    hit = [p for p in found.ranked() if found.other[p] > max(t.other_voice, found.given[p])]
    if not hit:
        return None
    first = utterances[found.rows[hit[0]]]
    return Finding(
        "wrong-speaker",
        "medium",
        N_("Another voice is more likely than the one given in {n} of {total} clips."),
        N_("Listen to them; {name} sounds like {suggested}, not like {speaker}."),
        tuple(utterances[found.rows[p]].id for p in hit),
        {
            "share": round(len(hit) / len(found.rows), 4),
            "judge_uar": round(found.uar, 4),
            "highest_probability": round(float(max(found.other[p] for p in hit)), 4),
        },
        {
            "n": len(hit),
            "total": len(found.rows),
            "name": first.name,
            "speaker": first.speaker,
            "suggested": str(found.suggested[hit[0]]),
        },
    )


# --- shortcuts ---------------------------------------------------------------------------------


def shortcut_findings(
    utterances: Sequence[Utterance],
    measures: Mapping[int, ClipMeasures],
    thresholds: QualityThresholds,
) -> tuple[list[Finding], dict[str, Probe]]:
    """Sides of the clips that give the emotion away without any listening.

    Parameters
    ----------
    utterances : sequence of Utterance
        Those with a voice in them.
    measures : mapping of int to ClipMeasures
    thresholds : QualityThresholds

    Returns
    -------
    findings : list of Finding
        One for each probe that predicts better than chance.
    probes : dict of str to Probe
        All that could be tried, by name.
    """
    labelled = [u for u in utterances if u.emotion is not None and u.id in measures]
    y = np.unique([str(u.emotion) for u in labelled], return_inverse=True)[1]
    findings, probes = [], {}
    for name, (caption, fields) in PROBES.items():
        values = np.array(
            [[_number(getattr(measures[u.id], f)) for f in fields] for u in labelled]
        ).reshape(len(labelled), len(fields))
        found = probe(values, y, [u.speaker for u in labelled])
        if found is None:
            continue
        probes[name] = found
        above = found.uar - found.chance
        if found.p <= thresholds.significance and above > thresholds.shortcut:
            findings.append(
                _shortcut(caption, found, labelled, "medium" if above > _STRONG else "low")
            )
    return findings, probes


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _shortcut(caption: str, found: Probe, labelled: Sequence[Utterance], severity) -> Finding:
    order = np.argsort(-found.certainty, kind="stable")
    clips = tuple(labelled[i].id for i in order if found.certainty[i] > 0)
    message = N_(
        "The {what} alone tells the emotion with a UAR of {uar:.2f}; guessing has {chance:.2f}."
    )
    if found.by_speaker:
        message = N_(
            "The {what} alone tells the emotion of unseen voices with a UAR of {uar:.2f}; guessing"
            " has {chance:.2f}."
        )
    return Finding(
        "shortcut",
        severity,
        message,
        N_(
            "If it comes from how the clips were made, make them alike: same distance, same level,"
            " same room before and after. If it is how people speak, a model may use it."
        ),
        clips,
        {"uar": round(found.uar, 4), "chance": round(found.chance, 4), "p": found.p},
        {"what": caption, "uar": found.uar, "chance": found.chance},
    )
