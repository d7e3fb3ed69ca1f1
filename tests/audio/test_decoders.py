"""Decoding in a process of its own: the same result, and a server that outlives every file."""

import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from core.audio import DecoderPool, decode, decode_apart
from core.audio.decoders import DECODERS
from core.errors import (
    AudioError,
    DecoderDiedError,
    DecoderTimeoutError,
    FileTooLargeError,
    NotAudioError,
)
from core.settings import DecodeLimits
from tests.odd_bytes import chirp, sndfile
from tests.odd_files import ODD_FILES, make_all

READY = "import sys, time, os; sys.stdout.write('ready\\n'); sys.stdout.flush();"


@pytest.fixture(scope="module")
def pool():
    made = DecoderPool(1)
    yield made
    made.close()


@pytest.fixture(scope="module")
def healthy() -> bytes:
    return sndfile(chirp(duration=1.0))


def saying(code: str, **options) -> DecoderPool:
    """A pool whose workers do something else after they were ready."""
    return DecoderPool(1, command=[sys.executable, "-c", READY + code], **options)


def outcome(decoder, data: bytes, name: str):
    try:
        return decoder(data, name=name)
    except AudioError as error:
        return error


def test_every_odd_file_ends_as_it_does_here(pool, tmp_path):
    make_all(tmp_path)
    for odd in ODD_FILES:
        data = (tmp_path / odd.name).read_bytes()
        here, there = outcome(decode, data, odd.name), outcome(pool.decode, data, odd.name)
        assert type(there) is type(here), odd.name
        if isinstance(here, AudioError):
            assert there.values == here.values, odd.name
        else:
            assert np.array_equal(there.y, here.y), odd.name
            there_facts = {k: v for k, v in vars(there).items() if k != "y"}
            assert there_facts == {k: v for k, v in vars(here).items() if k != "y"}


def test_a_warm_worker_is_used_again(pool, healthy):
    pool.decode(healthy, name="a.wav")
    worker = pool._idle.queue[0]
    pool.decode(healthy, name="b.wav")
    assert pool._idle.queue[0] is worker


def test_a_file_that_hangs_is_stopped_and_the_next_one_is_served(healthy):
    hanging = saying("sys.stdin.buffer.readline(); time.sleep(600)", time_limit=1.0)
    began = time.monotonic()
    with pytest.raises(DecoderTimeoutError) as caught:
        hanging.decode(healthy, name="hang.wav")
    assert time.monotonic() - began < 60
    assert caught.value.seconds == 1.0
    assert hanging._idle.empty()


def test_a_worker_that_never_reads_cannot_hold_its_server(healthy):
    deaf = saying("time.sleep(600)", time_limit=1.0)
    with pytest.raises(DecoderTimeoutError):
        deaf.decode(healthy * 20, name="deaf.wav")  # more than a pipe holds


def test_a_worker_that_dies_takes_one_file_with_it_and_no_other(healthy):
    dying = saying("sys.stdin.buffer.readline(); os._exit(139)")
    for _ in range(2):
        with pytest.raises(DecoderDiedError):
            dying.decode(healthy, name="crash.wav")


@pytest.mark.parametrize(
    "said",
    [
        "{}\\n",
        "no json\\n",
        '{\\"error\\": \\"KnobError\\", \\"values\\": {}}\\n',
        '{\\"error\\": \\"__name__\\", \\"values\\": {}}\\n',
        '{\\"sound\\": {}, \\"samples\\": 0}\\n',
        '{\\"sound\\": {\\"flags\\": []}, \\"samples\\": 99}\\nxx',
        "x" * 70_000,
    ],
)
def test_what_a_broken_worker_says_is_not_believed(healthy, said):
    code = f"sys.stdin.buffer.readline(); sys.stdout.write('{said}'); sys.stdout.flush()"
    with pytest.raises(DecoderDiedError):
        saying(code).decode(healthy, name="odd.wav")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's data")
def test_a_file_that_needs_too_much_memory_is_refused(healthy):
    long = sndfile(chirp(duration=59.0, sr=48_000), sr=48_000)
    small = DecoderPool(1, memory_limit=2**20)
    with pytest.raises(AudioError):
        small.decode(long, name="long.wav")
    small.close()
    roomy = DecoderPool(1)
    assert roomy.decode(long, name="long.wav").duration == pytest.approx(59.0, abs=0.01)
    roomy.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads the worker's limits from /proc")
def test_a_worker_is_bounded_and_knows_no_secrets(healthy, monkeypatch):
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/secret/key.json")
    one = DecoderPool(1)
    one.decode(healthy, name="a.wav")
    process = one._idle.queue[0]._process
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    told = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
    assert told["Max data size"] == str(2**30)
    assert told["Max file size"] == told["Max core file size"] == "0"
    assert b"secret" not in Path(f"/proc/{process.pid}/environ").read_bytes()
    one.close()


def test_where_no_process_can_be_had_the_server_decodes_and_says_why(healthy, caplog):
    lacking = DecoderPool(1, command=["/no/such/program"])
    with caplog.at_level(logging.WARNING):
        assert lacking.decode(healthy, name="a.wav").duration == pytest.approx(1.0)
    assert "decoded in the server itself" in caplog.text
    with pytest.raises(NotAudioError):
        lacking.decode(b"a text that is no sound at all", name="a.wav")


def test_a_worker_that_ends_before_it_is_ready_is_no_reason_to_fail(healthy):
    early = DecoderPool(1, command=[sys.executable, "-c", "raise SystemExit(1)"])
    assert early.decode(healthy, name="a.wav").duration == pytest.approx(1.0)


def test_a_setting_decodes_in_the_server_itself(healthy, monkeypatch):
    monkeypatch.setenv("MALGYEOL_DECODE", "here")
    monkeypatch.setattr(DECODERS, "decode", None)
    assert decode_apart(healthy, name="a.wav").duration == pytest.approx(1.0)


def test_what_is_too_large_is_not_even_sent():
    with pytest.raises(FileTooLargeError):
        saying("").decode(b"x" * 100, limits=DecodeLimits(max_bytes=99))


@pytest.mark.skipif(os.name == "nt", reason="a signal ends the worker there")
def test_a_worker_ends_with_its_server(healthy):
    code = (
        "from core.audio import DECODERS; import sys, os\n"
        "DECODERS.decode(sys.stdin.buffer.read(), name='a.wav')\n"
        "print(DECODERS._idle.queue[0]._process.pid, flush=True)\n"
        "os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=healthy, capture_output=True)
    pid, began = int(done.stdout), time.monotonic()
    while time.monotonic() - began < 60:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists() and ") Z" in stat.read_text():  # ended, and nobody asked how
            return
        time.sleep(0.1)
    raise AssertionError("it lives on")
