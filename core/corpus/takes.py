"""A take in the booth: judged at once, trimmed by where somebody speaks, kept whole.

Conventions
-----------
The bytes that came from the microphone are kept as they are; the utterance points to its speech
by start and end. Every take stays: a new one of the same cell disables the ones before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.audio import Sound, content_digest, decode
from core.corpus.catalog import Catalog
from core.corpus.labels import change, change_each
from core.corpus.recordings import add_utterances
from core.corpus.records import CorpusFacts, NewUtterance, Utterance
from core.corpus.sheets import Prompt
from core.corpus.storage import recording_of
from core.emotions import emotion
from core.i18n import N_
from core.settings import SR, DecodeLimits
from core.signal import ClipMeasures, Segment, clip_flags, measure_clip, speech_segments

__all__ = [
    "PROBLEMS",
    "RoomCheck",
    "TakeVerdict",
    "check_room",
    "choose_take",
    "judge_take",
    "keep_take",
    "take_name",
]

BOOTH_LIMITS = DecodeLimits(min_duration=0.05)  # shorter ones are judged in words, too
MARGIN = 0.15  # s kept on either side of the speech
_SHORTEST = 0.3  # s of speech

# What can be wrong with a take: what it is, and what to do.
PROBLEMS: dict[str, tuple[str, str]] = {
    "nothing": (N_("Nothing was said"), N_("Speak after the dot has turned into a square.")),
    "short": (N_("Too short"), N_("Say the whole sentence before you stop.")),
    "quiet": (N_("Too quiet"), N_("Come closer, or turn the microphone up.")),
    "clipped": (N_("Cut off at the top"), N_("Step back, or turn the microphone down.")),
    "noisy": (N_("Much noise behind it"), N_("Close the window; turn off what hums.")),
    "cut": (N_("Cut at the edge"), N_("Wait for half a second before and after.")),
    "words": (
        N_("Another sentence"),
        N_("Read what stands there, or keep it if it was misheard."),
    ),
}
_OF_FLAGS = {
    "silent": "nothing",
    "too-short": "short",
    "quiet": "quiet",
    "clipped": "clipped",
    "noisy": "noisy",
}


@dataclass(frozen=True)
class TakeVerdict:
    """What is wrong with a take, if anything, and where its speech is."""

    problems: tuple[str, ...]  # keys of `PROBLEMS`
    speech: Segment | None  # with a margin; None where nobody speaks
    measures: ClipMeasures | None

    @property
    def good(self) -> bool:
        """Whether the take can stand as it is."""
        return not self.problems

    @property
    def usable(self) -> bool:
        """Whether somebody speaks in it at all."""
        return self.speech is not None


def judge_take(sound: Sound) -> TakeVerdict:
    """Judge a take by its signal alone.

    Parameters
    ----------
    sound : Sound

    Returns
    -------
    verdict : TakeVerdict
    """
    found = speech_segments(sound.y)
    if not found:
        return TakeVerdict(("nothing" if sound.duration >= _SHORTEST else "short",), None, None)
    start = max(0.0, found[0].start - MARGIN)
    end = min(sound.duration, found[-1].end + MARGIN)
    measures = _measured(sound)
    problems = {_OF_FLAGS[f] for f in clip_flags(measures) if f in _OF_FLAGS}
    if sum(s.duration for s in found) < _SHORTEST:
        problems.add("short")
    if found[0].start <= 0.0 or found[-1].end >= sound.duration:
        problems.add("cut")
    problems.discard("nothing")
    return TakeVerdict(tuple(p for p in PROBLEMS if p in problems), Segment(start, end), measures)


def _measured(sound: Sound) -> ClipMeasures:
    import numpy as np

    from core.features import log_mel_spectrogram

    mel_db, _, _ = log_mel_spectrogram(sound.y, n_fft=512, hop_length=160, n_mels=40)
    f0 = np.zeros(0)  # how much is voiced is not asked here
    measures, _ = measure_clip(sound.y, raw=sound.y, mel_db=mel_db, frame_duration=160 / SR, f0=f0)
    return measures


@dataclass(frozen=True)
class RoomCheck:
    """What a few seconds of silence and a sentence say of a microphone and its room."""

    noise: float  # dBFS of the room
    loud: float  # dBFS of the voice
    problems: tuple[str, ...]  # keys of `PROBLEMS`

    @property
    def above(self) -> float:
        """How far the voice stands above the room, in dB."""
        return self.loud - self.noise


def check_room(sound: Sound) -> RoomCheck:
    """Check a microphone by one sentence with silence around it.

    Parameters
    ----------
    sound : Sound

    Returns
    -------
    check : RoomCheck
    """
    verdict, measures = judge_take(sound), _measured(sound)
    problems = tuple(p for p in verdict.problems if p not in ("cut", "short"))
    return RoomCheck(noise=measures.noise, loud=measures.loud, problems=problems)


def keep_take(
    catalog: Catalog,
    corpus: str,
    data: bytes,
    *,
    prompt: Prompt,
    speaker: str,
    emotion_id: str,
    by: str = "",
    title: str | None = None,
) -> tuple[Utterance | None, TakeVerdict]:
    """Judge a take and keep it under its name; the takes before it are put aside, not deleted.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
        Made when it is not there.
    data : bytes
        As the microphone gave them.
    prompt : Prompt
        What was to be said.
    speaker : str
    emotion_id : str
    by : str
        Who recorded it.
    title : str, optional
        Of a new corpus; its name by default.

    Returns
    -------
    utterance : Utterance or None
        None where nobody speaks: nothing is kept then.
    verdict : TakeVerdict

    Raises
    ------
    AudioError
        If the bytes are no sound; nothing is kept.
    CatalogError
        If the workspace cannot be written; nothing is kept.
    """
    sound = decode(data, name=f"{prompt.code}.wav", limits=BOOTH_LIMITS)
    verdict = judge_take(sound)
    if verdict.speech is None:
        return None, verdict
    before = _takes(catalog, corpus, prompt.code, speaker, emotion_id)
    take = 1 + max((u.take for u in before), default=0)
    new = NewUtterance(
        recording=recording_of(sound, data),
        name=take_name(prompt.code, speaker, emotion_id, take, "wav"),
        sentence=prompt.code,
        speaker=speaker,
        emotion=emotion_id,
        take=take,
        sentence_text=prompt.text or None,
        start=round(verdict.speech.start, 3),
        end=round(verdict.speech.end, 3),
    )
    catalog.store.put(new.recording.content, new.recording.extension, data)
    facts = CorpusFacts(title=title or corpus, language="ko", convention="original")
    added = add_utterances(catalog.database, catalog.store, corpus, facts, [new])
    if added.ids[0] is None:  # the very same bytes once more
        return next((u for u in before if u.content == content_digest(data)), None), verdict
    aside = [u.id for u in before if u.status == "active"]
    if aside:
        change(catalog.database, aside, {"status": "disabled"}, by=by)
    return catalog.utterance(added.ids[0]), verdict


def choose_take(catalog: Catalog, takes: Sequence[Utterance], chosen: int, *, by: str = "") -> None:
    """Let another take of a cell stand, in one change: taken back, all is as before.

    Parameters
    ----------
    catalog : Catalog
    takes : sequence of Utterance
        All of the cell.
    chosen : int
        Id of the one that counts from now on.
    by : str
    """
    counts = {u.id: {"status": "disabled"} for u in takes if u.status == "active"}
    change_each(catalog.database, counts | {chosen: {"status": "active"}}, by=by)


def take_name(code: str, speaker: str, emotion_id: str, take: int, extension: str) -> str:
    """The name of a take in the original naming.

    Parameters
    ----------
    code, speaker, emotion_id : str
    take : int
        From 1.
    extension : str

    Returns
    -------
    name : str

    Examples
    --------
    >>> take_name("1", "3", "happy", 2, "wav")
    '1_3_J-2.wav'
    """
    return f"{code}_{speaker}_{emotion(emotion_id).code}" + (
        f"-{take}.{extension}" if take > 1 else f".{extension}"
    )


def _takes(
    catalog: Catalog, corpus: str, code: str, speaker: str, emotion_id: str
) -> list[Utterance]:
    if corpus not in {c.name for c in catalog.corpora()}:
        return []
    return catalog.utterances(
        corpus, sentences=[code], speakers=[speaker], emotions=[emotion_id], status=None
    )
