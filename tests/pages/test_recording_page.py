"""The recording page: what can be done without a browser's microphone."""

import base64
import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.corpus import Catalog
from core.corpus.consents import agreement_of, consents, note_consent
from core.corpus.cutting import Cut, read_take, save_cuts
from core.corpus.sheets import ORIGINAL_SHEET, save_sheet, sheet_of
from core.errors import DiskFullError, NoSpeechFoundError
from pages.parts import booth_view
from pages.parts.booth_view import Booth
from pages.parts.cut_desk import CutDesk
from pages.parts.cutter import _spans
from pages.parts.recorder import Take, _take
from tests.corpus.test_recording import SR, loud_is_speech, said, wav  # noqa: F401 - a fixture


@pytest.fixture
def kept(workspace_home):
    """Three clips of one take, of a speaker who agreed."""
    with Catalog() as catalog:
        data = said(0.8, 1.0, 0.7)
        cuts = [
            Cut(0.4, 1.4, ("1", "sad")),
            Cut(1.7, 2.9, ("1", "happy")),
            Cut(3.2, 4.2, ("2", "sad")),
        ]
        save_cuts(
            catalog,
            "ours",
            data,
            read_take(data, "take.wav"),
            cuts,
            sheet=ORIGINAL_SHEET,
            speaker="7",
        )
        note_consent(catalog, "7", ["train"])
    return workspace_home


def show(at, view: str):
    at.session_state["recording.view"] = view
    at.run()
    assert not at.exception
    return at


def test_nobody_is_recorded_before_their_consent_is_noted(open_page, workspace_home):
    with Catalog() as catalog:
        save_sheet(catalog, "우리 목소리", replace(ORIGINAL_SHEET, speakers=("지민",)))
    at = open_page("recording")
    at.button(key="recording.agree").click().run()
    assert not at.exception
    with Catalog() as catalog:
        assert agreement_of(catalog, "지민").uses == ("train",)


def test_a_sheet_is_edited_and_kept_with_its_corpus(open_page, kept):
    at = show(open_page("recording"), "sheet")
    at.text_area[0].set_value("1 가나다\n2 라마바").run()
    at.button(key="recording.sheet.keep").click().run()
    assert not at.exception
    with Catalog() as catalog:
        assert [p.text for p in sheet_of(catalog, "ours").prompts] == ["가나다", "라마바"]


def test_a_sheet_without_a_sentence_is_refused_in_words(open_page, kept):
    at = show(open_page("recording"), "sheet")
    at.text_area[0].set_value("\n").run()
    at.button(key="recording.sheet.keep").click().run()
    assert not at.exception
    with Catalog() as catalog:
        assert len(sheet_of(catalog, "ours").prompts) == 2


def test_clips_are_corrected_and_given_back(open_page, kept):
    at = show(open_page("recording"), "correct")
    at.toggle(key="recording.step.loudness").set_value(True).run()
    at.button(key="recording.correct.apply").click().run()
    assert not at.exception
    with Catalog() as catalog:
        assert len({u.correction for u in catalog.utterances("ours")} - {""}) == 1
    at.button(key="recording.correct.undo").click().run()
    with Catalog() as catalog:
        assert {u.correction for u in catalog.utterances("ours")} == {""}


def test_a_voice_is_withdrawn_after_a_look_and_a_tick(open_page, kept):
    at = show(open_page("recording"), "consent")
    at.selectbox(key="recording.withdraw.speaker").set_value("7").run()
    assert at.button(key="recording.withdraw").disabled
    at.checkbox(key="recording.withdraw.sure.7").check().run()
    at.button(key="recording.withdraw").click().run()
    assert not at.exception
    with Catalog() as catalog:
        assert not [c for c in catalog.corpora() if c.name == "ours" and c.n_utterances]


def test_a_consent_of_nobody_is_not_noted_and_the_page_says_what_is_missing(open_page, kept):
    at = show(open_page("recording"), "consent")
    next(button for button in at.button if button.label == "적기").click().run()
    assert not at.exception
    assert any("누가 무엇에 동의하는지" in html.proto.body for html in at.get("html"))
    with Catalog() as catalog:
        assert [c.speaker for c in consents(catalog)] == ["7"]


