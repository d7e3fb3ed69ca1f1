"""Networks and disturbed copies on the training page."""

import pytest

from core.settings import MODEL_SPECS, NeuralSpec, knob_names, spec_from_json
from core.training.events import EpochEnded, EpochGoesOn, FoldEnded, Prepared
from pages.parts.run_progress import epochs_progress
from tests.pages.test_training_page import catalog, page, said, wait_for

__all__ = ["catalog", "page"]  # fixtures
pytestmark = [pytest.mark.slow]
NETWORKS = [kind for kind, cls in MODEL_SPECS.items() if issubclass(cls, NeuralSpec)]


def drawn(at):
    return {w.key for w in (*at.slider, *at.select_slider, *at.selectbox, *at.toggle)}


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_network_has_its_frames_its_knobs_and_its_cost(page, kind):
    page.segmented_control(key="training.model").set_value(kind).run()
    assert not page.exception
    frames = page.segmented_control(key=f"training.frames.{kind}")
    for name in knob_names(MODEL_SPECS[kind]()):
        assert f"training.{kind}.{frames.value}.{name}" in drawn(page)
    assert "Voice measures (592)" not in frames.options
    assert "weights · about" in said(page)
    if kind == "cnn-original":
        assert frames.options == ["Spectrogram (256 × 256)"]
        assert "33,032," in said(page)


def test_copies_are_heard_before_they_are_learnt_from(page):
    assert "training.augment.knobs.noise" not in drawn(page)
    page.toggle(key="training.augment").set_value(True).run()
    assert not page.exception
    assert {f"training.augment.knobs.{n}" for n in ("noise", "pitch", "room")} <= drawn(page)
    assert "training.preview.tones" in drawn(page)
    for knob in ("noise", "gain", "shift", "pitch", "tempo", "room"):
        page.select_slider(key=f"training.augment.knobs.{knob}").set_value(0.0)
    page.run()
    assert "nothing is disturbed" in said(page)
    assert "training.preview.tones" not in drawn(page)


def test_a_network_learns_from_copies_and_its_score_comes(page, catalog):
    page.segmented_control(key="training.model").set_value("lstm").run()
    for name, value in (("units", 8), ("max_epochs", 2), ("batch_size", 16)):
        page.slider(key=f"training.lstm.mfcc-frames.{name}").set_value(value)
    page.select_slider(key="training.features.mfcc-frames.length").set_value(1.0)
    page.toggle(key="training.augment").set_value(True).run()
    page.button(key="training.start").click().run()
    wait_for(page, "on held-out clips: unseen speakers, 4 folds. 95 % interval")
    (run,) = catalog.runs.runs("tones")
    spec = spec_from_json(run.spec)
    assert spec.model.units == 8
    assert spec.augment.noise == 15.0


def prepared(n_folds=2, max_epochs=4):
    return Prepared(
        n=8, n_features=4, scheme=("sad", "angry"), class_counts=(4, 4),
        fold_names=tuple("ab"[:n_folds]), max_epochs=max_epochs, at=0.0,
    )  # fmt: skip


def epoch(fold, number):
    return EpochEnded(fold=fold, epoch=number, loss=1.0, train=0.5, held_out=0.5)


def ended(fold):
    return FoldEnded(fold=fold, name="a", utterances=(), reference=(), proba=(), train=0.5)


def test_progress_counts_folds_side_by_side_and_one_after_the_other():
    share, text = epochs_progress([epoch(0, 1), epoch(1, 1)], prepared(), str)
    assert (share, text) == (0.25, "Epoch 1 of 4 · 2 folds side by side")
    events = [*(epoch(0, n) for n in range(1, 5)), ended(0), EpochGoesOn(1, 1, 5, 10)]
    share, text = epochs_progress(events, prepared(), str)
    assert share == pytest.approx(4.5 / 8)
    assert text == "Fold 2 of 2 · epoch 1 of 4 · 50\xa0% of this epoch"


def test_progress_has_a_figure_inside_the_first_epoch_of_a_slow_network():
    _share, text = epochs_progress([EpochGoesOn(0, 1, 2, 8)], prepared(), str)
    assert text == "Epoch 1 of 4 · 2 folds side by side · 12\xa0% of this epoch"
    _share, text = epochs_progress([epoch(0, 1), EpochGoesOn(1, 1, 4, 8)], prepared(), str)
    assert text == "Epoch 1 of 4 · 2 folds side by side · 75\xa0% of this epoch"


def test_progress_says_when_a_network_is_compiled():
    assert "Compiling" in epochs_progress([EpochGoesOn(0, 0, 0, 0)], prepared(), str)[1]
