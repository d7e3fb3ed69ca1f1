import base64
import io

import pytest
from PIL import Image

from core.corpus import Catalog, import_path
from core.settings import workspace
from pages.parts import thumbnails
from pages.parts.thumbnails import ThumbnailMaker
from tests.corpora import write_tones

PATIENCE = 90.0  # s; a bound on hanging


@pytest.fixture
def clips(workspace_home, tmp_path, monkeypatch):
    write_tones(tmp_path / "tones", n_speakers=1, n_sentences=2)
    with Catalog() as catalog:
        monkeypatch.setattr(thumbnails, "catalog", lambda: catalog)
        import_path(catalog, tmp_path / "tones", corpus="tones", convention="original")
        yield catalog.utterances("tones")


def files():
    return sorted((workspace().cache / "thumbnails").rglob("*.png"))


def test_every_clip_gets_a_picture_that_is_kept_on_disk(clips):
    pictures = ThumbnailMaker().pictures(clips, "light", patience=PATIENCE)
    assert len(files()) == len(clips) == 8
    image = Image.open(io.BytesIO(base64.b64decode(pictures[0])))
    assert image.format == "PNG" and image.size == (96, 36)


def test_a_picture_is_drawn_once(clips, monkeypatch):
    before = ThumbnailMaker().pictures(clips, "light", patience=PATIENCE)
    monkeypatch.setattr(thumbnails, "_drawn", lambda *_: pytest.fail("drawn again"))
    assert ThumbnailMaker().pictures(clips, "light", patience=PATIENCE) == before


def test_a_theme_and_a_piece_of_a_recording_have_pictures_of_their_own(clips):
    from dataclasses import replace

    maker = ThumbnailMaker()
    maker.pictures(clips[:1], "light", patience=PATIENCE)
    maker.pictures(clips[:1], "dark", patience=PATIENCE)
    maker.pictures([replace(clips[0], start=0.1, end=0.3)], "light", patience=PATIENCE)
    assert len(files()) == 3


def test_what_is_not_ready_is_none_and_comes_later(clips):
    maker = ThumbnailMaker()
    first = maker.pictures(clips, "light", patience=0.0)
    assert None in first
    assert None not in maker.pictures(clips, "light", patience=PATIENCE)


def test_a_clip_that_cannot_be_read_has_an_empty_picture_and_spares_the_others(clips):
    thumbnails.catalog().audio_path(clips[0].content).unlink()
    pictures = ThumbnailMaker().pictures(clips, "light", patience=PATIENCE)
    assert pictures[0] == "" and all(pictures[1:])
