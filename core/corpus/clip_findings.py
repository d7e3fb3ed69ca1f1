"""Findings that follow from single clips: their flags, their duplicates, their formats."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.corpus.duplicates import joined
from core.corpus.finding import Finding, Severity
from core.corpus.records import Recording, Utterance
from core.i18n import N_
from core.settings import QualityThresholds
from core.signal import ClipMeasures, Pair

__all__ = ["duplicate_findings", "flag_findings", "format_findings"]

# Finding: flags that lead to it, severity, what was found, what to do, and the measure to rank by
# (the worst first; a minus ranks the lowest first).
_FLAGGED: dict[str, tuple[frozenset[str], Severity, str, str, str]] = {
    "clipped": (
        frozenset({"clipped"}),
        "medium",
        N_("The loudest parts are cut off in {n} of {total} clips."),
        N_("Turn the microphone down and record them again; nothing brings the tops back."),
        "clipped",
    ),
    "noisy": (
        frozenset({"noisy"}),
        "medium",
        N_(
            "Much noise behind the voice in {n} of {total} clips; in the worst the voice stands"
            " {worst:.0f} dB above it."
        ),
        N_("Listen to the worst; record them again in a quieter room, or leave them out."),
        "-snr",
    ),
    "silent": (
        frozenset({"silent"}),
        "high",
        N_("No voice in {n} of {total} clips."),
        N_("Leave them out; a model would learn the noise of the room as an emotion."),
        "-loud",
    ),
    "too-short": (
        frozenset({"too-short"}),
        "medium",
        N_("Hardly any speech in {n} of {total} clips; the shortest has {worst:.2f} s."),
        N_("Listen whether the word is all there; record it again if not."),
        "-speech",
    ),
    "truncated": (
        frozenset({"truncated", "cut-start", "cut-end"}),
        "medium",
        N_(
            "Sound cut off at the beginning or the end, or a part of the file missing, in {n} of"
            " {total} clips."
        ),
        N_("Cut them again with some room before and after, or copy them again from the source."),
        "",
    ),
}


def flag_findings(
    utterances: Sequence[Utterance],
    flags: Mapping[int, Sequence[str]],
    measures: Mapping[int, ClipMeasures],
) -> list[Finding]:
    """One finding for each kind of flag that some clip has.

    Parameters
    ----------
    utterances : sequence of Utterance
    flags : mapping of int to flags
        By utterance id.
    measures : mapping of int to ClipMeasures
        By utterance id.

    Returns
    -------
    findings : list of Finding
    """
    findings = []
    for finding_id, (wanted, severity, message, advice, by) in _FLAGGED.items():
        hit = [u.id for u in utterances if wanted & set(flags[u.id])]
        if not hit:
            continue
        rank = _rank(by, measures)
        hit.sort(key=rank)
        worst = getattr(measures[hit[0]], by.lstrip("-")) if by and hit[0] in measures else 0.0
        findings.append(
            Finding(
                finding_id,
                severity,
                message,
                advice,
                tuple(hit),
                {"share": round(len(hit) / len(utterances), 4), "worst": round(worst, 4)},
                {"n": len(hit), "total": len(utterances), "worst": worst},
            )
        )
    return findings


def _rank(by: str, measures: Mapping[int, ClipMeasures]) -> Any:
    sign = 1 if by.startswith("-") else -1
    name = by.lstrip("-")
    return lambda i: (sign * getattr(measures[i], name) if name and i in measures else 0.0, i)


# --- duplicates --------------------------------------------------------------------------------


def duplicate_findings(
    utterances: Sequence[Utterance], exact: Sequence[Sequence[int]], near: Sequence[Pair]
) -> list[Finding]:
    """Takes that are in the corpus more than once.

    Parameters
    ----------
    utterances : sequence of Utterance
    exact : sequence of sequence of int
        Groups of ids with equal samples.
    near : sequence of Pair
        With ids.

    Returns
    -------
    findings : list of Finding
        ``exact-duplicate`` and ``near-duplicate``, each once at most.
    """
    labels = {u.id: u.emotion for u in utterances}
    same = {i: number for number, group in enumerate(exact) for i in group}
    alike = [p for p in near if p.first not in same or same[p.first] != same.get(p.second)]
    findings = []
    if exact:
        findings.append(_duplicates("exact-duplicate", [tuple(g) for g in exact], labels, 1.0))
    if alike:
        groups = joined([(p.first, p.second) for p in alike])
        least = min(p.similarity for p in alike)
        findings.append(_duplicates("near-duplicate", groups, labels, least))
    return findings


def _duplicates(
    finding_id: str, groups: list[tuple[int, ...]], labels: Mapping[int, str | None], least: float
) -> Finding:
    disputed = [g for g in groups if len({labels[i] for i in g}) > 1]
    ordered = disputed + [g for g in groups if g not in disputed]
    exact = finding_id == "exact-duplicate"
    if exact:
        message = N_(
            "The same recording more than once, sample for sample: {n} clips in {n_groups} groups."
        )
    else:
        message = N_(
            "Copies of the same recording, louder or softer, compressed, cut or noisier:"
            " {n} clips in {n_groups} groups."
        )
    advice = N_("Keep one of each and leave the others out; until then they stay in the same fold.")
    if disputed:
        advice = N_(
            "Copies with different emotions: {disputed} of {n_groups} groups."
            " Listen and correct them first. Then keep one of each and leave the others out."
        )
    clips = tuple(i for group in ordered for i in group)
    return Finding(
        finding_id,
        "high" if disputed else "medium",
        message,
        advice,
        clips,
        {"groups": len(groups), "least_similarity": round(least, 4), "disputed": len(disputed)},
        {"n": len(clips), "n_groups": len(groups), "disputed": len(disputed)},
        tuple(ordered),
    )


# --- formats -----------------------------------------------------------------------------------


def format_findings(
    utterances: Sequence[Utterance],
    recordings: Mapping[str, Recording],
    flags: Mapping[int, Sequence[str]],
    thresholds: QualityThresholds,
) -> list[Finding]:
    """Clips that come in another format than most.

    Parameters
    ----------
    utterances : sequence of Utterance
    recordings : mapping of str to Recording
        By content.
    flags : mapping of int to flags
        By utterance id; a telephone band makes a format of its own.
    thresholds : QualityThresholds

    Returns
    -------
    findings : list of Finding
        ``mixed-format``, once at most.
    """
    kinds = {
        u.id: _kind(recordings[u.content], "narrow-band" in flags[u.id])
        for u in utterances
        if u.content in recordings
    }
    counts = Counter(kinds.values())
    if len(counts) < 2:
        return []
    usual, n_usual = counts.most_common(1)[0]
    by_kind: dict[str, list[int]] = defaultdict(list)
    for i, kind in kinds.items():
        by_kind[kind].append(i)
    rarest = sorted((kind for kind in by_kind if kind != usual), key=lambda k: len(by_kind[k]))
    tells = _tells(utterances, kinds, thresholds)
    message = N_("Another format than the usual {usual} in {n} of {total} clips: {others}.")
    advice = N_("Record and export all clips in the same way.")
    if tells:
        advice = N_(
            "The format goes along with the emotion, so a model can learn it in place of the voice:"
            " record the emotions in the same way."
        )
    return [
        Finding(
            "mixed-format",
            "high" if tells else "low",
            message,
            advice,
            tuple(i for kind in rarest for i in by_kind[kind]),
            {"formats": len(counts), "share": round(1 - n_usual / len(kinds), 4)},
            {"n": len(kinds) - n_usual, "total": len(kinds), "usual": usual, "others": rarest[:3]},
        )
    ]


def _kind(recording: Recording, narrow: bool) -> str:
    channels = {1: "mono", 2: "stereo"}.get(recording.source_channels)
    channels = channels or f"{recording.source_channels} ch"
    kind = f"{recording.format} {recording.source_sr / 1000:g} kHz {channels}"
    return f"{kind}, < 4.5 kHz" if narrow else kind


def _tells(utterances: Sequence[Utterance], kinds: Mapping[int, str], t: QualityThresholds) -> bool:
    """Whether format and emotion go together beyond chance (chi-square, by permutation)."""
    rows = [(kinds[u.id], u.emotion) for u in utterances if u.emotion and u.id in kinds]
    if len({e for _, e in rows}) < 2:
        return False
    kind = np.unique([k for k, _ in rows], return_inverse=True)[1]
    y = np.unique([e for _, e in rows], return_inverse=True)[1]
    rng = np.random.default_rng(0)
    found = _chi_square(kind, y)
    chance = [_chi_square(kind, rng.permutation(y)) for _ in range(199)]
    return (1 + sum(c >= found for c in chance)) / 200 <= t.significance


def _chi_square(a: np.ndarray, b: np.ndarray) -> float:
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    return float(((table - expected) ** 2 / expected).sum())
