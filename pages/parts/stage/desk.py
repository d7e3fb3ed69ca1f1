"""The desk behind the stage: takes come in, answers go out; nothing here waits for anything.

A take is answered in a thread: first the emotion, then the words. A take that cannot be heard is
answered with its reason. The desk belongs to one session and knows no page.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from core.audio import Sound
from core.errors import MalgyeolError, SttError
from core.i18n import with_share
from core.inference import Prediction
from core.stt import Transcript

__all__ = ["Answer", "Desk", "told"]

KEPT = 24  # answers that are remembered; their sounds are not
SENT = 3  # of which the stage is told
PATIENCE = 0.7  # s that a drawing waits for an answer that is nearly there


@dataclass
class Answer:
    """What is known of a take so far."""

    id: str
    prediction: Prediction | None = None
    error: MalgyeolError | None = None
    transcript: Transcript | None = None
    words_error: MalgyeolError | None = None
    words: str = "waiting"  # waiting, done, silent, none or failed
    failed: str = ""  # number of an unexpected error in the log
    began: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)  # to the emotion and to the words
    heard: "Future[None] | None" = None


class Desk:
    """Answers of one show.

    Parameters
    ----------
    classify : callable
        From sound to prediction.
    transcribe : callable or None
        From sound to transcript; None where no engine is ready.
    log : callable
        Takes an unexpected error, gives its number.
    """

    def __init__(
        self,
        classify: Callable[[Sound], Prediction],
        transcribe: Callable[[Sound], Transcript] | None,
        log: Callable[[Exception], str],
    ):
        self.classify, self.transcribe, self._log = classify, transcribe, log
        self.answers: dict[str, Answer] = {}
        self._hearing = ThreadPoolExecutor(max_workers=2, thread_name_prefix="stage")
        self._writing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stage-words")

    def warm(self, sound: Sound) -> None:
        """Let the engine that writes wake up before the first take.

        Parameters
        ----------
        sound : Sound
            Anything short.
        """
        if self.transcribe is not None:
            self._writing.submit(self.transcribe, sound)

    def take(self, id: str, sound: Callable[[], Sound]) -> Answer:
        """Answer a take; a take that came before is not heard twice.

        Parameters
        ----------
        id : str
        sound : callable
            Gives the sound, or raises why there is none.
        """
        if id in self.answers:
            return self.answers[id]
        answer = self.answers[id] = Answer(id)
        while len(self.answers) > KEPT:
            del self.answers[next(iter(self.answers))]
        answer.heard = self._hearing.submit(self._hear, answer, sound)
        return answer

    def latest(self, *, wait: float = PATIENCE) -> list[Answer]:
        """The latest answers, the last one first waited for a moment.

        Parameters
        ----------
        wait : float
            s.
        """
        last = list(self.answers.values())[-SENT:]
        if last and last[-1].heard is not None:
            try:
                last[-1].heard.result(timeout=wait)
            except TimeoutError:
                return last
        return last

    def close(self) -> None:
        """Take no more; what is under way may end."""
        self._hearing.shutdown(wait=False, cancel_futures=True)
        self._writing.shutdown(wait=False, cancel_futures=True)

    def _hear(self, answer: Answer, give: Callable[[], Sound]) -> None:
        try:
            sound = give()
            answer.prediction = self.classify(sound)
        except MalgyeolError as error:
            answer.error, answer.words = error, "none"
            return
        except Exception as error:
            answer.failed, answer.words = self._log(error), "none"
            return
        answer.seconds["emotion"] = time.monotonic() - answer.began
        if self.transcribe is None:
            answer.words = "none"
        else:
            self._writing.submit(self._write, answer, sound, self.transcribe)

    def _write(
        self, answer: Answer, sound: Sound, transcribe: Callable[[Sound], Transcript]
    ) -> None:
        if answer.id not in self.answers:
            return  # long forgotten: the words of newer takes come first
        try:
            transcript = transcribe(sound)
        except SttError as error:
            answer.words_error, answer.words = error, "failed"
            return
        except Exception as error:
            self._log(error)
            answer.words = "none"
            return
        answer.seconds["words"] = time.monotonic() - answer.began
        answer.transcript = transcript
        answer.words = "done" if transcript.text.strip() else "silent"


def told(answer: Answer, words: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as the stage draws it.

    Parameters
    ----------
    answer : Answer
    words : mapping
        ``heard`` sentences and ``captions`` by emotion id, ``unsure``, ``closest`` and ``failed``,
        and ``translate``.

    Returns
    -------
    document : dict
        JSON values.
    """
    document: dict[str, Any] = {"id": answer.id, "words_state": answer.words, "words": ""}
    if answer.transcript is not None:
        document["words"] = answer.transcript.text.strip()
    if answer.words_error is not None:
        document["words_error"] = answer.words_error.describe(words["translate"])
    if answer.error is not None:
        return {**document, "state": "failed", "error": answer.error.describe(words["translate"])}
    if answer.failed:
        said = words["failed"].format(number=answer.failed)
        return {**document, "state": "failed", "error": said}
    if answer.prediction is None:
        return {**document, "state": "waiting"}
    return {**document, "state": "done", **_emotion(answer.prediction, words)}


def _emotion(prediction: Prediction, words: Mapping[str, Any]) -> dict[str, Any]:
    heard = with_share(words["heard"][prediction.emotion], prediction.confidence)
    return {
        "emotion": prediction.emotion,
        "sure": prediction.sure,
        "said": heard if prediction.sure else words["unsure"],
        "note": "" if prediction.sure else words["closest"].format(answer=heard),
        "proba": [[e, round(p, 4)] for e, p in prediction.proba.items()],
    }
