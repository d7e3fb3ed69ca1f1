"""Work over a real Dask cluster on this machine: the same numbers, also when a worker is killed."""

import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from core.cluster import _connected, spread
from core.corpus import Catalog, import_path
from core.corpus.clip_features import feature_key, feature_store
from core.corpus.clips import ClipLoad
from core.errors import ClusterMissingError, ClusterUnreachableError, SignalTooShortError
from core.features import FeatureStore, features_of
from core.settings import FunctionalsSpec, LogregSpec, OriginalSpec, SplitSpec
from core.training.events import FoldEnded
from core.training.run import Experiment
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

    def _start(self, what: str, *options: str) -> subprocess.Popen:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
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


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    pytest.importorskip("distributed", reason="requirements-dask.txt is not installed")
    running = Cluster(tmp_path)
    try:
        running.wait_for(2)
        monkeypatch.setenv("MALGYEOL_DASK", running.address)
        yield running
    finally:
        if _connected.cache_info().currsize:
            _connected(running.address).close()
        _connected.cache_clear()
        running.stop()


@pytest.fixture
def catalog(workspace_home, tmp_path):
    write_tones(tmp_path / "tones", n_speakers=4, n_sentences=6)
    with Catalog() as opened:
        import_path(opened, tmp_path / "tones", corpus="tones", convention="original")
        yield opened


def keyed(catalog):
    return [(feature_key(u), ClipLoad(catalog, u)) for u in catalog.utterances("tones")]


def slowly(number: int) -> int:
    time.sleep(0.2)
    return number * number


def fails(number: int) -> int:
    raise SignalTooShortError("a.wav", 0.1, float(number))


@pytest.mark.slow
def test_features_and_folds_are_the_same_on_a_cluster_that_loses_a_worker(
    catalog, cluster, tmp_path, monkeypatch
):
    """One worker is killed while features are under way, and one while calls are waiting."""
    monkeypatch.delenv("MALGYEOL_DASK")
    here = features_of(keyed(catalog), FunctionalsSpec(), FeatureStore(tmp_path / "here"))
    spec = new_experiment(
        catalog,
        "tones",
        features=OriginalSpec(),
        model=LogregSpec(C=10.0),
        split=SplitSpec("speaker", 3),
    )
    folds_here = answers(catalog, spec)
    monkeypatch.setenv("MALGYEOL_DASK", cluster.address)

    def kill_one(done: int, total: int) -> None:
        if 0 < done < total and cluster.workers[0].poll() is None:
            cluster.workers[0].kill()

    there = features_of(
        keyed(catalog), FunctionalsSpec(), FeatureStore(tmp_path / "there"), progress=kill_one
    )
    assert cluster.workers[0].wait(timeout=30) != 0, "no worker was killed"
    assert np.array_equal(there, here)
    assert folds_here == answers(catalog, spec)

    cluster.workers.append(cluster.add_worker())
    cluster.wait_for(2)
    results = spread(slowly, [(i,) for i in range(20)])
    first = next(results)
    cluster.workers[1].kill()
    assert [first, *results] == [i * i for i in range(20)]
    with pytest.raises(SignalTooShortError):  # what is wrong with a clip stays what it is
        list(spread(fails, [(1,), (2,)]))


def answers(catalog, spec) -> list[FoldEnded]:
    run = Experiment(spec, catalog, feature_store(catalog.place))
    return [event for event in run.events() if isinstance(event, FoldEnded)]


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
