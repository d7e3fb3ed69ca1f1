"""The report as one HTML file: complete by itself, and safe whatever names are in it."""

import re

import pytest

from core.corpus import Catalog, CorpusFacts, import_path
from core.corpus.exporting import export_corpus
from core.corpus.finding import Finding
from core.corpus.quality import QualityReport
from core.corpus.quality_html import REPORT, examined_html, quality_html
from core.i18n import LANGUAGES
from tests.corpora import write_tones

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def catalog(workspace_home, tmp_path):
    write_tones(tmp_path / "tones", n_speakers=2, n_sentences=2)
    with Catalog() as opened:
        facts = CorpusFacts(title=f"Tones {HOSTILE}", licence="own", synthesised=True)
        import_path(opened, tmp_path / "tones", corpus="tones", facts=facts)
        yield opened


def without_library(html: str) -> str:
    """The page without the plotting library, which is most of it."""
    from plotly.offline import get_plotlyjs

    assert get_plotlyjs() in html
    return html.replace(get_plotlyjs(), "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_holds_findings_figures_and_facts_in_its_language(catalog, language):
    html = without_library(examined_html(catalog, "tones", language=language))
    assert f'<html lang="{language}">' in html
    assert html.count('class="plotly-graph-div"') == 4
    assert ("합성한 목소리" in html) == (language == "ko")
    assert ("Synthesised voices" in html) == (language == "en")
    assert html.count('class="finding') >= 1


def test_a_report_asks_nothing_of_any_network(catalog):
    html = without_library(examined_html(catalog, "tones", language="en"))
    assert "default-src 'none'" in html
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", html)


def test_what_users_wrote_stays_text(catalog):
    clips = catalog.utterances("tones")
    catalog.relabel([clip.id for clip in clips[:4]], speaker=HOSTILE)
    finding = Finding(
        "noisy", "high", "Noise in {clip}", "Record it again.", values={"clip": HOSTILE}
    )
    report = QualityReport("tones", (), (finding,))
    html = without_library(quality_html(catalog, report, language="en"))
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_finding_lists_its_clips_and_says_how_many_more(catalog):
    from core.corpus.quality import ClipQuality

    clips = tuple(ClipQuality(i, f"clip {i:03d}.wav", None, ()) for i in range(1, 100))
    finding = Finding("noisy", "medium", "Noise.", "Record.", clips=tuple(range(1, 100)))
    report = QualityReport("tones", clips, (finding,))
    html = without_library(quality_html(catalog, report, language="en"))
    assert "99 clips" in html
    assert "clip 060.wav" in html
    assert "clip 061.wav" not in html
    assert "and 39 more" in html


def test_a_report_goes_out_with_its_corpus(catalog, tmp_path):
    def extra():
        return {REPORT: examined_html(catalog, "tones", language="en").encode()}

    export_corpus(catalog, "tones", tmp_path / "out", extra=extra)
    assert (tmp_path / "out" / REPORT).read_text(encoding="utf-8").startswith("<!doctype html>")
    again = import_path(catalog, tmp_path / "out", corpus="again")
    assert (again.imported, [name for name, _ in again.skipped]) == (16, [REPORT])


def test_stopping_the_examination_leaves_no_export(catalog, tmp_path):
    class StoppedError(Exception):
        pass

    def stop(done, total, seconds_left):
        raise StoppedError

    def extra():
        return {REPORT: examined_html(catalog, "tones", language="en", progress=stop).encode()}

    place = tmp_path / "place"
    place.mkdir()
    with pytest.raises(StoppedError):
        export_corpus(catalog, "tones", place / "out", extra=extra)
    assert list(place.iterdir()) == []
