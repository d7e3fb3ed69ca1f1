"""A take is known again after gain, MP3, noise, silence and cuts; other takes are not."""

import io

import numpy as np
import pytest
import soundfile

from core.audio import decode
from core.signal import Prints, pairing, similar_pairs, similarity
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
    monkeypatch.setattr("core.signal.pairing._BLOCK", 4)
    takes = [voice(1.5, seed=seed) for seed in range(9)]
    copies = [0.3 * takes[8], takes[0][1_600:], takes[5]]  # rows 9, 10 and 11
    assert pairs(takes + copies) == {(8, 9), (0, 10), (5, 11)}


def test_each_fingerprint_is_asked_for_once_and_a_block_at_a_time(monkeypatch):
    monkeypatch.setattr("core.signal.pairing._BLOCK", 2)
    signals = [voice(1.0, seed=seed) for seed in range(5)]
    all_prints, asked = prints(signals), []

    def read(start, end):
        asked.append((start, end))
        return Prints(all_prints.grids[start:end], all_prints.durations[start:end])

    list(similar_pairs(5, read, threshold=SAME))
    assert asked == [(0, 2), (2, 4), (4, 5)]


def many_prints(n, *, alike):
    """Fingerprints that drift: the share of pairs that are alike is high or low."""
    rng = np.random.default_rng(0)
    bases = rng.normal(0, 1, (12, 40, 16)).repeat(4, axis=2)
    own = rng.normal(0, 1, (n, 40, 16)).repeat(4, axis=2)
    mixed = bases[rng.integers(0, 12, n)] * alike + own
    grids = np.clip(128 + 20 * np.stack([mixed, np.roll(mixed, 3, axis=2)], axis=1), 0, 255)
    return Prints(grids.astype(np.uint8), rng.uniform(1, 2, (n, 2)))


def all_compared(prints, threshold):
    """The same answer the long way: every clip with every other, in every way, in full."""
    views = pairing._views(prints.grids).astype(np.float64)
    cosines = np.max([views[:, a] @ views[:, b].T for a, b in pairing._WAYS], axis=0)
    found = set()
    for i, row in enumerate(cosines):
        later = np.arange(i + 1, len(row))
        nearest = later[np.argsort(-row[later], kind="stable")][: pairing._NEIGHBOURS]
        for j in nearest[row[nearest] >= pairing._COARSE_SIMILARITY]:
            alike = similarity(
                prints.grids[i], prints.grids[j], prints.durations[i], prints.durations[j]
            )
            if alike >= threshold:
                found.add((i, int(j), alike))
    return found


@pytest.mark.parametrize("alike", [1.2, 1.5, 4.0])  # hardly a pair, some, all of a kind
def test_the_bound_loses_no_pair(monkeypatch, alike):
    monkeypatch.setattr("core.signal.pairing._BLOCK", 100)
    monkeypatch.setattr("core.signal.pairing._TILE", 30)
    made = many_prints(450, alike=alike)

    def read(start, end):
        return Prints(made.grids[start:end], made.durations[start:end])

    found = list(similar_pairs(450, read, threshold=0.6))
    assert len(set(found)) == len(found)
    assert set(found) == all_compared(made, 0.6)


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
