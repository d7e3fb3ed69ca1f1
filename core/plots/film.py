"""A run as a film: frames drawn here, written as GIF or MP4.

Conventions
-----------
A frame is an RGB image; time runs by epochs. Text is drawn in the font that the pages use.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.emotions import emotion
from core.plots.theme import Palette, Theme, palette

__all__ = ["FilmReel", "film_frames", "write_gif", "write_mp4"]

FONT = Path(__file__).resolve().parents[2] / "static" / "fonts" / "PretendardVariable.woff2"
SIZE = (960, 540)  # px
SECONDS = 12.0  # a run is told in so long
MOST_FRAMES = 180
LAST = 1.5  # s that the last frame stays

Progress = Callable[[int, int], bool]  # done, total; False when it is to stop


@dataclass(frozen=True)
class FilmReel:
    """What a film shows, epoch by epoch."""

    title: str
    epoch: str  # caption with ``{epoch}`` and ``{uar}``
    fate: str  # caption of the strip below
    captions: Mapping[str, str]  # by emotion id
    scheme: Sequence[str]
    chance: float
    train: np.ndarray  # (n_epochs,)
    held_out: np.ndarray  # (n_epochs,)
    confusions: np.ndarray  # (n_epochs, n_classes, n_classes)
    answers: np.ndarray  # (n_epochs,), the chosen clip's class by epoch


def film_frames(reel: FilmReel, *, theme: Theme = "dark") -> Iterator[Image.Image]:
    """The frames of a reel.

    Parameters
    ----------
    reel : FilmReel
    theme : {"light", "dark"}

    Yields
    ------
    frame : PIL.Image.Image
        960 by 540 pixels, RGB.
    """
    n_epochs = len(reel.held_out)
    steps = np.unique(np.linspace(0, n_epochs - 1, min(n_epochs, MOST_FRAMES)).astype(int))
    for step in steps:
        yield _frame(reel, int(step), palette(theme))


def frame_count(reel: FilmReel) -> int:
    """How many frames `film_frames` gives.

    Parameters
    ----------
    reel : FilmReel
    """
    return min(len(reel.held_out), MOST_FRAMES)


def write_gif(reel: FilmReel, *, theme: Theme = "dark", progress: Progress | None = None) -> bytes:
    """A reel as GIF.

    Parameters
    ----------
    reel : FilmReel
    theme : {"light", "dark"}
    progress : callable, optional
        Called with frames done and in all; a film that is stopped ends early.

    Returns
    -------
    data : bytes
    """
    frames = [
        frame.convert("P", palette=Image.Palette.ADAPTIVE, colors=64)
        for frame in _watched(reel, theme, progress)
    ]
    pace = max(20, round(1000 * SECONDS / max(1, len(frames))))  # ms; GIF counts in hundredths
    written = io.BytesIO()
    frames[0].save(
        written,
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=[pace] * (len(frames) - 1) + [round(1000 * LAST)],
        loop=0,
    )
    return written.getvalue()


def write_mp4(reel: FilmReel, *, theme: Theme = "dark", progress: Progress | None = None) -> bytes:
    """A reel as MP4 (H.264).

    Parameters
    ----------
    reel : FilmReel
    theme : {"light", "dark"}
    progress : callable, optional
        As for `write_gif`.

    Returns
    -------
    data : bytes
    """
    import av

    written = io.BytesIO()
    rate = Fraction(max(1, round(frame_count(reel) / SECONDS)))
    with av.open(written, "w", format="mp4") as file:
        stream = file.add_stream("libx264", rate=rate, options={"crf": "20", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        last: Image.Image | None = None
        for last in _watched(reel, theme, progress):
            file.mux(stream.encode(av.VideoFrame.from_image(last)))
        for _ in range(round(LAST * rate) if last is not None else 0):
            file.mux(stream.encode(av.VideoFrame.from_image(last)))
        file.mux(stream.encode())
    return written.getvalue()


def _watched(reel: FilmReel, theme: Theme, progress: Progress | None) -> Iterator[Image.Image]:
    total = frame_count(reel)
    for done, frame in enumerate(film_frames(reel, theme=theme), 1):
        yield frame
        if progress is not None and not progress(done, total):
            return


@lru_cache(maxsize=8)
def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FONT, size)
    font.set_variation_by_axes([weight])
    return font


def _frame(reel: FilmReel, step: int, colors: Palette) -> Image.Image:
    image = Image.new("RGB", SIZE, colors.surface)
    pen = ImageDraw.Draw(image)
    pen.text((32, 24), reel.title, colors.ink, _font(26, 700))
    said = reel.epoch.format(epoch=step + 1, uar=f"{reel.held_out[step]:.2f}")
    pen.text((928, 24), said, colors.ink, _font(26, 600), anchor="ra")
    _draw_curves(pen, reel, step, colors, (32, 84, 540, 400))
    _draw_confusion(pen, reel, step, colors, (572, 84, 928, 400))
    _draw_fate(pen, reel, step, colors, (32, 436, 928, 508))
    return image


def _draw_curves(pen, reel: FilmReel, step: int, colors: Palette, box) -> None:
    left, top, right, bottom = box
    pen.rounded_rectangle(box, 10, fill=colors.raised)
    n = max(1, len(reel.held_out) - 1)

    def place(i: int, value: float) -> tuple[float, float]:
        return left + 8 + (right - left - 16) * i / n, bottom - 8 - (bottom - top - 16) * value

    chance = place(0, reel.chance)[1]
    for x in range(left + 8, right - 8, 12):
        pen.line([(x, chance), (x + 6, chance)], colors.ghost, 2)
    for values, color, width in (
        (reel.train, colors.muted, 2),
        (reel.held_out, colors.accent_text, 4),
    ):
        points = [place(i, float(v)) for i, v in enumerate(values[: step + 1])]
        if len(points) > 1:
            pen.line(points, color, width, joint="curve")
        end_x, end_y = points[-1]
        dot = (end_x - width, end_y - width, end_x + width, end_y + width)
        pen.ellipse(dot, fill=color)


def _draw_confusion(pen, reel: FilmReel, step: int, colors: Palette, box) -> None:
    left, top, right, bottom = box
    n = len(reel.scheme)
    matrix = reel.confusions[step]
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    width, height = (right - left - 64) / n, (bottom - top - 28) / n
    font = _font(max(11, min(16, round(width / 4))), 500)
    for i, one in enumerate(reel.scheme):
        middle = top + 28 + height * (i + 0.5)
        pen.text((left + 58, middle), reel.captions[one], colors.muted, font, anchor="rm")
        across = left + 64 + width * (i + 0.5)
        pen.text((across, top + 14), reel.captions[one], colors.muted, font, anchor="mm")
        for j in range(n):
            x, y = left + 64.0 + width * j, top + 28.0 + height * i
            cell = (x + 2, y + 2, x + width - 2, y + height - 2)
            fill = _mixed(colors.raised, colors.muted, 0.55 * float(share[i, j]))
            outline = colors.accent_text if i == j else None
            pen.rounded_rectangle(cell, 6, fill=fill, outline=outline, width=2)
            if share[i, j] > 0:
                said = f"{100 * share[i, j]:.0f}"
                at = (x + width / 2, y + height / 2)
                pen.text(at, said, colors.ink, font, anchor="mm")


def _draw_fate(pen, reel: FilmReel, step: int, colors: Palette, box) -> None:
    left, top, right, bottom = box
    pen.text((left, top), reel.fate, colors.ink, _font(18, 600), anchor="ls")
    now = reel.scheme[int(reel.answers[step])]
    pen.text((right, top), reel.captions[now], colors.ink, _font(18, 600), anchor="rs")
    n = len(reel.answers)
    for i, answer in enumerate(reel.answers[: step + 1]):
        x = left + (right - left) * i / n
        end = max(x + 1, left + (right - left) * (i + 1) / n)
        pen.rectangle((x, top + 14, end, bottom), fill=emotion(reel.scheme[int(answer)]).color)


def _mixed(one: str, other: str, share: float) -> tuple[int, ...]:
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return tuple(round(a + share * (b - a)) for a, b in pairs)
