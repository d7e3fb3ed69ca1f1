"""Work over a real Dask cluster on this machine: the same numbers, also when a worker is killed."""

import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from core.cluster import _answer, _connected, _on_cluster, on_cluster, spread
from core.corpus import Catalog, import_path
from core.corpus.clip_features import feature_key, feature_store
from core.corpus.clips import ClipLoad
from core.errors import ClusterMissingError, ClusterUnreachableError, SignalTooShortError
from core.features import FeatureStore, features_of
from core.settings import (
    ExperimentSpec,
    FunctionalsSpec,
    LogregSpec,
    MlpSpec,
    OriginalSpec,
    SearchSpec,
    SplitSpec,
    Workspace,
    by_epochs,
)
from core.training.events import FoldEnded
from core.training.run import Experiment
from core.training.search import Search
from core.training.search_events import TrialEnded
from core.training.setup import new_experiment
from tests.browser.conftest import free_port
from tests.corpora import write_tones

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120.0  # s; a bound on hanging


class Cluster:
    """A scheduler and two workers, each a process, on the loopback address."""

    def __init__(self, folder: Path):
        self.folder, port = folder, free_port()
        self.address = f"tcp://127.0.0.1:{port}"
        place = ["--host", "127.0.0.1"]
        self.scheduler = self._start("dask_scheduler", *place, "--port", str(port))
        self.workers = [self.add_worker() for _ in range(2)]

    def add_worker(self) -> subprocess.Popen:
        options = ["--host", "127.0.0.1", "--nthreads", "1", "--no-nanny"]
        return self._start("dask_worker", self.address, *options)

    def lose_one(self) -> int:
        """Kill a worker as a machine dies, and start another; its exit code."""
        lost = self.workers.pop(0)
        lost.kill()
        self.workers.append(self.add_worker())
        return lost.wait(timeout=30)

    def _start(self, what: str, *options: str) -> subprocess.Popen:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        environment.pop("MALGYEOL_DASK", None)
        environment["MALGYEOL_HOME"] = str(self.folder / "no workspace here")
        with (self.folder / f"{what}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{what}", "--no-dashboard", *options],
                cwd=self.folder,
                env=environment,
                stdout=log,
                stderr=log,
            )

    def wait_for(self, n: int) -> None:
        from distributed import Client

        with Client(self.address, timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(n, timeout=PATIENCE)

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
        for process in (*self.workers, self.scheduler):
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    pytest.importorskip("distributed", reason="requirements-dask.txt is not installed")
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        cluster.wait_for(2)
        yield cluster
    finally:
        if _connected.cache_info().currsize:
            _connected(cluster.address).close()
        _connected.cache_clear()
        cluster.stop()


@pytest.fixture
def cluster(running, monkeypatch):
    """The cluster with two workers, and the setting that sends work there."""
    running.wait_for(2)
    monkeypatch.setenv("MALGYEOL_DASK", running.address)
    running.sent = set()

    def noting(address, function, calls):
        running.sent.add(function.__name__)
        return _on_cluster(address, function, calls)

    monkeypatch.setattr("core.cluster._on_cluster", noting)
    return running


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    folder = tmp_path_factory.mktemp("catalog")
    write_tones(folder / "tones", n_speakers=4, n_sentences=6)
    place = Workspace(root=folder / "home", models=folder / "home" / "models")
    with Catalog(place) as opened:
        import_path(opened, folder / "tones", corpus="tones", convention="original")
        yield opened


def keyed(catalog):
    return [(feature_key(u), ClipLoad(catalog, u)) for u in catalog.utterances("tones")]


def slowly(number: int) -> int:
    time.sleep(0.2)
    return number * number


def spreads(n: int) -> list[int]:
    return list(spread(slowly, [(i,) for i in range(n)], n_jobs=1))


def fails(number: int) -> int:
    raise SignalTooShortError("a.wav", 0.1, float(number))


def experiment(catalog, model) -> ExperimentSpec:
    split = SplitSpec("speaker", 3)
    return new_experiment(catalog, "tones", features=OriginalSpec(), model=model, split=split)


def folds_of(catalog, model, *, lose=lambda: None, **options) -> list[FoldEnded]:
    """Answers of each fold; ``lose`` is called when the first has come."""
    run = Experiment(experiment(catalog, model), catalog, feature_store(catalog.place), **options)
    answers = []
    for event in run.events():
        if isinstance(event, FoldEnded):
            answers.append(event)
            if len(answers) == 1:
                lose()
    return answers


def trials_of(catalog, *, lose=lambda: None) -> list[TrialEnded]:
    """Trials of a search, from the first on; ``lose`` is called when it is there."""
    base = experiment(catalog, MlpSpec(hidden_layer_sizes=(8,), max_epochs=20))
    spec = SearchSpec(base=base, knobs=("alpha",), seconds=600.0, max_trials=2)
    search = Search(spec, catalog, feature_store(catalog.place), catalog.place.cache / "search")
    trials = []
    for event in search.events():
        if isinstance(event, TrialEnded):
            trials.append(event)
            if len(trials) == 1:
                lose()
    search.forget()
    return trials


@pytest.mark.slow
def test_features_are_the_same_on_a_cluster_that_loses_a_worker(
    catalog, cluster, tmp_path, monkeypatch
):
    with monkeypatch.context() as patched:
        patched.delenv("MALGYEOL_DASK")
        here = features_of(keyed(catalog), FunctionalsSpec(), FeatureStore(tmp_path / "here"))
    lost = []

    def kill_one(done: int, total: int) -> None:
        if 0 < done < total and not lost:
            lost.append(cluster.lose_one())

    there = features_of(
        keyed(catalog), FunctionalsSpec(), FeatureStore(tmp_path / "there"), progress=kill_one
    )
    assert lost, "no worker was killed"
    assert np.array_equal(there, here)


@pytest.mark.slow
@pytest.mark.parametrize(
    "model", [LogregSpec(C=10.0), MlpSpec(hidden_layer_sizes=(16,), max_epochs=40)]
)
def test_folds_are_the_same_on_a_cluster_that_loses_a_worker(catalog, cluster, model):
    """Folds of the MLP are learnt there with all their epochs, unless somebody watches."""
    here = folds_of(catalog, model, live=True) if by_epochs(model) else None
    there = folds_of(catalog, model, lose=cluster.lose_one)
    assert ("_whole_fold" if by_epochs(model) else "fit_rows") in cluster.sent
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("MALGYEOL_DASK")
        assert there == folds_of(catalog, model)
    assert here in (None, sorted(there, key=lambda answer: answer.fold))


@pytest.mark.slow
def test_a_search_tries_the_same_on_a_cluster_that_loses_a_worker(catalog, cluster):
    there = trials_of(catalog, lose=cluster.lose_one)
    assert "_score" in cluster.sent
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("MALGYEOL_DASK")
        assert there == trials_of(catalog)
    assert len(there) == 2 * 4  # three folds and all clips


@pytest.mark.slow
def test_calls_that_wait_are_taken_over_and_what_is_wrong_stays_what_it_is(cluster):
    results = spread(slowly, [(i,) for i in range(20)])
    first = next(results)
    cluster.lose_one()
    assert [first, *results] == [i * i for i in range(20)]
    with pytest.raises(SignalTooShortError):
        list(spread(fails, [(1,), (2,)]))


def test_a_call_on_a_worker_does_what_it_spreads_itself(monkeypatch):
    """Else a worker would wait for a place on itself."""
    monkeypatch.setenv("MALGYEOL_DASK", "tcp://127.0.0.1:1")
    assert _answer(spreads, 3) == [0, 1, 4]
    assert on_cluster()


def test_a_clip_travels_with_its_bytes_and_without_its_workspace(catalog):
    load = keyed(catalog)[0][1]
    travelled = pickle.loads(pickle.dumps(load))
    assert np.array_equal(travelled(), load())
    assert str(catalog.place.root).encode() not in pickle.dumps(load)


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    pytest.importorskip("distributed", reason="requirements-dask.txt is not installed")
    monkeypatch.setattr("core.cluster._PATIENCE", 1.0)
    monkeypatch.setenv("MALGYEOL_DASK", f"tcp://127.0.0.1:{free_port()}")
    with pytest.raises(ClusterUnreachableError):
        list(spread(slowly, [(1,)]))


def test_dask_that_is_not_installed_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setenv("MALGYEOL_DASK", "tcp://127.0.0.1:1")
    with pytest.raises(ClusterMissingError):
        list(spread(slowly, [(1,)]))


def test_without_a_setting_work_stays_here():
    assert list(spread(slowly, [(3,), (4,)], n_jobs=2, threads=True)) == [9, 16]
