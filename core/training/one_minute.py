"""The one-minute loop: a few takes of one voice become a corpus, a score and a model, at once.

So few clips make a model of this one voice on this one microphone; the score is kept with its
wide interval, and whoever shows the model says how little that is.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.corpus import Catalog, import_path
from core.corpus.clip_features import feature_store
from core.corpus.records import CorpusFacts
from core.corpus.sources import Upload
from core.emotions import emotion
from core.i18n import N_
from core.settings import LogregSpec, SplitSpec
from core.settings.features import FunctionalsSpec
from core.training.events import Finished
from core.training.publish import publish, run_bundle
from core.training.run import Experiment
from core.training.setup import keep_run, new_experiment, new_run_id

__all__ = ["CORPUS", "TAKES", "Learnt", "OwnTake", "learn_own_voice"]

CORPUS = "one-minute"
TITLE = N_("My voice, one minute")
TAKES = 3  # of each emotion; every fold then learns from two and is asked the third


@dataclass(frozen=True)
class OwnTake:
    """A take of the loop."""

    data: bytes  # a sound file
    emotion: str
    sentence: str  # its number, from 1
    text: str


@dataclass(frozen=True)
class Learnt:
    """What came of the loop."""

    run_id: str
    model: Path
    report: dict[str, Any]
    seconds: float  # from the takes to the model


def learn_own_voice(catalog: Catalog, takes: Sequence[OwnTake], *, language: str) -> Learnt:
    """Keep the takes as a corpus, score by folds, and learn the model from all of them.

    Parameters
    ----------
    catalog : Catalog
    takes : sequence of OwnTake
        `TAKES` of each of two emotions or more. An earlier loop's corpus goes out of sight.
    language : str
        That was spoken, ISO 639-1.

    Returns
    -------
    learnt : Learnt
        A run like any other: it is compared, kept as a model or forgotten on the other pages.

    Raises
    ------
    MalgyeolError
        If the takes cannot be read, or are not enough; what was imported stays.
    """
    began = time.monotonic()
    if any(info.name == CORPUS for info in catalog.corpora()):
        catalog.remove_corpus(CORPUS)
    texts = {take.sentence: take.text for take in takes}
    facts = CorpusFacts(title=TITLE, language=language, licence="", sentences=texts)
    import_path(
        catalog, [_upload(t) for t in takes], corpus=CORPUS, convention="original", facts=facts
    )
    spec = new_experiment(
        catalog,
        CORPUS,
        features=FunctionalsSpec(),
        model=LogregSpec(),
        split=SplitSpec("random", TAKES),
    )
    experiment = Experiment(spec, catalog, feature_store(catalog.place), live=True)
    report = next(e.report for e in experiment.events() if isinstance(e, Finished))
    run_id = new_run_id()
    model = run_bundle(catalog.place, run_id)
    publish(experiment, report, model)
    keep_run(catalog, run_id, report, experiment.answers)
    return Learnt(run_id, model, report, time.monotonic() - began)


def _upload(take: OwnTake) -> Upload:
    return Upload(f"{take.sentence}_me_{emotion(take.emotion).code}.wav", take.data)
