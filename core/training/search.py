"""Better settings, searched for inside the training parts, so that what was found stays honest.

A search that looks at the held-out clips finds settings for just these. Here every outer fold has
a search of its own in its training part; the winner answers the clips that this fold holds out,
and these answers together are the score: that of *searching and then learning*, not of one lucky
setting. A last search over all clips finds the settings to go on with.

Trials are kept in a journal beside the run: a search that was stopped goes on where it was.
"""

import dataclasses
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from core.cluster import spread
from core.corpus.catalog import Catalog
from core.corpus.splits import Fold, make_folds
from core.errors import CorpusError, TrainingDivergedError, UnusableSchemeError
from core.evaluation import compare_over_folds, unweighted_average_recall
from core.features import FeatureStore
from core.settings import ExperimentSpec, SearchSpec, Workspace, spec_digest, spec_to_json
from core.training.data import TrainingData, read_data
from core.training.events import FeaturesRead, Finished, FoldEnded
from core.training.learning import learn_folds
from core.training.report import make_report
from core.training.search_events import PartEnded, SearchPrepared, TrialEnded
from core.training.search_space import start_of, suggest

__all__ = ["Search", "search_folder", "with_settings"]

JOURNAL_FILE = "search.journal"
STARTUP_TRIALS = 4  # before anything is pruned

SearchEvent = FeaturesRead | SearchPrepared | TrialEnded | PartEnded | Finished


def search_folder(place: Workspace, spec: SearchSpec) -> Path:
    """Where the trials of a search lie until it is finished.

    The folder is that of the settings, the clips and the knobs; the time is not among them: a
    search that was stopped goes on when it is asked for again, also with more time.

    Parameters
    ----------
    place : Workspace
    spec : SearchSpec

    Returns
    -------
    folder : Path
    """
    timeless = dataclasses.replace(spec, seconds=SearchSpec.seconds, max_trials=0)
    return place.cache / "searches" / spec_digest(timeless)


def with_settings(base: ExperimentSpec, settings: dict[str, Any]) -> ExperimentSpec:
    """An experiment with some knobs of its model set.

    Parameters
    ----------
    base : ExperimentSpec
    settings : dict

    Returns
    -------
    spec : ExperimentSpec
    """
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()}
    return dataclasses.replace(base, model=dataclasses.replace(base.model, **values))


