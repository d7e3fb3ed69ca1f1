"""One experiment: a generator of events from spec to report.

The page, the command line, the worker and the tests all drive this one generator. Stopping is
ceasing to ask; nothing is printed, drawn or published here.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.corpus.catalog import Catalog
from core.corpus.splits import Fold, make_folds
from core.features import FeatureStore
from core.settings import ExperimentSpec, by_epochs
from core.training.data import TrainingData, read_data
from core.training.events import Event, Finished, FoldEnded, Prepared
from core.training.known_voice import score_known_voice
from core.training.learning import learn_folds
from core.training.report import make_report

__all__ = ["Experiment"]


@dataclass
class Experiment:
    """A run in progress: iterate `events`; `data` and `answers` fill as it goes."""

    spec: ExperimentSpec
    catalog: Catalog
    store: FeatureStore
    n_jobs: int = 1
    live: bool = False  # whether somebody watches the curve, see `learn_folds`
    data: TrainingData | None = None
    answers: list[FoldEnded] = field(default_factory=list)

    def events(self) -> Iterator[Event]:
        """Run the experiment.

        Yields
        ------
        event : Event
            In the order of `core.training.events`; the last is `Finished`.

        Raises
        ------
        MalgyeolError
            If the corpus cannot serve the spec; before any learning starts.
        """
        began = time.monotonic()
        for item in read_data(self.spec, self.catalog, self.store):
            if isinstance(item, TrainingData):
                self.data = item
            else:
                yield item
                began = time.monotonic()  # clips are measured once, for whatever run comes first
        assert self.data is not None
        folds = make_folds(
            self.data.utterances,
            self.spec.split,
            self.spec.seed,
            groups_together=self.data.duplicates,
        )
        yield self._prepared(self.data, folds)
        learnt = learn_folds(self.spec, self.data, folds, n_jobs=self.n_jobs, live=self.live)
        for event in learnt:
            if isinstance(event, FoldEnded):
                self.answers.append(event)
            yield event
        known_voice = None
        beside = score_known_voice(self.spec, self.data, n_folds=len(folds), n_jobs=self.n_jobs)
        for step in beside:
            if isinstance(step, dict):
                known_voice = step
            else:
                yield step
        report = make_report(
            self.spec,
            self.data,
            folds,
            self.answers,
            known_voice=known_voice,
            seconds=time.monotonic() - began,
        )
        yield Finished(report)

    def _prepared(self, data: TrainingData, folds: Sequence[Fold]) -> Prepared:
        model = self.spec.model
        return Prepared(
            n=len(data.y),
            n_features=data.X.shape[1],
            scheme=self.spec.scheme,
            class_counts=tuple(int((data.y == c).sum()) for c in range(len(self.spec.scheme))),
            fold_names=tuple(fold.name for fold in folds),
            max_epochs=getattr(model, "max_epochs", None) if by_epochs(model) else None,
            at=time.time(),
        )
