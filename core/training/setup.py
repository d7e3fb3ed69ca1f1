"""Setting an experiment up against a corpus, and keeping what came of it."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from core.corpus.catalog import Catalog
from core.corpus.duplicates import duplicate_groups
from core.corpus.records import Utterance
from core.corpus.splits import available_modes, make_folds, speaker_norm_problem
from core.emotions import label_scheme
from core.errors import MalgyeolError, SequenceNormError
from core.features import feature_problem
from core.files import write_atomically
from core.settings import (
    AugmentSpec,
    ExperimentSpec,
    FeatureSpec,
    ModelSpec,
    SequenceSpec,
    SplitSpec,
    check_pair,
)
from core.training.beforehand import check_clips, check_memory
from core.training.data import check_classes
from core.training.event_file import EVENTS_FILE
from core.training.events import Event, FoldEnded, event_to_json

__all__ = ["REPORT_FILE", "keep_run", "new_experiment", "new_run_id", "split_problems"]

REPORT_FILE = "report.json"
ANSWERS_FILE = "predictions.jsonl"


def new_run_id() -> str:
    """An id for a run: sortable by time, never used twice.

    Returns
    -------
    run_id : str
    """
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def new_experiment(
    catalog: Catalog,
    corpus: str,
    *,
    features: FeatureSpec,
    model: ModelSpec,
    scheme: Sequence[str] | None = None,
    split: SplitSpec | None = None,
    class_weight: bool = True,
    speaker_norm: bool = False,
    seed: int = 0,
    augment: AugmentSpec | None = None,
    problems: Mapping[str, MalgyeolError | None] | None = None,
) -> ExperimentSpec:
    """The spec of an experiment on a corpus as it is now; what cannot work is said here.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
    features : FeatureSpec
    model : ModelSpec
    scheme : sequence of str, optional
        Emotion ids; all that the corpus has by default.
    split : SplitSpec, optional
        Unseen speakers where the corpus allows it, else random, by default.
    class_weight, speaker_norm : bool
    seed : int
    augment : AugmentSpec, optional
        Disturbed copies of the training clips.
    problems : mapping, optional
        As `split_problems` gives them for these very clips; worked out by default.

    Returns
    -------
    spec : ExperimentSpec

    Raises
    ------
    CorpusError
        If the corpus cannot serve the scheme, the split or the normalisation, or it is known
        that its clips are all the same or their features no numbers.
    FeaturesUnavailableError
        If the features cannot be measured on this machine.
    ModelError
        If the model cannot read the features, or learning it would need more memory than is free.
    """
    check_pair(model, features)
    if (problem := feature_problem(features)) is not None:
        raise problem
    if scheme is None:
        scheme = label_scheme(e for e, n in catalog.corpus(corpus).emotions.items() if n)
    snapshot = catalog.snapshot(corpus, tuple(scheme))
    check_classes(tuple(snapshot.utterances), tuple(scheme))
    check_clips(catalog, snapshot.digest, snapshot.utterances, features)
    modes = problems or split_problems(catalog, snapshot.utterances)
    if split is None:
        split = SplitSpec("speaker" if modes["speaker"] is None else "random")
    if (problem := modes[split.mode]) is not None:
        raise problem
    if split.three_way:  # two cuts: the second may be one that the mode alone does not foresee
        together = duplicate_groups(catalog, snapshot.utterances)
        make_folds(snapshot.utterances, split, seed, groups_together=together)
    if speaker_norm and (problem := speaker_norm_problem(snapshot.utterances)) is not None:
        raise problem
    if speaker_norm and isinstance(features, SequenceSpec):
        raise SequenceNormError(features.kind)
    spec = ExperimentSpec(
        corpus=corpus,
        snapshot=snapshot.digest,
        scheme=tuple(scheme),
        features=features,
        model=model,
        split=split,
        class_weight=class_weight,
        speaker_norm=speaker_norm,
        seed=seed,
        augment=augment,
    )
    check_memory(spec, snapshot.utterances)
    return spec


def split_problems(
    catalog: Catalog, utterances: Sequence[Utterance]
) -> dict[str, MalgyeolError | None]:
    """What keeps each split mode from working on some clips, near-duplicates held together.

    Parameters
    ----------
    catalog : Catalog
    utterances : sequence of Utterance

    Returns
    -------
    problems : dict of str to MalgyeolError or None
        By mode, in the order of `core.corpus.splits.MODES`; None means that it works.
    """
    together = duplicate_groups(catalog, utterances)  # of those heard before
    return available_modes(utterances, groups_together=together)


def keep_run(
    catalog: Catalog,
    run_id: str,
    report: dict[str, Any],
    answers: Sequence[FoldEnded],
    events: Sequence[Event] = (),
) -> None:
    """Keep a finished run: its answers and report as files, its row in the catalog.

    Parameters
    ----------
    catalog : Catalog
    run_id : str
    report : dict
    answers : sequence of FoldEnded
    events : sequence of Event
        What happened, where nobody has written it yet: a run can be told again by its epochs.
    """
    folder = catalog.place.runs / run_id
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / ANSWERS_FILE, _lines(answers))
    if events:
        write_atomically(folder / EVENTS_FILE, _lines(events))
    write_atomically(folder / REPORT_FILE, json.dumps(report, ensure_ascii=False).encode())
    catalog.runs.add(run_id, spec=report["spec"], report=report)


def _lines(events: Sequence[Event]) -> bytes:
    return "".join(json.dumps(event_to_json(e), ensure_ascii=False) + "\n" for e in events).encode()
