"""What JAX traced is kept for the next process, and never believed when it does not check."""

import logging

import jax
import jax.export
import numpy as np
import pytest

from core.models.neural import programs
from core.models.neural.programs import compiled

X = np.arange(6, dtype=np.float32)


@pytest.fixture
def make(tmp_path):
    """Compile one small function and count how often it was traced."""

    class Make:
        traced = 0
        folder = tmp_path / "networks"

        def __call__(self, factor=2.0, key="double"):
            def function(x):
                self.traced += 1
                return {"y": jax.numpy.sin(x) * factor}

            shape = jax.ShapeDtypeStruct(X.shape, np.float32)
            return compiled(jax, function, (shape,), key=key, folder=self.folder)(X)["y"]

        @property
        def file(self):
            (file,) = self.folder.iterdir()
            return file

    return Make()


def test_a_program_is_traced_once_and_gives_the_same_numbers_again(make):
    first, again = make(), make()
    assert make.traced == 1
    np.testing.assert_array_equal(first, again)
    np.testing.assert_allclose(first, 2 * np.sin(X), rtol=1e-6)


def test_another_key_is_another_program(make):
    make()
    np.testing.assert_allclose(make(3.0, "treble"), 3 * np.sin(X), rtol=1e-6)
    assert make.traced == 2


def test_a_program_of_other_code_or_other_versions_is_never_used(make, monkeypatch):
    make()
    monkeypatch.setattr(programs, "_surroundings", lambda jax: "a later version")
    np.testing.assert_allclose(make(5.0), 5 * np.sin(X), rtol=1e-6)


def test_the_room_s_own_code_and_jax_s_settings_decide(monkeypatch, tmp_path):
    programs._surroundings.cache_clear()
    before = programs._surroundings(jax)
    (tmp_path / "layers.py").write_text("x = 1")
    for change in (
        lambda patch: patch.setattr(programs, "__file__", str(tmp_path / "programs.py")),
        lambda patch: patch.setattr(jax, "__version__", "0.0.1"),
        lambda patch: patch.setenv("JAX_ENABLE_X64", "1"),
    ):
        with monkeypatch.context() as patch:
            change(patch)
            programs._surroundings.cache_clear()
            assert programs._surroundings(jax) != before
    programs._surroundings.cache_clear()


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: bytes([data[0] ^ 1]) + data[1:],
        lambda data: b"\x80\x04cos\nsystem\n(S'exit 1'\ntR.",
    ],
)
def test_a_damaged_file_is_traced_again_and_replaced(make, harm, caplog):
    expected, whole = make(), make.file.read_bytes()
    make.file.write_bytes(harm(whole))
    with caplog.at_level(logging.WARNING):
        np.testing.assert_array_equal(make(), expected)
    assert "is traced again" in caplog.text
    assert make.traced == 2
    np.testing.assert_array_equal(make(), expected)
    assert make.traced == 2  # the file was replaced


def test_where_nothing_can_be_written_it_learns_without(make, tmp_path, caplog):
    make.folder = tmp_path / "a file"
    make.folder.write_text("in the way")
    np.testing.assert_allclose(make(), 2 * np.sin(X), rtol=1e-6)
    assert "is not kept" in caplog.text
