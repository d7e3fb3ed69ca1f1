import itertools

import numpy as np
import pytest

from core.audio import decode
from core.errors import KnobError
from core.settings import SR, SegmentationSpec
from core.signal import Segment, speech_segments
from core.signal.voice_activity import energy_probability, silero_file, speech_probability
from tests.conftest import sine


def bursts(*lengths: float, gap: float = 0.6) -> tuple[np.ndarray, list[Segment]]:
    """Tones that swell like syllables, with silence around each; and where they are."""
    parts, truth, at = [np.zeros(int(gap * SR), np.float32)], [], gap
    for length in lengths:
        y = sine(200, duration=length) * (1 + 0.3 * np.sin(np.arange(int(length * SR)) / 900))
        parts += [y.astype(np.float32), np.zeros(int(gap * SR), np.float32)]
        truth.append(Segment(at, at + length))
        at += length + gap
    y = np.concatenate(parts)
    return y + 1e-4 * np.random.default_rng(0).standard_normal(len(y)).astype(np.float32), truth


def test_silence_noise_and_nothing_at_all_hold_no_utterance():
    rng = np.random.default_rng(0)
    for y in (np.zeros(SR), 0.1 * rng.standard_normal(3 * SR), np.zeros(0), np.zeros(10)):
        assert speech_segments(y.astype(np.float32)) == ()
        assert speech_segments(y.astype(np.float32), detector=energy_probability) == ()


def test_the_level_alone_finds_what_stands_out_of_the_noise():
    y, truth = bursts(0.8, 1.5, 0.5)
    found = speech_segments(y, detector=energy_probability)
    margin = SegmentationSpec().pad
    assert len(found) == 3
    for segment, real in zip(found, truth, strict=True):
        assert segment.start == pytest.approx(real.start - margin, abs=0.1)
        assert segment.end == pytest.approx(real.end + margin, abs=0.1)


def test_another_sampling_rate_gives_the_same_seconds():
    from core.audio import resample

    y, _ = bursts(0.8, 1.5)
    a = speech_segments(y, detector=energy_probability)
    b = speech_segments(resample(y, SR, 48_000), 48_000, detector=energy_probability)
    assert [s.start for s in b] == pytest.approx([s.start for s in a], abs=0.02)


def test_a_pause_shorter_than_asked_for_stays_inside_a_segment():
    y, _ = bursts(0.8, 0.8, gap=0.6)
    assert found(y, min_silence=1.0, pad=0.0) == 1
    assert found(y, min_silence=0.3, pad=0.0) == 2


def test_a_pause_that_both_margins_fill_stays_inside_a_segment():
    y, _ = bursts(0.8, 0.8, gap=0.6)
    assert found(y, min_silence=0.3, pad=0.25) == 1


def test_what_is_shorter_than_asked_for_is_no_utterance():
    y, _ = bursts(0.8, 0.4)
    assert found(y, min_speech=0.6) == 1
    assert found(y, min_speech=0.15) == 2


def found(y, **knobs):
    """How many utterances the level finds."""
    return len(speech_segments(y, spec=SegmentationSpec(**knobs), detector=energy_probability))


def test_what_the_detector_never_takes_for_speech_is_none():
    y, _ = bursts(0.8, 1.5)
    heard = energy_probability(y)
    quieter = speech_segments(y, detector=lambda _y: np.minimum(heard, 0.45))
    assert quieter == ()
    assert speech_segments(y, detector=lambda _y: heard) != ()


def test_a_threshold_outside_its_range_is_refused():
    with pytest.raises(KnobError):
        SegmentationSpec(threshold=1.5)


def test_without_the_detector_the_level_decides(monkeypatch):
    from core.signal import voice_activity as module

    monkeypatch.setattr(module, "silero_file", lambda: None)
    module._session.cache_clear()
    try:
        y, _ = bursts(0.8, 1.5, 0.5)
        assert np.array_equal(speech_probability(y), energy_probability(y))
    finally:
        module._session.cache_clear()


@pytest.mark.skipif(silero_file() is None, reason="the detector's weights are not installed")
def test_blocks_of_the_detector_join_without_a_seam(monkeypatch):
    from core.signal import voice_activity as module

    y = np.random.default_rng(1).standard_normal(4 * SR).astype(np.float32) * 0.1
    whole = speech_probability(y)
    monkeypatch.setattr(module, "_BLOCK", 17)
    assert np.allclose(whole, speech_probability(y), atol=1e-5)
    assert len(whole) == -(-len(y) // 512)


@pytest.mark.corpus
@pytest.mark.skipif(silero_file() is None, reason="the detector's weights are not installed")
def test_fluent_korean_speech_is_kept_whole_whether_cut_coarsely_or_finely(clips):
    y = decode((clips / "korean_22050.wav").read_bytes(), name="korean.wav").y
    coarse = speech_segments(y)
    finer = speech_segments(y, spec=SegmentationSpec(min_silence=0.1, price=1.0))
    assert len(finer) > len(coarse) >= 1
    for found in (coarse, finer):
        assert all(a.end <= b.start for a, b in itertools.pairwise(found))
        assert found[0].start == pytest.approx(1.35, abs=0.15)
        assert sum(s.duration for s in found) > 13
