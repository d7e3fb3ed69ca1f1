"""A film of a run: as many frames as epochs, readable by anybody."""

import io

import av
import numpy as np
import pytest
from PIL import Image

from core.plots.film import (
    MOST_FRAMES,
    SIZE,
    FilmReel,
    film_frames,
    frame_count,
    write_gif,
    write_mp4,
)


def reel(n_epochs: int = 6) -> FilmReel:
    return FilmReel(
        title="말결",
        epoch="에포크 {epoch} · UAR {uar}",
        fate="“안녕하세요”",
        captions={"sad": "슬픔", "angry": "화남"},
        scheme=("sad", "angry"),
        chance=0.5,
        train=np.linspace(0.5, 1, n_epochs),
        held_out=np.linspace(0.5, 0.8, n_epochs),
        confusions=np.tile([[3, 1], [0, 4]], (n_epochs, 1, 1)),
        answers=np.arange(n_epochs) % 2,
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_epoch_is_a_frame_that_differs_from_the_last(theme):
    frames = list(film_frames(reel(), theme=theme))
    assert [f.size for f in frames] == [SIZE] * 6
    assert len({f.tobytes() for f in frames}) == 6


def test_a_gif_is_read_back_with_its_frames():
    with Image.open(io.BytesIO(write_gif(reel()))) as gif:
        assert (gif.format, gif.size, gif.n_frames) == ("GIF", SIZE, 6)


def test_an_mp4_is_read_back_with_its_frames_and_its_end():
    with av.open(io.BytesIO(write_mp4(reel()))) as film:
        (stream,) = film.streams.video
        frames = list(film.decode(stream))
    assert (stream.codec_context.width, stream.codec_context.height) == SIZE
    assert len(frames) >= 6


def test_a_long_run_is_told_in_larger_steps():
    assert frame_count(reel(2_000)) == MOST_FRAMES


def test_a_film_that_is_stopped_ends_early():
    stopped = write_gif(reel(), progress=lambda done, total: done < 2)
    with Image.open(io.BytesIO(stopped)) as gif:
        assert gif.n_frames == 2
