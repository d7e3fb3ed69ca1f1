"""Words from what the encoder already made of a clip, for the features that describe its feeling.

faster-whisper encodes what it transcribes by itself, in windows of 30 s. A clip that fits into the
short window of the features is encoded once, by `core.whisper`, and decoded here.
"""

import math
from typing import Any

import numpy as np

from core.settings import SR, WhisperSettings, WhisperSpec
from core.stt.engine import LANGUAGES, TextSegment, Word
from core.whisper import FRAME_RATE, Encoded, shared_encoder

__all__ = ["fits_one_window", "understood_in_one_pass"]

_WINDOW = WhisperSpec().window  # s; that of the features, or there would be two passes
_SPEECH_SHARE = 0.5
_MARGIN = 0.5  # s of silence that the decoder needs to hear the end
_FRAMES = 2 * FRAME_RATE  # mel frames a second; the encoder halves them
_BEFORE, _AFTER = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"  # what a word takes along, on either side
_NO_SPEECH, _LEAST_LOGPROB = 0.6, -1.0  # Whisper's own: together they mean that nobody spoke


def fits_one_window(y: np.ndarray, speech: float) -> bool:
    """Whether a clip is short enough for one window, and speech enough to be heard whole.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
    speech : float
        s of it that are speech. Where most of a clip is not, that is cut away before it is
        encoded, or the decoder would find words in it.

    Returns
    -------
    fits : bool
    """
    duration = len(y) / SR
    return 0 < duration <= _WINDOW - _MARGIN and speech >= _SPEECH_SHARE * duration


def understood_in_one_pass(
    model: Any, y: np.ndarray, language: str, *, max_new_tokens: int, settings: WhisperSettings
) -> tuple[str, tuple[TextSegment, ...]]:
    """Language and words of a clip; its features and these cost one pass of the encoder together.

    Parameters
    ----------
    model : faster_whisper.WhisperModel
        The packaged one, that `core.whisper` shares.
    y : np.ndarray [shape=(n_samples,)]
        Mono at 16 kHz, one that `fits_one_window`.
    language : str
        One of `core.stt.LANGUAGES`.
    max_new_tokens : int
        Stops a text that runs in circles.
    settings : WhisperSettings

    Returns
    -------
    language : str
        The likeliest of ours where none was asked for.
    segments : tuple of TextSegment
        Empty where nobody spoke, or the text is a loop.
    """
    encoded = shared_encoder().encode(y, window=_WINDOW)
    if language == "auto":
        likely = {token[2:-2]: p for token, p in model.model.detect_language(encoded.output)[0]}
        ours = [code for code in LANGUAGES if code != "auto"]
        language = max(ours, key=lambda code: likely.get(code, 0.0))
    segments = _segments(model, encoded, len(y) / SR, language, max_new_tokens, settings)
    return language, segments


def _segments(
    model: Any,
    encoded: Encoded,
    duration: float,
    language: str,
    max_new_tokens: int,
    settings: WhisperSettings,
) -> tuple[TextSegment, ...]:
    from faster_whisper.tokenizer import Tokenizer

    tokenizer = Tokenizer(
        model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language
    )
    prompt = model.get_prompt(tokenizer, [])
    options = _options(settings, max_new_tokens)
    result, logprob, _, ratio = model.generate_with_fallback(
        encoded.output, prompt, tokenizer, options
    )
    silent = result.no_speech_prob > _NO_SPEECH and logprob < _LEAST_LOGPROB
    if silent or ratio > settings.max_compression_ratio:
        return ()
    n_frames = math.ceil(duration * _FRAMES)
    pieces, _, _ = model._split_segments_by_timestamps(
        tokenizer=tokenizer,
        tokens=result.sequences_ids[0],
        time_offset=0.0,
        segment_size=n_frames,
        segment_duration=duration,
        seek=0,
    )
    model.add_word_timestamps([pieces], tokenizer, encoded.output, n_frames, _BEFORE, _AFTER, 0.0)
    written = ((piece, tokenizer.decode(piece["tokens"]).strip()) for piece in pieces)
    return tuple(
        _segment(piece, text, logprob, duration, settings) for piece, text in written if text
    )


def _options(settings: WhisperSettings, max_new_tokens: int) -> Any:
    from faster_whisper.transcribe import TranscriptionOptions

    return TranscriptionOptions(
        beam_size=settings.beam_size,
        best_of=1,
        patience=1,
        length_penalty=1,
        repetition_penalty=1,
        no_repeat_ngram_size=0,
        log_prob_threshold=_LEAST_LOGPROB,
        no_speech_threshold=_NO_SPEECH,
        compression_ratio_threshold=settings.max_compression_ratio,
        condition_on_previous_text=False,
        prompt_reset_on_temperature=0.5,
        temperatures=[0.0],
        initial_prompt=None,
        prefix=None,
        suppress_blank=True,
        suppress_tokens=[-1],
        without_timestamps=False,
        max_initial_timestamp=1.0,
        word_timestamps=True,
        prepend_punctuations=_BEFORE,
        append_punctuations=_AFTER,
        multilingual=False,
        max_new_tokens=max_new_tokens,
        clip_timestamps="0",
        hallucination_silence_threshold=None,
        hotwords=None,
    )


def _segment(
    piece: dict[str, Any], text: str, logprob: float, duration: float, settings: WhisperSettings
) -> TextSegment:
    """Our record of a piece; no time of it lies beyond the clip."""

    def within(seconds: float) -> float:
        return min(max(float(seconds), 0.0), duration)

    return TextSegment(
        start=within(piece["start"]),
        end=within(piece["end"]),
        text=text,
        words=tuple(
            Word(w["word"].strip(), within(w["start"]), within(w["end"]), float(w["probability"]))
            for w in piece.get("words") or ()
        ),
        confidence=min(1.0, math.exp(float(logprob))),
        low_confidence=float(logprob) < settings.low_confidence,
    )
