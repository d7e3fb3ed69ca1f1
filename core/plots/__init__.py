"""Arrays and records in, Plotly figures out; captions come translated or with a translation."""

from core.plots.balance import cross_table_figure
from core.plots.clip_map import MapGroup, map_figure
from core.plots.confusion import confusion_figure
from core.plots.learning import (
    EpochRecord,
    LearningCurves,
    learning_curves,
    learning_figure,
    mean_held_out,
)
from core.plots.measures import measure_figure
from core.plots.overlay import Curve, overlay_figure
from core.plots.reliability import reliability_figure
from core.plots.search import search_figure
from core.plots.speakers import SpeakerScore, per_speaker_figure
from core.plots.theme import Theme, palette
from core.plots.thumbnail import spectrogram_png, thumbnail_png

__all__ = [
    "Curve",
    "EpochRecord",
    "LearningCurves",
    "MapGroup",
    "SpeakerScore",
    "Theme",
    "confusion_figure",
    "cross_table_figure",
    "learning_curves",
    "learning_figure",
    "map_figure",
    "mean_held_out",
    "measure_figure",
    "overlay_figure",
    "palette",
    "per_speaker_figure",
    "reliability_figure",
    "search_figure",
    "spectrogram_png",
    "thumbnail_png",
]
