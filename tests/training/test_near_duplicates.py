"""The same take never stands on both sides of a fold, whatever was done to its copy."""

import numpy as np
import pytest
import soundfile

from core.corpus import Catalog, import_path
from core.corpus.clip_features import feature_store
from core.corpus.splits import make_folds
from core.settings import LogregSpec, OriginalSpec, SplitSpec, workspace
from core.training.data import TrainingData, read_data
from core.training.events import Finished, FoldEnded
from core.training.run import Experiment
from core.training.setup import new_experiment
from tests.signal.signals import SR, noise, voice


@pytest.fixture
def catalog(workspace_home, tmp_path):
    """Two voices in two emotions, six takes each; every first take once more, softer and cut."""
    folder = tmp_path / "team"
    folder.mkdir()
    for seed in range(24):
        speaker, code, take = seed % 2 + 1, "SA"[seed // 2 % 2], seed // 4
        y = voice(1.0, seed=seed) + noise(1.0, rms=1e-4, seed=seed)
        soundfile.write(folder / f"{take}_{speaker}_{code}.wav", y, SR)
        if take == 0:
            soundfile.write(folder / f"9_{speaker}_{code}.wav", 0.4 * y[800:], SR)
    with Catalog() as opened:
        import_path(opened, folder, corpus="team", convention="original")
        yield opened


def test_copies_are_known_and_kept_together(catalog):
    spec = new_experiment(
        catalog,
        "team",
        features=OriginalSpec(),
        model=LogregSpec(),
        split=SplitSpec("random", 4),
    )
    *_, data = read_data(spec, catalog, feature_store(workspace()))
    assert isinstance(data, TrainingData)
    names = {u.id: u.name for u in data.utterances}
    groups = sorted([names[i] for i in group] for group in data.duplicates)
    assert groups == [
        ["0_1_A.wav", "9_1_A.wav"],
        ["0_1_S.wav", "9_1_S.wav"],
        ["0_2_A.wav", "9_2_A.wav"],
        ["0_2_S.wav", "9_2_S.wav"],
    ]
    place = {u.id: row for row, u in enumerate(data.utterances)}
    for fold in make_folds(data.utterances, spec.split, 0, groups_together=data.duplicates):
        held_out = set(fold.test)
        for first, second in data.duplicates:
            assert (place[first] in held_out) == (place[second] in held_out)


def test_a_run_uses_these_folds(catalog):
    spec = new_experiment(
        catalog,
        "team",
        features=OriginalSpec(),
        model=LogregSpec(),
        split=SplitSpec("random", 4),
    )
    run = Experiment(spec, catalog, feature_store(workspace()))
    events = list(run.events())
    assert isinstance(events[-1], Finished)
    answered = [set(e.utterances) for e in events if isinstance(e, FoldEnded)]
    assert np.sum([len(a) for a in answered]) == 28
    for group in run.data.duplicates:
        assert sum(bool(set(group) & a) for a in answered) == 1
