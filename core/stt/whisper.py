"""Whisper on this machine, through faster-whisper.

Conventions
-----------
One model a process, one transcription at a time: with two cores, two at once would both be late.
Nothing but `WhisperEngine.download` goes over the network; a model is always loaded from a folder
that holds its tokenizer, so the hub is never asked.
"""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import BrokenSettingsError, EngineFailedError, EngineUnavailableError
from core.i18n import N_
from core.settings import SR, WhisperSettings, whisper_settings, workspace
from core.stt.engine import (
    LANGUAGES,
    EngineStatus,
    TextSegment,
    Transcript,
    Word,
    check_language,
    ready,
)
from core.stt.one_pass import fits_one_window, understood_in_one_pass
from core.whisper import packaged_problem, shared_model, weights
from core.whisper.model import INSTALL_AGAIN, INSTALL_ENGINE, NO_ENGINE, WRONG_WEIGHTS

__all__ = ["WhisperEngine"]

TITLE = "Whisper"
PACKAGED_LABEL = "base"
TOKENS_AT_LEAST, TOKENS_PER_SECOND = 40, 25  # far above any speech; they stop a loop early
TOKENS_AT_MOST = 400  # the model has room for 448 with its prompt
BROKEN_SETTINGS = N_("the settings of the workspace cannot be read")
MEND_SETTINGS = N_("Correct the file named here, or move it away.")


class WhisperEngine:
    """The engine on this machine; the voice stays here.

    Parameters
    ----------
    settings : callable
        Gives the settings in force; asked anew at each call.
    """

    name = "whisper"
    title = TITLE
    sends_voice_away = False

    def __init__(self, settings: Callable[[], WhisperSettings] = whisper_settings):
        self._settings = settings
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0
        self._loaded: tuple[tuple, Any] | None = None
        self._refused: tuple[tuple, EngineStatus] | None = None

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn, the running one not counted."""
        return self._waiting

    def status(self) -> EngineStatus:
        """Whether the library and the weights are there, and not known to be wrong."""
        if find_spec("faster_whisper") is None:
            return EngineStatus("not-configured", NO_ENGINE, INSTALL_ENGINE)
        try:
            settings = self._settings()
        except BrokenSettingsError as error:
            return EngineStatus("broken", BROKEN_SETTINGS, MEND_SETTINGS, error.values["name"])
        if self._refused and self._refused[0] == self._identity(settings):
            return self._refused[1]
        if settings.model is None:
            return _packaged_status()
        return _chosen_status(settings.model)

    @property
    def can_download(self) -> bool:
        """Whether a model is named that `download` could fetch, and is not there yet."""
        name = self._settings().model
        if name is None or weights.folder_of(name) or not weights.is_model_name(name):
            return False
        return self.status().state == "not-configured"

    def prepare(self) -> None:
        """Load the model, so that the first clip does not wait for it; tries a refused one anew."""
        with self._in_line():
            self._refused = None
            self._model()

    def download(self) -> Path:
        """Fetch the model that ``MALGYEOL_WHISPER`` names; only ever at a user's word.

        Returns
        -------
        folder : Path

        Raises
        ------
        EngineUnavailableError
            If no model name is set, or there is no such model.
        EngineFailedError
            If it could not be fetched.
        """
        name = self._settings().model
        if name is None or weights.folder_of(name) or not weights.is_model_name(name):
            raise EngineUnavailableError(
                TITLE,
                N_("no model name to download is set"),
                N_("Set MALGYEOL_WHISPER to a name such as small."),
            )
        try:
            return weights.fetch(name, workspace().cache)
        except KeyError as error:
            raise EngineUnavailableError(
                TITLE,
                N_("Whisper knows no model of this name"),
                N_("Set MALGYEOL_WHISPER to a name such as small."),
            ) from error
        except Exception as error:  # the hub's client has no base class for its errors
            raise EngineFailedError(TITLE, N_("the model could not be downloaded")) from error

    def transcribe(
        self, y: np.ndarray, *, language: str = "ko", consent: bool = False
    ) -> Transcript:
        """What is said, as Whisper understands it.

        Parameters
        ----------
        y : np.ndarray [shape=(n_samples,)]
            Mono float32 at 16 kHz, of any length.
        language : str
            One of `core.stt.LANGUAGES`; "auto" chooses among the others.
        consent : bool
            Not needed: the voice stays on this machine.

        Returns
        -------
        transcript : Transcript

        Raises
        ------
        EngineUnavailableError
            If library or weights are missing or wrong.
        EngineFailedError
            If the model failed on this signal.
        KnobError
            If the language is not known.
        """
        began = time.perf_counter()
        check_language(language)
        settings = self._settings()
        with self._in_line():
            model = self._model()
            try:
                heard, segments, speech = _understood(model, y, language, settings)
            except (RuntimeError, ValueError, MemoryError) as error:
                raise EngineFailedError(TITLE, N_("the model failed on this clip")) from error
        return Transcript(
            text=" ".join(segment.text for segment in segments),
            segments=segments,
            engine=self.name,
            model=_label(settings),
            language=heard,
            elapsed=time.perf_counter() - began,
            no_speech=speech == 0.0,
        )

    @contextmanager
    def _in_line(self) -> Iterator[None]:
        with self._counting:
            self._waiting += 1
        try:
            self._turn.acquire()
        finally:
            with self._counting:
                self._waiting -= 1
        try:
            yield
        finally:
            self._turn.release()

    def _identity(self, settings: WhisperSettings) -> tuple:
        """What the loaded model depends on: settings, place, and the files as they are."""
        cache = workspace().cache
        if settings.model is None:
            sources = weights.packaged_files() or {}
            files = [part for parts in sources.values() for part in parts]
        else:
            folder = weights.folder_of(settings.model)
            files = [(folder or weights.fetched_folder(settings.model, cache)) / "model.bin"]
        stats = [file.stat() for file in files if file.is_file()]
        return (settings, cache, tuple((s.st_size, s.st_mtime_ns) for s in stats))

    def _model(self) -> Any:
        """The loaded model; call it only in one's turn."""
        status = self.status()
        if status.state != "ready":
            raise EngineUnavailableError(TITLE, status.reason, status.fix)
        settings = self._settings()
        identity = self._identity(settings)
        if self._loaded is None or self._loaded[0] != identity:
            self._loaded = None
            try:
                self._loaded = (identity, _load(settings))
            except EngineUnavailableError as error:
                refused = EngineStatus("broken", error.reason, error.fix)  # type: ignore[attr-defined]
                self._refused = (identity, refused)
                raise
        return self._loaded[1]


