"""Sheets, takes, cuts and corrections, against a workspace of their own."""

import io
from dataclasses import replace

import numpy as np
import pytest
import soundfile as sf

from core.corpus import takes
from core.corpus.clip_features import feature_key
from core.corpus.clips import read_clip, read_original
from core.corpus.corrections import chains_in_use, set_correction
from core.corpus.cutting import (
    Cut,
    assign_in_order,
    closest_to,
    cut_take,
    named,
    read_take,
    save_cuts,
)
from core.corpus.said import likeness, match_prompts
from core.corpus.sheets import (
    ORIGINAL_SHEET,
    Prompt,
    PromptSheet,
    cells_of,
    order_of,
    parse_prompts,
    save_sheet,
    sheet_of,
)
from core.corpus.takes import choose_take, judge_take, keep_take
from core.errors import (
    CutOverlapError,
    NoSpeechFoundError,
    NotEnoughPromptsError,
    SheetError,
    UnusableSchemeError,
)
from core.settings import SR, CorrectionChain
from core.signal import Segment, chain_of_text
from tests.conftest import sine

PROMPT = ORIGINAL_SHEET.prompts[0]


@pytest.fixture
def loud_is_speech(monkeypatch):
    """Tones count as speech: what a detector hears in them is not the matter here."""

    def found(y, sr=SR, spec=None):
        above = np.flatnonzero(np.abs(y) > 0.05)
        if not above.size:
            return ()
        new = np.flatnonzero(np.diff(above) > 0.2 * SR)
        starts = above[np.r_[0, new + 1]]
        ends = above[np.r_[new, len(above) - 1]]
        return tuple(Segment(a / SR, b / SR) for a, b in zip(starts, ends, strict=True))

    monkeypatch.setattr(takes, "speech_segments", found)
    monkeypatch.setattr("core.corpus.cutting.speech_segments", found)


def wav(y: np.ndarray) -> bytes:
    file = io.BytesIO()
    sf.write(file, y, SR, format="WAV", subtype="PCM_16")
    return file.getvalue()


def said(*lengths: float, gap: float = 0.5, peak: float = 0.3, seed: int = 0) -> bytes:
    """Tones with silence around each, and a little noise."""
    silence = np.zeros(int(gap * SR), np.float32)
    parts = [silence]
    for length in lengths:
        burst = np.random.default_rng(1).standard_normal(int(length * SR)) * peak / 3
        parts += [np.convolve(burst, np.ones(4) / 2, mode="same").astype(np.float32), silence]
    y = np.concatenate(parts)
    return wav(y + 1e-4 * np.random.default_rng(seed).standard_normal(len(y)).astype(np.float32))


# --- sheets -------------------------------------------------------------------------------------


def test_a_sheet_is_read_from_lines_with_or_without_numbers():
    prompts = parse_prompts("\ufeff안녕하세요\n# remark\n\n7) 고마워요\n  잘   가요 \n")
    assert [(p.code, p.text) for p in prompts] == [
        ("1", "안녕하세요"),
        ("7", "고마워요"),
        ("8", "잘 가요"),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "1 a\n1 b", "\n".join("a" * 201)])
def test_a_sheet_that_cannot_be_used_says_why(text):
    with pytest.raises(SheetError):
        parse_prompts(text) if len(text) < 300 else parse_prompts("a" * 201)


def test_pictures_on_a_sheet_are_small_and_come_from_no_network():
    with pytest.raises(SheetError):
        PromptSheet((Prompt("1", "a", "https://example.org/a.png"),))
    PromptSheet((Prompt("1", "", "data:image/png;base64,AAAA"),))


def test_a_sheet_needs_two_emotions():
    with pytest.raises(UnusableSchemeError):
        PromptSheet((Prompt("1", "a"),), emotions=("sad",))


def test_the_sheet_of_a_new_corpus_has_the_original_sentences_until_another_is_kept(catalog):
    assert sheet_of(catalog, "ours").prompts[:2] == (
        Prompt("1", "안녕하세요"),
        Prompt("2", "괜찮아요"),
    )
    assert len(sheet_of(catalog, "ours").prompts) == 10
    mine = PromptSheet((Prompt("1", "가"), Prompt("2", "나")), ("happy", "sad"), ("지민",))
    save_sheet(catalog, "ours", mine)
    assert sheet_of(catalog, "ours") == mine
    assert order_of(mine) == [("1", "happy"), ("1", "sad"), ("2", "happy"), ("2", "sad")]


# --- takes --------------------------------------------------------------------------------------


