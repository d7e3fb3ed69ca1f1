"""Google Cloud Speech v2: text from the cloud, only with consent.

Conventions
-----------
The signal travels as LINEAR16 at 16 kHz with its decoding spelled out, in pieces of at most 55 s
(Google takes one minute or 10 MB at once). One `timeout` covers a piece with its retries.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

import numpy as np

from core.errors import (
    BrokenSettingsError,
    ConsentMissingError,
    EngineFailedError,
    EngineUnavailableError,
    KnobError,
    OpenSecretsError,
    SttError,
)
from core.i18n import N_
from core.settings import SR, GoogleSettings, google_settings
from core.stt.engine import (
    EngineStatus,
    StreamedText,
    TextSegment,
    Transcript,
    Word,
    check_language,
)
from core.stt.google_client import (
    OTHER_REASON,
    TITLE,
    connect,
    endpoint,
    failure,
    problem_or_ready,
    project_of,
    retry_policy,
)
from core.stt.splitting import CHUNK_BYTES, linear16, pieces_of, split_at_quiet

__all__ = ["GoogleEngine"]

LANGUAGE_CODES = {"ko": ["ko-KR"], "en": ["en-US"], "de": ["de-DE"]}
EVERY_CODE = ["ko-KR", "en-US", "de-DE"]
SILENT = 1e-3  # full scale, -60 dBFS; a signal that never exceeds it is not sent at all
STREAM_DURATION = 290.0  # s, below Google's five minutes for one stream
CHUNK_DURATION = CHUNK_BYTES / (2 * SR)  # s


class GoogleEngine:
    """The cloud engine; its client is built at the first use and kept.

    Parameters
    ----------
    settings : callable
        Gives the settings in force; asked anew at each call.
    connect : callable
        From settings to a client.
    """

    name = "google"
    title = TITLE
    sends_voice_away = True
    waiting = 0  # calls do not queue here

    def __init__(
        self,
        settings: Callable[[], GoogleSettings] = google_settings,
        connect: Callable[[GoogleSettings], Any] = connect,
    ):
        self._settings = settings
        self._connect = connect
        self._building = threading.Lock()
        self._client: tuple[GoogleSettings, Any] | None = None

    @property
    def destination(self) -> str:
        """The host that the voice goes to, to which consent is given; empty if not known."""
        try:
            return endpoint(self._settings())
        except (KnobError, SttError):
            return ""

    @property
    def model(self) -> str:
        """The model in force, such as ``chirp_3``."""
        return self._settings().model

    def status(self) -> EngineStatus:
        """Whether Google is set up; see `core.stt.google_client.problem_or_ready`."""
        try:
            return problem_or_ready(self._settings())
        except OpenSecretsError as error:
            return EngineStatus(
                "broken",
                N_("its keys can be read by others, so they are not used"),
                N_("Close the file named here: chmod 600"),
                error.values["path"],
            )
        except (KnobError, BrokenSettingsError) as error:
            return EngineStatus(
                "broken",
                N_("a setting for Google is out of its range"),
                N_("Correct or remove the setting named here."),
                str(error),
            )

    def prepare(self) -> None:
        """Import Google's library and build the client; no voice is sent."""
        self._ready_client()

    def transcribe(
        self, y: np.ndarray, *, language: str = "ko", consent: bool = False
    ) -> Transcript:
        """What is said, as Google understands it.

        Parameters
        ----------
        y : np.ndarray [shape=(n_samples,)]
            Mono float32 at 16 kHz, of any length.
        language : str
            One of `core.stt.LANGUAGES`.
        consent : bool
            Whether the speaker agreed that the voice leaves this machine.

        Returns
        -------
        transcript : Transcript

        Raises
        ------
        ConsentMissingError
            If ``consent`` is not True; nothing was sent.
        EngineUnavailableError
            If Google is not set up.
        EngineFailedError
            If Google refused or did not answer in time.
        KnobError
            If the language is not known.
        """
        began = time.perf_counter()
        self._check(language, consent)
        settings, client = self._ready_client()
        segments: list[TextSegment] = []
        heard: list[str] = []
        spoken = False
        for start, end in split_at_quiet(y):
            piece = y[start:end]
            if not len(piece) or float(np.max(np.abs(piece))) < SILENT:
                continue
            spoken = True
            response = _recognize(client, settings, language, linear16(piece))
            segments += _segments(response.results, start / SR, end / SR, settings.model)
            heard += [r.language_code for r in response.results if r.language_code]
        return Transcript(
            text=" ".join(segment.text for segment in segments),
            segments=tuple(segments),
            engine=self.name,
            model=settings.model,
            language=heard[0].split("-")[0].lower() if heard else language,
            elapsed=time.perf_counter() - began,
            no_speech=not spoken,
        )

    def stream(
        self,
        chunks: Iterable[np.ndarray],
        *,
        language: str = "ko",
        consent: bool = False,
        longest: float = STREAM_DURATION,
    ) -> Iterator[StreamedText]:
        """Text while somebody speaks; checks are made at once, not at the first text.

        Parameters
        ----------
        chunks : iterable of np.ndarray [shape=(n_samples,)]
            Mono float32 at 16 kHz, at about the pace of speech; its end ends the stream. It is
            consumed in another thread.
        language, consent
            As in `transcribe`.
        longest : float
            Of one call to Google, in s, at most `STREAM_DURATION`; what is longer goes on in
            another. A call that lasts the timeout of the settings longer is given up.

        Returns
        -------
        texts : iterator of StreamedText

        Raises
        ------
        ConsentMissingError, EngineUnavailableError, EngineFailedError, KnobError
            As in `transcribe`.
        """
        self._check(language, consent)
        settings, client = self._ready_client()
        longest = min(longest, STREAM_DURATION)
        return self._streamed(client, settings, language, pieces_of(chunks), longest)

    def _streamed(
        self,
        client: Any,
        settings: GoogleSettings,
        language: str,
        pieces: Iterator[bytes],
        longest: float,
    ) -> Iterator[StreamedText]:
        """One stream after the other, each below Google's limit."""
        per_stream = max(1, int(longest / CHUNK_DURATION))
        for count, first in enumerate(pieces):
            sent = threading.Event()
            session = _then_set(sent, chain([first], islice(pieces, per_stream - 1)))
            offset = count * per_stream * CHUNK_DURATION
            limit = longest + settings.timeout
            yield from _one_stream(client, settings, language, session, offset, limit)
            if not sent.is_set():  # closed before it had heard all; the rest would be lost
                raise EngineFailedError(self.title, OTHER_REASON)

    def _check(self, language: str, consent: bool) -> None:
        if consent is not True:
            raise ConsentMissingError(self.title)
        check_language(language)

    def _ready_client(self) -> tuple[GoogleSettings, Any]:
        status = self.status()
        if status.state != "ready":
            raise EngineUnavailableError(self.title, status.reason, status.fix)
        settings = self._settings()
        with self._building:
            if self._client is None or self._client[0] != settings:
                self._client = (settings, self._connect(settings))
            return self._client


