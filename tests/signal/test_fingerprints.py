"""A take is known again after gain, MP3, noise, silence and cuts; other takes are not."""

import io

import numpy as np
import pytest
import soundfile

from core.audio import decode
from core.signal import Prints, similar_pairs, similarity
from tests.signal.signals import SR, noise, print_of, silence, sine, voice

SAME = 0.85


def alike(a, b) -> float:
    (grids_a, durations_a), (grids_b, durations_b) = print_of(a), print_of(b)
    return similarity(grids_a, grids_b, durations_a, durations_b)


def through_mp3(y):
    file = io.BytesIO()
    soundfile.write(file, y, SR, format="MP3")
    return decode(file.getvalue(), name="copy.mp3").y


def prints(signals) -> Prints:
    made = [print_of(y) for y in signals]
    return Prints(np.stack([g for g, _ in made]), np.array([d for _, d in made]))


def pairs(signals, **other):
    all_prints = prints(signals)

    def read(start, end):
        return Prints(all_prints.grids[start:end], all_prints.durations[start:end])

    found = similar_pairs(len(signals), read, threshold=SAME, **other)
    return {(p.first, p.second) for p in found}


def test_a_clip_is_wholly_like_itself():
    assert alike(voice(), voice()) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        lambda y: 0.1 * y,
        lambda y: np.clip(4 * y, -1, 1),
        through_mp3,
        lambda y: y + noise(len(y) / SR, rms=0.005),
        lambda y: np.concatenate([silence(0.3), y, silence(0.5)]),
        lambda y: y[1_600:],
        lambda y: y[:-1_600],
        lambda y: y[1_600:-1_600],
        lambda y: y[4_000:],
        lambda y: through_mp3(0.5 * y[1_600:-800]),
    ],
    ids=["softer", "louder", "mp3", "noise", "silence", "start", "end", "both", "much", "all"],
)
def test_a_copy_is_known_again(change):
    for seed in range(3):
        y = voice(2.0, seed=seed)
        assert alike(y, change(y).astype(np.float32)) > SAME


def test_other_takes_are_not_alike():
    takes = [voice(1.0 + 0.2 * seed, seed=seed) for seed in range(8)]
    assert pairs(takes) == set()


def test_steady_sounds_and_silence_are_like_nothing():
    assert alike(sine(440, 1.0), sine(440, 1.0)) == 0.0
    assert alike(silence(1.0), silence(1.0)) == 0.0
    assert alike(noise(1.0, rms=0.1), noise(1.0, rms=0.1, seed=1)) < 0.3


def test_all_pairs_are_found_across_blocks(monkeypatch):
    monkeypatch.setattr("core.signal.fingerprints._BLOCK", 4)
    takes = [voice(1.5, seed=seed) for seed in range(9)]
    copies = [0.3 * takes[8], takes[0][1_600:], takes[5]]  # rows 9, 10 and 11
    assert pairs(takes + copies) == {(8, 9), (0, 10), (5, 11)}


def test_only_two_blocks_of_fingerprints_are_asked_for_at_a_time(monkeypatch):
    monkeypatch.setattr("core.signal.fingerprints._BLOCK", 2)
    signals = [voice(1.0, seed=seed) for seed in range(6)]
    all_prints, asked = prints(signals), []

    def read(start, end):
        asked.append((start, end))
        return Prints(all_prints.grids[start:end], all_prints.durations[start:end])

    list(similar_pairs(6, read, threshold=SAME))
    assert max(end - start for start, end in asked) == 2


@pytest.mark.parametrize("n", [0, 1])
def test_none_and_one_have_no_pairs(n):
    assert (
        pairs([voice()] * n) == set()
        if n
        else list(similar_pairs(0, lambda start, end: None, threshold=SAME)) == []
    )


def test_the_shortest_clip_has_a_fingerprint():
    grids, _ = print_of(np.array([0.5], dtype=np.float32))
    assert grids.shape == (2, 40, 64)
