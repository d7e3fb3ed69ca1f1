"""Small catalogs and utterances, made of plain bytes: most of the catalog never listens."""

import hashlib
from collections.abc import Iterable

from core.corpus import Catalog, CorpusFacts
from core.corpus.records import NewUtterance, Recording, Utterance

FACTS = CorpusFacts(title="Test corpus", language="ko")


def recording(data: bytes, *, duration=1.0, flags=()) -> Recording:
    return Recording(
        content=hashlib.sha256(data).hexdigest(),
        extension="wav",
        size=len(data),
        duration=duration,
        source_sr=16_000,
        source_channels=1,
        format="WAV/PCM_16",
        flags=flags,
    )


def add_clips(catalog: Catalog, names: Iterable[str], *, corpus="team", flags=()) -> list[int]:
    """Clips in the original naming, such as ``1_1_N``; the bytes of a clip are its name."""
    emotions = {"S": "sad", "N": "neutral", "J": "happy", "A": "angry"}
    new = []
    for name in names:
        sentence, speaker, code = name.rsplit("_", 2)
        data = name.encode()
        stored = recording(data, flags=flags)
        catalog.store.put(stored.content, "wav", data)
        new.append(NewUtterance(stored, f"{name}.wav", sentence, speaker, emotions.get(code)))
    return list(catalog.add(corpus, FACTS, new))


def utterance(number: int, *, emotion="sad", speaker="1", sentence="1", **other) -> Utterance:
    values = {
        "id": number,
        "corpus": "team",
        "name": f"{number}.wav",
        "content": f"{number:064x}",
        "start": 0.0,
        "end": None,
        "duration": 1.0,
        "sentence": sentence,
        "sentence_text": None,
        "speaker": speaker,
        "emotion": emotion,
        "take": 1,
        "status": "active",
    }
    return Utterance(**{**values, **other})


def grid(speakers=4, sentences=3, emotions=("sad", "neutral", "happy", "angry")):
    """Every speaker says every sentence in every emotion."""
    return [
        utterance(number, emotion=emotion, speaker=str(speaker), sentence=str(sentence))
        for number, (speaker, sentence, emotion) in enumerate(
            (speaker, sentence, emotion)
            for speaker in range(1, speakers + 1)
            for sentence in range(1, sentences + 1)
            for emotion in emotions
        )
    ]
