"""Cycles are freed in the background, and not after every run of a page."""

import gc
import tomllib
import weakref
from pathlib import Path

from pages.parts.memory import Collector

ROOT = Path(__file__).resolve().parent.parent.parent


class Knot:
    """Something that only the cycle collector can free."""

    def __init__(self):
        self.self = self


def test_a_knot_is_freed_at_the_next_look_after_much_was_made():
    gc.collect()
    collector = Collector()
    knot = weakref.ref(Knot())
    made = [[] for _object in range(50_000)]
    gc.collect(1)
    assert collector.look()
    assert knot() is None
    assert len(made) == 50_000


def test_nothing_is_looked_through_where_nothing_was_made():
    gc.collect()
    gc.disable()
    try:
        collector = Collector()
        assert not collector.look()
    finally:
        gc.enable()


def test_streamlit_does_not_look_through_all_objects_after_every_run():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["runner"]["postScriptGC"] is False