def _then_set(sent: threading.Event, session: Iterator[bytes]) -> Iterator[bytes]:
    yield from session
    sent.set()


def _recognizer(settings: GoogleSettings) -> str:
    return f"projects/{project_of(settings)}/locations/{settings.location}/recognizers/_"


def _config(settings: GoogleSettings, language: str) -> Any:
    from google.cloud.speech_v2 import types

    is_chirp = settings.model.startswith("chirp")
    codes = LANGUAGE_CODES.get(language) or (["auto"] if is_chirp else EVERY_CODE)
    return types.RecognitionConfig(
        explicit_decoding_config=types.ExplicitDecodingConfig(
            encoding=types.ExplicitDecodingConfig.AudioEncoding.LINEAR16,
            sample_rate_hertz=SR,
            audio_channel_count=1,
        ),
        language_codes=codes,
        model=settings.model,
        features=types.RecognitionFeatures(
            enable_automatic_punctuation=True,
            enable_word_time_offsets=settings.model != "chirp_3",  # which refuses them
            enable_word_confidence=not is_chirp,  # a chirp has none
        ),
    )


def _recognize(client: Any, settings: GoogleSettings, language: str, pcm: bytes) -> Any:
    from google.api_core.exceptions import GoogleAPIError
    from google.auth.exceptions import GoogleAuthError
    from google.cloud.speech_v2 import types

    request = types.RecognizeRequest(
        recognizer=_recognizer(settings), config=_config(settings, language), content=pcm
    )
    try:
        return client.recognize(
            request=request, timeout=settings.timeout, retry=retry_policy(settings.timeout)
        )
    except (GoogleAPIError, GoogleAuthError) as error:
        raise failure(error) from error


