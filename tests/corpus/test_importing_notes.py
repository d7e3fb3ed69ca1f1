"""Small and lopsided corpora come in, and what they lack is said beforehand."""

from core.corpus import import_path
from core.corpus.import_notes import shortcomings
from core.corpus.import_preview import look, preview_import
from core.emotions import EMOTIONS
from core.errors import ImpossibleSplitError, TooFewUtterancesError, UnusableSchemeError
from tests.corpus.sounds import write_clips

CODES = [emotion.code for emotion in EMOTIONS]


def lacking(catalog, place, **options):
    return shortcomings(catalog, preview_import(catalog, look(catalog, place), **options))


def test_one_emotion_alone_is_named(catalog, tmp_path):
    (found,) = lacking(catalog, write_clips(tmp_path / "in", "1_1_N.wav", "2_1_N.wav"))
    assert isinstance(found, UnusableSchemeError)
    assert "found: Neutral." in str(found)


def test_two_clips_are_named_as_too_few(catalog, tmp_path):
    (found,) = lacking(catalog, write_clips(tmp_path / "in", "1_1_N.wav", "1_2_A.wav"))
    assert isinstance(found, TooFewUtterancesError)


def test_one_voice_alone_is_named(catalog, tmp_path):
    names = [f"{sentence}_1_{code}.wav" for sentence in (1, 2) for code in "NA"]
    (found,) = lacking(catalog, write_clips(tmp_path / "in", *names))
    assert isinstance(found, ImpossibleSplitError)
    assert "2 different speakers" in str(found)


def test_nine_emotions_of_two_voices_lack_nothing(catalog, tmp_path):
    names = [f"{sentence}_{speaker}_{code}.wav" for sentence in (1, 2) for speaker in (1, 2)
             for code in CODES]  # fmt: skip
    place = write_clips(tmp_path / "in", *names)
    assert lacking(catalog, place) == []
    assert import_path(catalog, place).imported == 36
    assert len(catalog.corpus("in").emotions) == 9
    assert len(catalog.snapshot("in", [e.id for e in EMOTIONS]).utterances) == 36


def test_what_is_there_already_counts(catalog, tmp_path):
    names = [f"{sentence}_1_{code}.wav" for sentence in (1, 2) for code in "NA"]
    import_path(catalog, write_clips(tmp_path / "a", *names), corpus="team")
    second = [f"{sentence}_2_{code}.flac.wav" for sentence in (1, 2) for code in "NA"]
    place = tmp_path / "b"
    write_clips(place, "x.wav", *second)
    rest = [name.replace(".flac", "") for name in second]
    for old, new in zip(second, rest, strict=True):
        (place / old).rename(place / new)
    for number, new in enumerate(rest):
        (place / new).write_bytes((place / new).read_bytes() + bytes(2 * number + 2))
    assert lacking(catalog, place, corpus="team") == []


def test_where_nothing_comes_in_nothing_is_lacking(catalog, tmp_path):
    assert lacking(catalog, write_clips(tmp_path / "in", "memo.wav")) == []