def test_a_take_is_kept_whole_named_and_trimmed_by_pointing(catalog, loud_is_speech):
    data = said(0.8)
    clip, verdict = keep_take(catalog, "ours", data, prompt=PROMPT, speaker="3", emotion_id="happy")
    assert clip.name == "1_3_J.wav"
    assert (clip.sentence, clip.speaker, clip.emotion, clip.take) == ("1", "3", "happy", 1)
    assert clip.start == pytest.approx(0.35, abs=0.03)
    assert clip.end == pytest.approx(1.45, abs=0.03)
    assert catalog.read_bytes(clip) == data
    assert verdict.usable


def test_another_take_puts_the_first_one_aside_and_either_can_count(catalog, loud_is_speech):
    first, _ = keep_take(catalog, "ours", said(0.8), prompt=PROMPT, speaker="3", emotion_id="sad")
    second, _ = keep_take(catalog, "ours", said(0.9), prompt=PROMPT, speaker="3", emotion_id="sad")
    assert second.name == "1_3_S-2.wav"
    clips = catalog.utterances("ours", status=None)
    assert [u.status for u in cells_of(clips, "3")["1", "sad"]] == ["active", "disabled"]
    choose_take(catalog, clips, first.id)
    assert catalog.utterance(first.id).status == "active"
    assert catalog.utterance(second.id).status == "disabled"


def test_to_choose_a_take_is_one_change_and_is_taken_back_by_one(catalog, loud_is_speech):
    for length in (0.8, 0.9):
        keep_take(catalog, "ours", said(length), prompt=PROMPT, speaker="3", emotion_id="sad")
    clips = catalog.utterances("ours", status=None)
    choose_take(catalog, clips, clips[0].id, by="Mina")
    assert [u.status for u in catalog.utterances("ours", status=None)] == ["active", "disabled"]
    catalog.undo(by="Mina")
    assert catalog.utterances("ours", status=None) == clips


def test_a_take_is_numbered_after_all_before_it_and_counts_alone(catalog, loud_is_speech):
    def record(length):
        clip, _ = keep_take(
            catalog, "ours", said(length), prompt=PROMPT, speaker="3", emotion_id="sad"
        )
        return clip

    takes = [record(length) for length in (0.8, 0.9, 1.0)]
    assert (takes[-1].name, takes[-1].take) == ("1_3_S-3.wav", 3)
    catalog.set_status([takes[0].id], "active")  # by hand: two count now
    takes.append(record(1.1))
    counted = {u.id for u in catalog.utterances("ours")}
    assert counted == {takes[-1].id}
    assert catalog.corpus("ours").n_utterances == 1


def test_silence_and_a_tenth_of_a_second_keep_nothing(catalog):
    for y, problem in ((np.zeros(SR), "nothing"), (sine(duration=0.1), "short")):
        clip, verdict = keep_take(
            catalog, "ours", wav(y), prompt=PROMPT, speaker="1", emotion_id="sad"
        )
        assert clip is None
        assert verdict.problems == (problem,)
    assert catalog.corpora() == []
    assert not list(catalog.place.audio.rglob("*.wav"))