def _segments(results: Iterable[Any], start: float, end: float, model: str) -> list[TextSegment]:
    """Text with its times (s); ``start`` and ``end`` are those of the piece that was sent."""
    segments, after = [], start
    for result in results:
        until = start + _seconds(result.result_end_offset) if result.result_end_offset else end
        until = min(max(until, after), end)
        if result.alternatives and result.alternatives[0].transcript.strip():
            best = result.alternatives[0]
            words = _words(best.words, start, model)
            segments.append(
                TextSegment(
                    start=words[0].start if words else after,
                    end=words[-1].end if words else until,
                    text=best.transcript.strip(),
                    words=words,
                    confidence=_confidence(best.confidence, model),
                )
            )
        after = until
    return segments


def _words(words: Iterable[Any], start: float, model: str) -> tuple[Word, ...]:
    """The words that carry a time; where none was asked for, all offsets are missing."""
    return tuple(
        Word(
            text=word.word,
            start=start + _seconds(word.start_offset),
            end=start + _seconds(word.end_offset),
            confidence=_confidence(word.confidence, model),
        )
        for word in words
        if word.end_offset
    )


def _seconds(offset: Any) -> float:
    return float(offset.total_seconds()) if offset else 0.0


def _confidence(value: float, model: str) -> float | None:
    """Google's confidence; None where it is missing (0.0), and for a chirp, whose is no score."""
    return None if value <= 0.0 or model.startswith("chirp") else float(value)


def _one_stream(
    client: Any,
    settings: GoogleSettings,
    language: str,
    session: Iterator[bytes],
    offset: float,
    limit: float,
) -> Iterator[StreamedText]:
    from google.api_core.exceptions import GoogleAPIError
    from google.auth.exceptions import GoogleAuthError

    call = None
    try:
        call = client.streaming_recognize(
            requests=_stream_requests(settings, language, session),
            timeout=limit,
            retry=None,  # the voice is gone by then
        )
        for response in call:
            yield from _stream_texts(response.results, offset, settings.model)
    except (GoogleAPIError, GoogleAuthError) as error:
        raise failure(error) from error
    finally:
        if call is not None:
            call.cancel()


def _stream_requests(
    settings: GoogleSettings, language: str, session: Iterator[bytes]
) -> Iterator[Any]:
    """The config alone, then the voice."""
    from google.cloud.speech_v2 import types

    yield types.StreamingRecognizeRequest(
        recognizer=_recognizer(settings),
        streaming_config=types.StreamingRecognitionConfig(
            config=_config(settings, language),
            streaming_features=types.StreamingRecognitionFeatures(interim_results=True),
        ),
    )
    for pcm in session:
        yield types.StreamingRecognizeRequest(audio=pcm)


def _stream_texts(results: Iterable[Any], offset: float, model: str) -> Iterator[StreamedText]:
    """Each final text on its own; what is not final yet joined into one."""
    pending = []
    end = offset
    for result in results:
        best = result.alternatives[0] if result.alternatives else None
        end = offset + _seconds(result.result_end_offset)
        if best is None or not best.transcript.strip():
            continue
        if result.is_final:
            confidence = _confidence(best.confidence, model)
            yield StreamedText(best.transcript.strip(), True, end, confidence)
        else:
            pending.append(best.transcript.strip())
    if pending:
        yield StreamedText(" ".join(pending), False, end)
