"""A second look at clips, from gathering them to what it gained."""

import time

import numpy as np
import soundfile as sf

from core.corpus import Catalog, import_path
from tests.corpora import SR, tone, write_tones


def wait_for(at, ready, limit: float = 90.0) -> None:
    """Run the page until something is there; the limit only bounds hanging."""
    began = time.monotonic()
    while not ready() and time.monotonic() - began < limit:
        time.sleep(0.3)
        at.run()
    assert not at.exception
    assert ready()


def keys_of(at) -> set[str]:
    return {button.key for button in at.button}


def test_doubtful_clips_are_worked_off_one_by_one(open_page, workspace_home, tmp_path):
    folder = tmp_path / "tones"
    write_tones(folder, n_speakers=2, n_sentences=4, codes="SA")
    loud = np.clip(8 * tone(300, seed=1), -0.99, 0.99)  # cut off at the top
    for k in range(3):
        sf.write(folder / f"{7 + k}_1_S.wav", loud[: -160 * k or None], SR)
    with Catalog() as catalog:
        import_path(catalog, folder, corpus="ours", convention="original")
    at = open_page("recording")
    at.session_state["recording.view"] = "retake"
    at.run()
    at.button(key="recording.second.start").click().run()
    wait_for(at, lambda: "recording.second.keep" in keys_of(at))
    queue = at.session_state["recording.queue"]
    n = len(queue.looks)
    assert n >= 3
    every = {f"recording.second.{key}" for key in ("keep", "again", "sad", "angry")}
    assert every <= keys_of(at)
    with Catalog() as catalog:
        clip = catalog.utterance(queue.looks[0].id)
    other = "angry" if clip.emotion == "sad" else "sad"
    at.button(key=f"recording.second.{other}").click().run()
    with Catalog() as catalog:
        assert catalog.utterance(clip.id).emotion == other
    while queue.at < n - 1:
        at.button(key="recording.second.keep").click().run()
    at.button(key="recording.second.again").click().run()
    assert not at.exception
    assert (queue.relabelled, queue.kept, queue.sent) == (1, n - 2, 1)
    assert at.session_state["recording.view"] == "booth"
    at.session_state["recording.view"] = "retake"
    at.run()
    at.button(key="recording.second.reset").click().run()
    assert "recording.second.start" in keys_of(at)