def test_a_take_that_cannot_be_kept_is_said_and_keeps_nothing(workspace_home, monkeypatch):
    page = SimpleNamespace(_=lambda message: message)
    booth = Booth(corpus="ours", speaker="1", cell=("1", "sad"))
    state: dict = {}
    monkeypatch.setattr(booth_view.st, "session_state", state)
    with Catalog() as catalog:
        for number, data in enumerate((b"RIFFnonsense", wav(np.zeros(SR))), start=1):
            told = {"data": base64.b64encode(data).decode(), "number": number, "rate": 48_000}
            state[f"{booth_view.RECORDER}.take"] = _take(told)
            booth_view._take_in(page, catalog, booth)
            assert booth.problem
            assert booth.unsaved is None
            assert booth.clip is None
        assert catalog.corpora() == []


@pytest.fixture
def arrived(monkeypatch):
    """Let a take arrive in a booth, which began in a cell of its own."""
    page = SimpleNamespace(_=lambda message: message)
    state: dict = {}
    monkeypatch.setattr(booth_view.st, "session_state", state)
    monkeypatch.setattr(booth_view, "_engine", lambda: None)

    def arrive(catalog, booth, data: bytes, tag: str) -> None:
        state[f"{booth_view.RECORDER}.take"] = Take(data, 1, 48_000, tag=tag)
        booth_view._take_in(page, catalog, booth)

    return arrive


def test_a_take_goes_into_the_cell_where_it_began(
    workspace_home,
    arrived,
    loud_is_speech,  # noqa: F811
):
    booth = Booth(corpus="ours", speaker="8", cell=("2", "happy"))
    with Catalog() as catalog:
        arrived(catalog, booth, said(0.8), json.dumps(["ours", "7", "1", "sad"]))
        (clip,) = catalog.utterances("ours")
    assert (clip.name, clip.speaker, clip.emotion) == ("1_7_S.wav", "7", "sad")
    assert booth.cell == ("2", "happy")


def test_a_take_that_a_full_disk_refuses_stays_in_hand(
    workspace_home,
    arrived,
    monkeypatch,
    loud_is_speech,  # noqa: F811
):
    booth = Booth(corpus="ours", speaker="7", cell=("1", "sad"))
    page = SimpleNamespace(_=lambda message: message)
    keep = booth_view.keep_take

    def full(*_args, **_options):
        raise DiskFullError("catalog.db")

    with Catalog() as catalog:
        monkeypatch.setattr(booth_view, "keep_take", full)
        arrived(catalog, booth, said(0.8), "")
        assert booth.problem
        assert booth.unsaved is not None
        monkeypatch.setattr(booth_view, "keep_take", keep)
        booth_view._keep(page, catalog, booth)
        assert booth.unsaved is None
        assert [u.name for u in catalog.utterances("ours")] == ["1_7_S.wav"]


def test_a_long_take_without_speech_stays_to_be_cut_by_hand(workspace_home):
    desk = CutDesk()
    with pytest.raises(NoSpeechFoundError):
        desk.take_in(wav(np.zeros(3 * SR)), "take.wav", [("1", "sad")])
    assert desk.sound is not None
    desk.change([(0.5, 1.5)])
    assert desk.cuts[0].cell == ("1", "sad")


def test_a_take_that_was_put_aside_is_taken_up_again(loud_is_speech):  # noqa: F811
    desk = CutDesk()
    desk.take_in(said(0.8, 1.0), "take.wav", [("1", "sad")])
    cuts = desk.cuts
    desk.reset()
    assert desk.sound is None
    desk.back()
    assert desk.cuts == cuts


@pytest.mark.parametrize("told", [None, 3, [[1]], [["a", "b"]], [[2, 1]], [[0, 99]], [[-1, 1]]])
def test_segments_that_are_none_are_not_taken(told):
    assert _spans(told, 10.0) is None


def test_segments_come_in_order():
    assert _spans([[3, 4], [0, 1.5]], 10.0) == [(0.0, 1.5), (3.0, 4.0)]


def test_changes_of_segments_keep_the_prompts_in_order_and_go_back(loud_is_speech):  # noqa: F811
    desk = CutDesk()
    cells = [("1", "sad"), ("1", "happy"), ("2", "sad")]
    desk.take_in(said(0.8, 1.0, 0.7), "take.wav", cells)
    assert [c.cell for c in desk.cuts] == cells
    before = desk.cuts
    desk.change([(0.4, 1.4), (3.2, 4.2)])
    assert [c.cell for c in desk.cuts] == cells[:2]
    desk.undo()
    assert desk.cuts == before