@dataclass
class Search:
    """A search in progress: iterate `events`; `answers` fill as it goes."""

    spec: SearchSpec
    catalog: Catalog
    store: FeatureStore
    folder: Path  # of the journal; one that is there is gone on with
    data: TrainingData | None = None
    answers: list[FoldEnded] = field(default_factory=list)

    def events(self) -> Iterator[SearchEvent]:
        """Run the search.

        Yields
        ------
        event : FeaturesRead, SearchPrepared, TrialEnded, PartEnded or Finished

        Raises
        ------
        MalgyeolError
            If the corpus cannot serve the experiment; before any trial.
        """
        began, base = time.monotonic(), self.spec.base
        for item in read_data(base, self.catalog, self.store):
            if isinstance(item, TrainingData):
                self.data = item
            else:
                yield item
        assert self.data is not None
        outer = make_folds(
            self.data.utterances, base.split, base.seed, groups_together=self.data.duplicates
        )
        names = (*(fold.name for fold in outer), "")
        yield SearchPrepared(
            len(self.data.y), names, self.spec.knobs, self.spec.seconds, time.time()
        )
        everything = np.arange(len(self.data.y))
        found: list[PartEnded] = []
        for part, rows in enumerate([*(_learnt(fold) for fold in outer), everything]):
            for event in self._part(part, rows, self.spec.seconds / len(names)):
                if isinstance(event, PartEnded):
                    found.append(event)
                yield event
            if part < len(outer):
                self._answer(found[-1], outer[part], part)
        yield Finished(self._report(outer, found, time.monotonic() - began))

    def forget(self) -> None:
        """Put the journal away: asked for again, the search begins anew."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _part(
        self, part: int, rows: np.ndarray, seconds: float
    ) -> Iterator[TrialEnded | PartEnded]:
        """Trials on the inner folds of some rows, until their time is over."""
        import optuna

        inner = self._inner_folds(rows)
        study = self._study(part)
        finished = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
        done = study.get_trials(deepcopy=False, states=finished)
        used = sum(t.duration.total_seconds() for t in done if t.duration is not None)
        if not study.trials:
            study.enqueue_trial(start_of(self.spec.base.model, self.spec.knobs))
        yield from _told(part, done)  # those of a search that is gone on with are seen again
        n = len(done)
        while n == 0 or (used < seconds and not 0 < self.spec.max_trials <= n):
            began = time.monotonic()
            event = self._trial(study, part, n, inner)
            used, n = used + time.monotonic() - began, n + 1
            yield event
        settings = dict(study.best_trial.user_attrs["settings"])
        yield PartEnded(part, settings, float(study.best_value), n)

    def _trial(self, study: Any, part: int, number: int, inner: Sequence[Fold]) -> TrialEnded:
        import optuna

        trial = study.ask()
        settings = suggest(trial, self.spec.base.model, self.spec.knobs)
        trial.set_user_attr("settings", settings)
        scores: list[float] = []
        state = optuna.trial.TrialState.COMPLETE
        for step, score in enumerate(self._scores(settings, inner)):
            scores.append(score)
            trial.report(float(np.mean(scores)), step)
            if step + 1 < len(inner) and trial.should_prune():
                state = optuna.trial.TrialState.PRUNED
                break
        score = float(np.mean(scores))
        complete = state == optuna.trial.TrialState.COMPLETE
        study.tell(trial, score if complete else None, state=state)
        return TrialEnded(part, number, settings, score, not complete, float(study.best_value))

    def _scores(self, settings: dict[str, Any], inner: Sequence[Fold]) -> Iterator[float]:
        """UAR of one setting on the inner folds: one after the other here, at once on a cluster."""
        assert self.data is not None
        spec = with_settings(self.spec.base, settings)
        yield from spread(_score, [(spec, self.data, fold) for fold in inner], n_jobs=1)

    def _inner_folds(self, rows: np.ndarray) -> list[Fold]:
        """Folds inside some rows by the outer split's mode; at random where that cannot be."""
        assert self.data is not None
        inside = [self.data.utterances[i] for i in rows]
        split = dataclasses.replace(
            self.spec.base.split, n_folds=self.spec.inner_folds, three_way=False
        )
        for mode in (split.mode, "random"):
            try:
                folds = make_folds(
                    inside,
                    dataclasses.replace(split, mode=mode),
                    self.spec.base.seed,
                    groups_together=self.data.duplicates,
                )
            except (CorpusError, UnusableSchemeError):
                if mode == "random":
                    raise
                continue
            return [Fold(rows[f.train], rows[f.test], f.name) for f in folds]
        raise AssertionError("a random split was made or refused")

    def _study(self, part: int) -> Any:
        import optuna
        from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.folder.mkdir(parents=True, exist_ok=True)
        file = str(self.folder / JOURNAL_FILE)
        backend = JournalFileBackend(file, lock_obj=JournalFileOpenLock(file))
        seed = self.spec.base.seed + part
        samplers = {
            "tpe": lambda: optuna.samplers.TPESampler(seed=seed, n_startup_trials=STARTUP_TRIALS),
            "random": lambda: optuna.samplers.RandomSampler(seed=seed),
        }
        return optuna.create_study(
            storage=optuna.storages.JournalStorage(backend),
            study_name=f"part-{part}",
            load_if_exists=True,
            direction="maximize",
            sampler=samplers[self.spec.sampler](),
            pruner=optuna.pruners.MedianPruner(n_startup_trials=STARTUP_TRIALS),
        )

    def _answer(self, found: PartEnded, fold: Fold, part: int) -> None:
        """The winner of a part answers what its fold holds out."""
        assert self.data is not None
        spec = with_settings(self.spec.base, found.settings)
        events = learn_folds(spec, self.data, [fold])
        answer = next(e for e in events if isinstance(e, FoldEnded))
        self.answers.append(dataclasses.replace(answer, fold=part))

    def _report(
        self, outer: Sequence[Fold], found: Sequence[PartEnded], seconds: float
    ) -> dict[str, Any]:
        assert self.data is not None
        report = make_report(self.spec.base, self.data, outer, self.answers, seconds=seconds)
        *parts, last = found
        report["search"] = {
            "spec": spec_to_json(self.spec),
            "settings": last.settings,
            "inner_uar": last.inner_uar,  # not to be shown as a score: it was chosen for it
            "n_trials": sum(part.n_trials for part in found),
            "parts": [dataclasses.asdict(part) for part in parts],
            "against_start": self._against_start(outer),
        }
        return report

    def _against_start(self, outer: Sequence[Fold]) -> dict[str, Any] | None:
        """Whether searching did better than the settings that it began with, paired by fold."""
        assert self.data is not None
        if len(outer) < 2:
            return None
        events = learn_folds(self.spec.base, self.data, outer)
        start = {e.fold: e for e in events if isinstance(e, FoldEnded)}
        guess, old = (
            [np.array(a.proba).argmax(axis=1) for a in answers]
            for answers in (self.answers, [start[a.fold] for a in self.answers])
        )
        ids = [i for a in self.answers for i in a.utterances]
        speaker = {u.id: u.speaker for u in self.data.utterances}
        learnt = sum(len(fold.train) for fold in outer)
        verdict = compare_over_folds(
            [c for a in self.answers for c in a.reference],
            np.concatenate(old).tolist(),
            np.concatenate(guess).tolist(),
            folds=[a.fold for a in self.answers for _ in a.utterances],
            test_to_train=len(ids) / learnt,
            labels=range(len(self.spec.base.scheme)),
            groups=[speaker[i] for i in ids] if any(speaker.values()) else None,
        )
        return dataclasses.asdict(verdict)


def _learnt(fold: Fold) -> np.ndarray:
    """All that may be looked at before the test: training and validation part."""
    if fold.validation is None:
        return fold.train
    return np.sort(np.concatenate([fold.train, fold.validation]))


def _told(part: int, done: Sequence[Any]) -> Iterator[TrialEnded]:
    """Finished trials of a part's journal, as they were told when they ended."""
    best = -np.inf
    for number, trial in enumerate(done):
        pruned = trial.state.name == "PRUNED"
        best = best if pruned else max(best, trial.value)
        yield TrialEnded(
            part, number, trial.user_attrs["settings"], trial.value, pruned, float(best)
        )


def _score(spec: ExperimentSpec, data: TrainingData, fold: Fold) -> float:
    """UAR on one inner fold; settings that run away score nothing."""
    try:
        answer = next(e for e in learn_folds(spec, data, [fold]) if isinstance(e, FoldEnded))
    except TrainingDivergedError:
        return 0.0
    guess = np.array(answer.proba).argmax(axis=1)
    return unweighted_average_recall(
        np.array(answer.reference), guess, labels=range(len(spec.scheme))
    )
