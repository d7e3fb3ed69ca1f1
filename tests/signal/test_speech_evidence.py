import numpy as np
import pytest

from bench import learn_evidence
from core.settings import SR
from core.signal import speech_evidence
from core.signal.voice_activity import energy_probability
from tests.conftest import sine


def voice() -> list[np.ndarray]:
    """Tones that swell like syllables."""
    swell = 1 + 0.3 * np.sin(np.arange(2 * SR) / 900)
    return [(sine(f, duration=2) * swell).astype(np.float32) for f in (150, 220, 300)]


def test_a_frame_is_speech_where_its_middle_lies_in_a_sound():
    sound = learn_evidence.Segment(0.05, 0.12)  # middles: 0.016, 0.048, 0.08, 0.112, 0.144
    assert learn_evidence.is_speech([sound], 5).tolist() == [0, 0, 1, 1, 0]


@pytest.mark.parametrize("kind", ["long_takes", "even_takes", "short_takes"])
def test_takes_are_the_same_for_a_seed_and_others_for_another(kind):
    take = getattr(learn_evidence, kind)
    (a, sounds), (b, _), (c, _) = (next(take("03", voice(), seed)) for seed in (0, 0, 1))
    assert np.array_equal(a, b)
    assert a.dtype == np.float32
    assert len(a) != len(c)
    assert all(0 <= s.start < s.end <= len(a) / SR for s in sounds)


def test_learnt_weights_are_read_and_tell_sound_from_pause(tmp_path, monkeypatch):
    monkeypatch.setattr(learn_evidence, "speech_probability", energy_probability)
    monkeypatch.setattr(learn_evidence, "CONDITIONS", [("clean", None)])
    learnt = learn_evidence.learn({"03": voice()}, takes=2, seed=0)
    np.savez(tmp_path / "learnt.npz", **learnt)
    networks = speech_evidence._networks(tmp_path / "learnt.npz")
    monkeypatch.setattr(speech_evidence, "_networks", lambda: networks)
    y, sounds = list(zip(range(3), learn_evidence.long_takes("08", voice(), 5), strict=False))[1][1]
    odds = speech_evidence.evidence(y, energy_probability(y))
    speech = learn_evidence.is_speech(sounds, len(odds))
    assert np.mean((odds > 0) == speech) > 0.9
