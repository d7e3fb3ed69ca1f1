from core.corpus.judging import ClipDoubt
from core.corpus.quality import ClipQuality, QualityReport
from core.corpus.records import Utterance
from core.corpus.retakes import second_looks


def clip(i: int, text: str = "안녕하세요") -> Utterance:
    return Utterance(
        id=i,
        corpus="ours",
        name=f"{i}.wav",
        content="c",
        start=0.0,
        end=None,
        duration=1.0,
        sentence="1",
        sentence_text=text,
        speaker="1",
        emotion="sad",
        take=1,
        status="active",
    )


def quality(i: int, *flags: str, p: float = 0.9) -> ClipQuality:
    return ClipQuality(i, f"{i}.wav", None, flags, ClipDoubt(p, i, "angry"))


def test_the_worst_comes_first_and_what_is_fine_does_not_come():
    report = QualityReport(
        "ours",
        (quality(1), quality(2, "clipped"), quality(3, p=0.1), quality(4, "noisy", p=0.2)),
        (),
    )
    queue = second_looks(report, [clip(i) for i in (1, 2, 3, 4)])
    assert [(look.id, look.reasons) for look in queue] == [
        (4, ("label", "sound")),
        (3, ("label",)),
        (2, ("sound",)),
    ]
    assert queue[0].suggested == "angry"
    assert queue[2].suggested is None


def test_other_words_are_a_reason_and_words_that_fit_are_none():
    report = QualityReport("ours", (quality(1), quality(2), quality(3)), ())
    said = {1: "안녕하세요.", 2: "전화 좀 받아 주세요", 3: ""}
    (look,) = second_looks(report, [clip(i) for i in (1, 2, 3)], said)
    assert (look.id, look.reasons, look.heard) == (2, ("words",), "전화 좀 받아 주세요")