def test_a_verdict_names_what_is_wrong(loud_is_speech):
    from core.audio import decode

    def problems(data: bytes) -> tuple[str, ...]:
        return judge_take(decode(data, name="take.wav")).problems

    assert problems(said(1.0)) == ()
    silence = np.zeros(SR // 2)
    cut_off = np.clip(4 * sine(220, duration=1.5), -0.9, 0.9)
    assert "clipped" in problems(wav(np.r_[silence, cut_off, silence]))
    assert "cut" in problems(said(1.0, gap=0.0))
    assert "short" in problems(said(0.2))
    noise = 0.1 * np.random.default_rng(0).standard_normal(2 * SR)
    loud = np.r_[silence, sine(220, duration=1), silence]
    assert "noisy" in problems(wav(loud + noise))


# --- cuts ---------------------------------------------------------------------------------------


def test_a_long_take_becomes_utterances_at_once_and_goes_at_once(catalog, loud_is_speech):
    data = said(0.8, 1.0, 0.7)
    sound = read_take(data, "take.wav")
    cells = [("1", "sad"), ("1", "happy"), ("2", "sad")]
    cuts = assign_in_order(cut_take(sound), cells)
    assert named(cuts, "5") == ["1_5_S.wav", "1_5_J.wav", "2_5_S.wav"]
    added = save_cuts(catalog, "ours", data, sound, cuts, sheet=ORIGINAL_SHEET, speaker="5")
    clips = catalog.utterances("ours")
    assert len(clips) == 3
    assert len({u.content for u in clips}) == 1  # they point into one recording
    assert {u.sentence_text for u in clips} == {"안녕하세요", "괜찮아요"}
    middle = next(u for u in clips if u.emotion == "happy")
    assert read_clip(catalog, middle).duration == pytest.approx(1.0, abs=0.05)
    assert catalog.undo_import(added.import_id) == 3
    assert catalog.corpora() == []


def test_what_has_no_prompt_or_no_place_is_not_saved(catalog, loud_is_speech):
    data = said(0.8, 1.0)
    sound = read_take(data, "take.wav")
    cuts = cut_take(sound)
    keep = {"sheet": ORIGINAL_SHEET, "speaker": "1"}
    with pytest.raises(NotEnoughPromptsError, match="1 of 2"):
        save_cuts(catalog, "ours", data, sound, assign_in_order(cuts, [("1", "sad")]), **keep)
    for bad in (
        [Cut(0.0, 0.05, ("1", "sad"))],
        [Cut(0.0, 99.0, ("1", "sad"))],
        [Cut(0.0, 1.0, ("1", "sad")), Cut(0.9, 1.5, ("1", "happy"))],
    ):
        with pytest.raises(CutOverlapError):
            save_cuts(catalog, "ours", data, sound, bad, **keep)
    assert catalog.corpora() == []


def test_more_segments_than_prompts_stay_without_one_and_fewer_leave_prompts_over():
    cuts = [Cut(0, 1), Cut(2, 3), Cut(4, 5)]
    assert [c.cell for c in assign_in_order(cuts, [("1", "sad")])] == [("1", "sad"), None, None]
    cells = [("1", "sad"), ("1", "happy"), ("2", "sad"), ("2", "happy")]
    assert [c.cell for c in assign_in_order(cuts, cells)] == cells[:3]


def test_segments_merge_over_their_shortest_pauses():
    cuts = [Cut(0, 1), Cut(1.2, 2), Cut(4, 5), Cut(5.5, 6)]
    assert [(c.start, c.end) for c in closest_to(cuts, 2)] == [(0, 2), (4, 6)]
    assert closest_to(cuts, 9) == cuts


def test_a_take_without_speech_is_refused():
    with pytest.raises(NoSpeechFoundError, match=r"3\.0 s"):
        cut_take(read_take(wav(np.zeros(3 * SR)), "silence.wav"))


# --- words --------------------------------------------------------------------------------------


def test_likeness_ignores_spaces_and_signs_and_counts_letters():
    assert likeness("안녕하세요!", "안녕 하세요") == 1.0
    assert likeness("", "안녕") == 0.0
    assert likeness("안녕하세여", "안녕하세요") > 0.8
    assert likeness("괜찮아요", "정말 고마워요") < 0.5


def test_a_skipped_and_a_repeated_sentence_are_found():
    prompts = ["안녕하세요", "괜찮아요", "오늘 날씨가 좋네요", "지금 가고 있어요"]
    spoken = ["안녕하세요", "안녕하세요", "오늘 날씨가 좋네요", "지금 가고 있어요"]
    matches = match_prompts(spoken, prompts)
    assert sorted(m.prompt for m in matches) == [0, 0, 2, 3]
    assert [m.repeated for m in matches].count(True) == 1
    assert 1 not in {m.prompt for m in matches}  # 괜찮아요 was skipped


def test_a_segment_that_nobody_could_read_takes_its_turn():
    matches = match_prompts(
        ["안녕하세요", "", "오늘 날씨가 좋네요"], ["안녕하세요", "괜찮아요", "오늘 날씨가 좋네요"]
    )
    assert [m.prompt for m in matches] == [0, 1, 2]


# --- corrections --------------------------------------------------------------------------------


def test_a_correction_is_heard_known_to_features_and_taken_back(catalog, loud_is_speech):
    clip, _ = keep_take(
        catalog, "ours", said(1.0, peak=0.1), prompt=PROMPT, speaker="1", emotion_id="sad"
    )
    before = read_clip(catalog, clip)
    original = catalog.read_bytes(clip)
    chain = chain_of_text("loudness=-20")
    assert set_correction(catalog, [clip.id], chain, by="kim") is not None
    corrected = catalog.utterance(clip.id)
    after = read_clip(catalog, corrected)
    assert np.abs(after.y).max() > 1.3 * np.abs(before.y).max()
    assert feature_key(corrected) != feature_key(clip)
    assert np.array_equal(read_original(catalog, corrected).y, before.y)
    assert catalog.read_bytes(corrected) == original
    assert chains_in_use(catalog, "ours") == {chain.digest: 1}
    catalog.undo()
    assert np.array_equal(read_clip(catalog, catalog.utterance(clip.id)).y, before.y)
    set_correction(catalog, [clip.id], chain)
    set_correction(catalog, [clip.id], CorrectionChain())
    assert catalog.utterance(clip.id) == replace(clip, correction="")
