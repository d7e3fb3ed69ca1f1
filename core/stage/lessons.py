"""What a run teaches a room: how it learnt, epoch by epoch, and how good it became."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.corpus import Catalog
from core.corpus.listening_test import human_score
from core.corpus.runs import Run
from core.i18n import N_, Translate, percent
from core.models import Bundle
from core.training.history import kept_run, read_run
from core.training.known_voice import gap_in_words
from core.training.protocol import protocol_in
from core.training.replay import NoEpochsError, NothingToReplayError, Replay, make_replay

__all__ = ["lesson", "replay_of", "score_board"]

MOST_CLIPS = 9  # one a digit key
MOST_EPOCHS = 400  # of which are drawn; a longer run is told in larger steps
_FAILS = 3


def replay_of(catalog: Catalog, run: str | None) -> tuple[Run, Replay]:
    """The replay of a run, or of the latest run that has one.

    Parameters
    ----------
    catalog : Catalog
    run : str or None

    Returns
    -------
    run, replay

    Raises
    ------
    NoEpochsError
        If the run learnt in one go.
    NothingToReplayError
        If no run was named, and none here has learnt by epochs.
    HistoryError
        If the run is not there or its files are gone.
    """
    if run is not None:
        kept = read_run(catalog, run)
        return kept.run, make_replay(kept)
    for known in catalog.runs.runs():
        if known.spec.get("model", {}).get("kind") in _AT_ONCE:
            continue
        try:
            kept = read_run(catalog, known.id)
            return kept.run, make_replay(kept)
        except (NoEpochsError, OSError):
            continue
    raise NothingToReplayError


_AT_ONCE = {"svm", "logreg", "forest", "vote"}


def lesson(
    catalog: Catalog, run: str | None, clip: str | None, *, translate: Translate
) -> dict[str, Any]:
    """How a run learnt, as the stage draws it.

    Parameters
    ----------
    catalog : Catalog
    run : str or None
        The latest that can be told by default.
    clip : str or None
        Content of the clip whose fate comes first; the one that turned most by default.
    translate : callable

    Returns
    -------
    scene : dict
    """
    told, replay = replay_of(catalog, run)
    steps = _steps(replay.n_epochs)
    return {
        "kind": "learn",
        "title": told.name
        or translate(N_("{n} clips, told again")).format(n=len(replay.reference)),
        "scheme": list(replay.scheme),
        "chance": 1 / len(replay.scheme),
        "train": _rounded(replay.train[steps]),
        "held_out": _rounded(replay.held_out[steps]),
        "confusions": [replay.confusion(int(step) + 1).tolist() for step in steps],
        "clips": _fates(catalog, replay, clip, steps),
    }


def _steps(n_epochs: int) -> np.ndarray:
    """Indices of the epochs that are told; the first and the last are among them."""
    return np.unique(np.linspace(0, n_epochs - 1, min(n_epochs, MOST_EPOCHS)).astype(int))


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(v), 4) for v in values]


def _fates(
    catalog: Catalog, replay: Replay, wanted: str | None, steps: np.ndarray
) -> list[dict[str, Any]]:
    chosen = []
    for row in np.argsort(-replay.turns(), kind="stable")[: 4 * MOST_CLIPS]:
        clip = catalog.utterance(replay.utterances[row])
        if clip is not None:
            chosen.append((row, clip))
    found = catalog.utterances_by_content([wanted] if wanted else []).get(wanted or "")
    if found is not None and found.id in replay.utterances:
        chosen.insert(0, (replay.utterances.index(found.id), found))
    return [
        {
            "title": clip.sentence_text or clip.name,
            "reference": int(replay.reference[row]),
            "fate": np.round(replay.proba[steps, row], 3).tolist(),
        }
        for row, clip in chosen[:MOST_CLIPS]
    ]


def score_board(
    catalog: Catalog,
    run: str | None,
    bundle: Bundle | None,
    *,
    captions: Mapping[str, str],
    language: str,
    translate: Translate,
) -> dict[str, Any] | None:
    """How good a run or a model is on clips that it did not learn from.

    Parameters
    ----------
    catalog : Catalog
    run : str or None
        The model that answers is judged by default.
    bundle : Bundle or None
    captions : mapping of str to str
        Translated caption by emotion id.
    language : str
    translate : callable

    Returns
    -------
    scene : dict or None
        None where no held-out score is known.
    """
    if run is not None:
        report = kept_run(catalog, run).report
        scheme, corpus = report["emotions"], catalog_facts(catalog, report["spec"]["corpus"])
        protocol = protocol_in(report, language)
    elif bundle is not None and "uar" in bundle.manifest.get("metrics", {}):
        report, scheme = bundle.manifest["metrics"], bundle.scheme
        corpus = bundle.manifest.get("corpus", {})
        said = bundle.manifest.get("protocol", {})
        protocol = said.get(language, said.get("en", "–"))
    else:
        return None
    known = report.get("known_voice") or {}
    people = _people(catalog, run) if run is not None else None
    n = translate(N_("{n} held-out clips, {protocol}"))
    return {
        "kind": "good",
        "headline": _headline(report, translate),
        "protocol": n.format(n=report["n"], protocol=protocol),
        "uar": report["uar"],
        "interval": report.get("uar_interval"),
        "known": known.get("uar"),
        "known_interval": known.get("interval"),
        "people": people,
        "chance": report["chance"],
        "fails": _fails(report, scheme, captions, translate),
        "warning": _warning(corpus, language, translate),
    }


def _people(catalog: Catalog, run: str) -> float | None:
    """How well listeners name the very clips that a run held out; None without such a test."""
    kept = read_run(catalog, run)
    labels = {
        clip: label
        for fold in kept.answers
        for clip, label in zip(fold.utterances, fold.reference, strict=True)
    }
    score = human_score(catalog, kept.run.corpus, labels, len(kept.spec.scheme))
    return None if score is None else score.uar


def catalog_facts(catalog: Catalog, corpus: str) -> dict[str, Any]:
    """What a warning needs to know of a corpus; nothing where it is gone.

    Parameters
    ----------
    catalog : Catalog
    corpus : str

    Returns
    -------
    facts : dict
    """
    known = {info.name: info for info in catalog.corpora()}
    if corpus not in known:
        return {}
    return {"language": known[corpus].language, "synthesised": known[corpus].synthesised}


def _headline(report: Mapping[str, Any], translate: Translate) -> str:
    said = translate(N_("UAR {uar:.2f} on clips it has never heard"))
    return gap_in_words(dict(report), translate) or said.format(uar=report["uar"])


def _fails(
    report: Mapping[str, Any],
    scheme: Sequence[str],
    captions: Mapping[str, str],
    translate: Translate,
) -> list[str]:
    """Its commonest confusions, and the voice that it understands least."""
    matrix = np.asarray(report["confusion"], dtype=float)
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    np.fill_diagonal(share, 0)
    said = translate(N_("{meant} taken for {heard}: {share}"))
    fails = []
    for place in np.argsort(-share, axis=None)[:_FAILS]:
        row, column = np.unravel_index(place, share.shape)
        if share[row, column] > 0:
            meant, heard = captions[scheme[row]], captions[scheme[column]]
            fails.append(said.format(meant=meant, heard=heard, share=percent(share[row, column])))
    if report.get("per_speaker"):
        worst = min(report["per_speaker"], key=lambda s: s["uar"])
        hardest = translate(N_("Hardest voice: {speaker}, UAR {uar:.2f} on {n} clips"))
        fails.append(hardest.format(speaker=worst["speaker"], uar=worst["uar"], n=worst["n"]))
    return fails


def _warning(corpus: Mapping[str, Any], language: str, translate: Translate) -> str:
    if corpus.get("synthesised"):
        return translate(N_("Learnt from synthesised voices: it says nothing about people."))
    spoken = corpus.get("language")
    if spoken and spoken != "ko":
        from babel import Locale

        name = Locale.parse(spoken).get_display_name(language) or spoken
        said = translate(N_("Learnt from voices in another language: {language}."))
        return said.format(language=name)
    return ""