def _label(settings: WhisperSettings) -> str:
    """How the transcript names the model."""
    if settings.model is None:
        return PACKAGED_LABEL
    folder = weights.folder_of(settings.model)
    return folder.name if folder else settings.model


def _packaged_status() -> EngineStatus:
    problem = packaged_problem()
    if problem is None:
        return ready(PACKAGED_LABEL)
    return EngineStatus(problem.state, problem.reason, problem.fix, problem.detail)  # type: ignore[arg-type]


def _chosen_status(model: str) -> EngineStatus:
    folder = weights.folder_of(model)
    if folder is not None:
        if missing := weights.missing_files(folder):
            return EngineStatus(
                "broken",
                N_("the folder in MALGYEOL_WHISPER holds no whole Whisper model"),
                N_("It needs model.bin, config.json and tokenizer.json, as CTranslate2 has them."),
                f"{folder.name}: {', '.join(missing)}",
            )
        return ready(folder.name)
    if weights.is_model_name(model) and not weights.missing_files(
        weights.fetched_folder(model, workspace().cache)
    ):
        return ready(model)
    return EngineStatus(
        "not-configured",
        N_("the model in MALGYEOL_WHISPER has not been downloaded"),
        N_("Download it here, or remove MALGYEOL_WHISPER to use the packaged model."),
        model,
    )


def _load(settings: WhisperSettings) -> Any:
    from faster_whisper import WhisperModel

    try:
        if settings.model is None:
            return shared_model().get()
        chosen = weights.folder_of(settings.model)
        folder = chosen or weights.fetched_folder(settings.model, workspace().cache)
        return WhisperModel(
            str(folder),
            device="cpu",
            compute_type=settings.compute_type,
            cpu_threads=settings.threads,
        )
    except weights.WrongWeightsError as error:
        raise EngineUnavailableError(TITLE, WRONG_WEIGHTS, INSTALL_AGAIN) from error
    except Exception as error:  # the tokenizer raises bare Exception, CTranslate2 RuntimeError
        raise EngineUnavailableError(
            TITLE,
            N_("Whisper's model could not be loaded"),
            N_("Check the free memory and disk space, and the folder in MALGYEOL_WHISPER."),
        ) from error


def _understood(
    model: Any, y: np.ndarray, language: str, settings: WhisperSettings
) -> tuple[str, tuple[TextSegment, ...], float]:
    """Language, segments, and how many seconds of the signal are speech."""
    y = np.ascontiguousarray(y, dtype=np.float32)
    speech = _speech_duration(y)
    if speech == 0.0:
        return language, (), speech
    max_new_tokens = min(int(TOKENS_AT_LEAST + TOKENS_PER_SECOND * speech), TOKENS_AT_MOST)
    if settings.model is None and fits_one_window(y, speech):  # the features' pass serves
        heard, segments = understood_in_one_pass(
            model, y, language, max_new_tokens=max_new_tokens, settings=settings
        )
        return heard, segments, speech
    heard = _detect(model, y) if language == "auto" else language
    found, _info = model.transcribe(
        y,
        language=heard,
        beam_size=settings.beam_size,
        temperature=0.0,  # fallback temperatures took up to 86 s for one unclear clip
        condition_on_previous_text=False,
        vad_filter=True,
        word_timestamps=True,
        max_new_tokens=max_new_tokens,
    )
    segments = tuple(
        _segment(segment, settings)
        for segment in found
        if segment.compression_ratio <= settings.max_compression_ratio and segment.text.strip()
    )
    return heard, segments, speech


def _speech_duration(y: np.ndarray) -> float:
    """Seconds of speech, after the same detector that the transcription filters with."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    if not len(y):
        return 0.0
    spans = get_speech_timestamps(y, VadOptions())
    return sum(span["end"] - span["start"] for span in spans) / SR


def _detect(model: Any, y: np.ndarray) -> str:
    """The likeliest of our languages; asked over all, Whisper guesses wildly on short clips."""
    _best, _probability, everything = model.detect_language(y, vad_filter=True)
    return max(
        ((probability, code) for code, probability in everything if code in LANGUAGES),
        default=(0.0, LANGUAGES[0]),
    )[1]


def _segment(segment: Any, settings: WhisperSettings) -> TextSegment:
    """Our record of faster-whisper's; its numbers are NumPy's in places."""
    return TextSegment(
        start=float(segment.start),
        end=float(segment.end),
        text=segment.text.strip(),
        words=tuple(
            Word(w.word.strip(), float(w.start), float(w.end), float(w.probability))
            for w in segment.words or ()
        ),
        confidence=min(1.0, math.exp(float(segment.avg_logprob))),
        low_confidence=float(segment.avg_logprob) < settings.low_confidence,
    )
