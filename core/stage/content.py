"""What the scenes of a show consist of, here and now: as data that a stage draws without asking.

Conventions
-----------
JSON values alone; sounds are data URIs. What a show names and this machine lacks is named in the
language of the show, and the scene goes on with what there is or is left out.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.audio import Sound, encode_wav
from core.corpus import Catalog, Utterance
from core.corpus.clips import read_clip
from core.corpus.ordering import emotion_rank
from core.errors import MalgyeolError
from core.features.contours import contours, semitones
from core.i18n import N_, Translate, percent
from core.inference import classify
from core.models import Bundle
from core.stage.lessons import lesson, score_board
from core.stage.show import PICTURES, Scene, Show

__all__ = ["Content", "build_content", "default_show", "stand_in", "voices_of"]

MOST_TAKES = 9  # one a digit key
_LINES = (
    N_("Hello"),
    N_("It's fine"),
    "picture:rain",
    N_("I'm on my way"),
    "picture:gift",
    N_("Who is it?"),
)
_SENTENCES = (N_("It's fine"), N_("Hello"), N_("Is that so?"), N_("You came"))


@dataclass
class Content:
    """What a stage draws, and what it would have drawn."""

    scenes: list[dict[str, Any]] = field(default_factory=list)
    stand_ins: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # sentences, translated


def default_show(catalog: Catalog, translate: Translate) -> Show:
    """A show that can be played at once with what is here.

    Parameters
    ----------
    catalog : Catalog
    translate : callable
        From message id to caption.

    Returns
    -------
    show : Show
    """
    lines = tuple(line if line.startswith("picture:") else translate(line) for line in _LINES)
    scenes = [
        Scene("say", lines=lines),
        Scene("act", lines=tuple(translate(line) for line in _SENTENCES)),
    ]
    takes: tuple[str, ...] = ()
    if (found := _first_full_set(catalog)) is not None:
        corpus, speaker, sentence = found
        scenes.append(Scene("four", corpus=corpus, speaker=speaker, sentence=sentence))
        clips = _one_an_emotion(catalog, corpus, speaker, sentence)
        takes = tuple(clip.content for clip in clips)
    return Show(scenes=(*scenes, Scene("learn"), Scene("good")), takes=takes)


def build_content(
    show: Show,
    catalog: Catalog,
    bundle: Bundle | None,
    *,
    captions: Mapping[str, str],
    language: str,
    translate: Translate,
) -> Content:
    """Everything that the scenes of a show need.

    Parameters
    ----------
    show : Show
    catalog : Catalog
    bundle : Bundle or None
        What answers.
    captions : mapping of str to str
        Translated caption by emotion id.
    language : str
    translate : callable

    Returns
    -------
    content : Content
    """
    content = Content()
    for number, scene in enumerate(show.scenes, 1):
        try:
            content.scenes.append(
                _BUILD[scene.kind](scene, catalog, bundle, captions, language, translate)
            )
        except (MalgyeolError, _MissingError) as error:
            why = error.describe(translate)
            said = translate(N_("Scene {number} is left out. {why}"))
            content.missing.append(said.format(number=number, why=why))
    _add_stand_ins(content, show, catalog, captions, translate)
    return content


class _MissingError(Exception):
    """Something that a scene needs is not here; the message id says what."""

    def describe(self, translate: Translate) -> str:
        return translate(str(self))


def _say(scene, catalog, bundle, captions, language, translate) -> dict[str, Any]:
    known = [line for line in scene.lines if not line.startswith("picture:") or _picture(line)]
    return {"kind": "say", "lines": known}


def _picture(line: str) -> bool:
    return line.removeprefix("picture:") in PICTURES


def _act(scene, catalog, bundle, captions, language, translate) -> dict[str, Any]:
    if bundle is None:
        raise _MissingError(N_("There is no model to guess against; train one first."))
    emotions = [e for e in bundle.scheme if not scene.emotions or e in scene.emotions]
    if len(emotions) < 2:
        raise _MissingError(N_("The model knows fewer than two of its emotions."))
    lines = [line for line in scene.lines if not line.startswith("picture:")]
    if not lines:
        raise _MissingError(N_("It has no sentences."))
    return {"kind": "act", "lines": lines, "emotions": emotions, "rounds": scene.rounds}


def _four(scene, catalog, bundle, captions, language, translate) -> dict[str, Any]:
    if scene.corpus is None or scene.sentence is None:
        raise _MissingError(N_("No sentence was chosen for it."))
    clips = _one_an_emotion(catalog, scene.corpus, scene.speaker, scene.sentence)
    if len(clips) < 2:
        raise _MissingError(N_("Its sentence is not here in two emotions by that voice."))
    sounds = [read_clip(catalog, clip) for clip in clips]
    shapes = [contours(sound.y) for sound in sounds]
    voiced = np.concatenate([shape.f0[~np.isnan(shape.f0)] for shape in shapes])
    middle = float(np.median(voiced)) if voiced.size else 100.0
    voice = translate(N_("Voice {speaker}")).format(speaker=clips[0].speaker or "–")
    return {
        "kind": "four",
        "text": clips[0].sentence_text or clips[0].sentence,
        "voice": voice,
        "takes": [
            {
                "emotion": clip.emotion,
                "duration": sound.duration,
                "first": float(shape.times[0]) if len(shape.times) else 0.0,
                "hop": float(shape.times[1] - shape.times[0]) if len(shape.times) > 1 else 0.02,
                "pitch": _numbers(semitones(shape.f0, middle)),
                "heard": _heard(sound, bundle, captions, translate),
                "src": sound_uri(sound),
            }
            for clip, sound, shape in zip(clips, sounds, shapes, strict=True)
        ],
    }


def _heard(
    sound: Sound, bundle: Bundle | None, captions: Mapping[str, str], translate: Translate
) -> str:
    """What the model says to a clip, short; clips that it learnt from are easy for it."""
    if bundle is None:
        return ""
    answer = classify(sound, bundle)
    if not answer.sure:
        return translate(N_("model: not sure"))
    said = translate(N_("model: {emotion} · {share}"))
    return said.format(emotion=captions[answer.emotion], share=percent(answer.confidence))


def _numbers(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(v) else round(float(v), 2) for v in values]


def sound_uri(sound: Sound) -> str:
    """A sound as a data URI that a browser plays.

    Parameters
    ----------
    sound : Sound

    Returns
    -------
    uri : str
    """
    return "data:audio/wav;base64," + b64encode(encode_wav(sound.y)).decode("ascii")


def _learn(scene, catalog, bundle, captions, language, translate) -> dict[str, Any]:
    return lesson(catalog, scene.run, scene.clip, translate=translate)


def _good(scene, catalog, bundle, captions, language, translate) -> dict[str, Any]:
    board = score_board(
        catalog, scene.run, bundle, captions=captions, language=language, translate=translate
    )
    if board is None:
        raise _MissingError(N_("No held-out score is known for the model that answers."))
    return board


_BUILD = {"say": _say, "act": _act, "four": _four, "learn": _learn, "good": _good}


def _add_stand_ins(
    content: Content,
    show: Show,
    catalog: Catalog,
    captions: Mapping[str, str],
    translate: Translate,
) -> None:
    found = catalog.utterances_by_content(show.takes)
    gone = [take for take in show.takes if take not in found]
    for take in show.takes:
        if take not in found:
            continue
        try:
            content.stand_ins.append(stand_in(catalog, found[take], captions))
        except MalgyeolError as error:
            content.missing.append(error.describe(translate))
    if gone:
        said = translate(N_("Recorded takes that are not here: {n} ({names})."))
        names = ", ".join(take[:8] for take in gone)
        content.missing.append(said.format(n=len(gone), names=names))


def stand_in(catalog: Catalog, clip: Utterance, captions: Mapping[str, str]) -> dict[str, Any]:
    """A recorded take that can stand in for the microphone.

    Parameters
    ----------
    catalog : Catalog
    clip : Utterance
    captions : mapping of str to str

    Returns
    -------
    take : dict
        ``content``, ``title`` and ``src``.
    """
    words = clip.sentence_text or clip.name
    title = f"{words} · {captions[clip.emotion]}" if clip.emotion else words
    return {
        "content": clip.content,
        "title": title,
        "src": sound_uri(read_clip(catalog, clip)),
    }


def voices_of(catalog: Catalog, corpus: str, sentence: str) -> list[str | None]:
    """The voices that say a sentence in two emotions or more, those with most first.

    Parameters
    ----------
    catalog : Catalog
    corpus, sentence : str

    Returns
    -------
    voices : list of str or None
    """
    emotions: dict[str | None, set[str]] = {}
    for clip in catalog.utterances(corpus, sentences=[sentence]):
        if clip.emotion is not None:
            emotions.setdefault(clip.speaker, set()).add(clip.emotion)
    return sorted(
        (voice for voice, said in emotions.items() if len(said) > 1),
        key=lambda voice: -len(emotions[voice]),
    )


def _one_an_emotion(
    catalog: Catalog, corpus: str, speaker: str | None, sentence: str
) -> list[Utterance]:
    """The first take of each emotion, in the fixed order."""
    first: dict[str, Utterance] = {}
    for clip in catalog.utterances(corpus, sentences=[sentence]):
        if clip.emotion is not None and clip.speaker == speaker:
            known = first.setdefault(clip.emotion, clip)
            if clip.take < known.take:
                first[clip.emotion] = clip
    return sorted(first.values(), key=lambda c: emotion_rank(c.emotion))[:MOST_TAKES]


def _first_full_set(catalog: Catalog) -> tuple[str, str | None, str] | None:
    """Corpus, voice and sentence with several emotions; people before synthesised voices."""
    for info in sorted(catalog.corpora(), key=lambda c: c.synthesised):
        for sentence in _sentences(catalog, info.name):
            if voices := voices_of(catalog, info.name, sentence):
                return info.name, voices[0], sentence
    return None


def _sentences(catalog: Catalog, corpus: str) -> Sequence[str]:
    return [s for s in catalog.facets(corpus)["sentence"] if s is not None][:20]
