"""What a correction does to the score, on clips whose only cue is known."""

import numpy as np
import pytest
import soundfile as sf

from core.corpus import Catalog, import_path
from core.settings import CorrectionChain, DcStep, LoudnessStep
from core.training.correction_effect import correction_effect, score_as_it_is
from tests.corpora import SR, tone

LOUD, QUIET = 1.0, 0.1  # the one thing that tells the two emotions apart


@pytest.fixture
def catalog(workspace_home, tmp_path):
    folder = tmp_path / "levels"
    folder.mkdir()
    for speaker in range(1, 5):
        for sentence in range(1, 6):
            for code, level in (("A", LOUD), ("S", QUIET)):
                y = level * tone(300 + 20 * sentence, seed=10 * speaker + sentence, duration=1.0)
                sf.write(folder / f"{sentence}_{speaker}_{code}.wav", y.astype(np.float32), SR)
    with Catalog() as opened:
        import_path(opened, folder, corpus="levels", convention="original")
        yield opened


def test_taking_the_only_cue_away_makes_the_score_worse(catalog):
    effect = correction_effect(catalog, "levels", CorrectionChain((LoudnessStep(),)))
    assert effect.before == 1.0
    assert effect.after < 0.8
    assert effect.verdict.verdict == "worse"
    assert (effect.chance, effect.n, effect.mode) == (0.5, 40, "speaker")


def test_a_correction_that_takes_nothing_away_changes_nothing(catalog):
    effect = correction_effect(catalog, "levels", CorrectionChain((DcStep(),)))
    assert effect.before == effect.after == 1.0
    assert effect.verdict.verdict == "no-difference"


def test_labels_and_clips_stay_as_they_were(catalog):
    before = score_as_it_is(catalog, "levels")
    correction_effect(catalog, "levels", CorrectionChain((LoudnessStep(),)))
    assert {u.correction for u in catalog.utterances("levels")} == {""}
    assert score_as_it_is(catalog, "levels") == before


def test_it_stops_when_it_is_asked_to(catalog):
    chain = CorrectionChain((DcStep(),))
    assert correction_effect(catalog, "levels", chain, go_on=lambda done, total: False) is None
