"""A live session: frames in, answers out, without a browser."""

import time

import av
import numpy as np
import pytest
import soxr

from core.audio import decode
from core.models import default_model, load_bundle
from core.settings import SR, demo_folder
from pages.parts.live_session import LiveSession
from pages.parts.live_view import is_safe_address

RATE, FRAME = 48_000, 960  # Hz; samples, 20 ms
PATIENCE = 90.0  # s; a bound on hanging


@pytest.fixture(scope="module")
def bundle():
    return load_bundle(default_model())


@pytest.fixture(scope="module")
def speech():
    """Two demo clips with a pause after each, as a microphone sends them: stereo, 48 kHz."""
    quiet = np.zeros(SR, dtype=np.float32)
    clips = sorted((demo_folder() / "audio").glob("1_*_A.*"))[:2]
    y = np.concatenate([np.concatenate([decode(c).y, quiet]) for c in clips])
    wide = soxr.resample(y, SR, RATE)
    return np.repeat(np.round(32_767 * wide).astype(np.int16)[:, None], 2, axis=1)


def frames(samples):
    for start in range(0, len(samples) - FRAME + 1, FRAME):
        block = np.ascontiguousarray(samples[start : start + FRAME].reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(block, format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, av_base()
        yield frame


def av_base():
    from fractions import Fraction

    return Fraction(1, RATE)


def ended(session):
    began = time.monotonic()
    while not session.over and time.monotonic() - began < PATIENCE:
        time.sleep(0.05)
    assert session.over
    assert not session.broke
    return session


def test_every_utterance_has_its_answer_and_nothing_is_lost(bundle, speech):
    session = LiveSession(bundle)
    for frame in frames(speech):
        session.push(frame)
    session.end()
    state = ended(session).state
    assert len(state.timeline.segments) >= 2
    assert session.lost == pytest.approx(0, abs=1e-6)
    assert state.time == pytest.approx(len(speech) / RATE, abs=0.03)
    assert len(session.sound()) == pytest.approx(len(speech) * SR / RATE, abs=500)


def test_a_gap_in_the_senders_clock_is_sound_that_was_lost(bundle, speech):
    session = LiveSession(bundle)
    sent = list(frames(speech))
    for number, frame in enumerate(sent):
        if number % 20 != 10:
            session.push(frame)
    session.end()
    ended(session)
    assert session.lost == pytest.approx(1 / 20, abs=0.01)


def test_a_session_without_sound_ends_when_it_is_told(bundle):
    session = LiveSession(bundle)
    session.end()
    assert ended(session).state.timeline.segments == ()


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("http://localhost:8501/inference", True),
        ("http://127.0.0.1:8501", True),
        ("https://studio.local:8501", True),
        ("http://studio.local:8501", False),
        ("http://10.0.0.7:8501", False),
        (None, True),
    ],
)
def test_the_microphone_is_given_to_localhost_and_https_alone(url, safe):
    assert is_safe_address(url) is safe
