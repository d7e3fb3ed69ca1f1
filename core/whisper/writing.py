"""faster-whisper's model around a network that hears already: for words."""

import hashlib
import logging
from pathlib import Path
from typing import Any

import tokenizers
from faster_whisper import WhisperModel
from faster_whisper.feature_extractor import FeatureExtractor

from core.whisper.weights import PACKAGED, WrongWeightsError

__all__ = ["WritingModel"]

_TOKENIZER = "tokenizer.json"
_STRIDE = 2  # spectra that become one frame of the encoder
_TIME_PRECISION = 0.02  # s, of the times that the decoder writes
_MAX_LENGTH = 448  # tokens, the prompt's among them


class WritingModel(WhisperModel):
    """The packaged model, with all that its base class sets when it loads a network of its own.

    Parameters
    ----------
    network : ctranslate2.models.Whisper
    folder : Path
        Of the network, as `core.whisper.weights.join_packaged` gives it.

    Raises
    ------
    WrongWeightsError
        If the tokenizer was changed since the folder was checked.
    Exception
        Whatever the tokenizer's library raises on a file that it cannot read.
    """

    def __init__(self, network: Any, folder: Path):  # not the base's, which loads the network
        self.logger = logging.getLogger("faster_whisper")
        self.model = network
        self.hf_tokenizer = _tokenizer(folder)
        self.feat_kwargs: dict = {}  # the packaged model has no settings of its own for them
        self.feature_extractor = hears = FeatureExtractor()
        self.input_stride = _STRIDE
        self.num_samples_per_token = hears.hop_length * _STRIDE
        self.frames_per_second = hears.sampling_rate // hears.hop_length
        self.tokens_per_second = hears.sampling_rate // self.num_samples_per_token
        self.time_precision = _TIME_PRECISION
        self.max_length = _MAX_LENGTH


def _tokenizer(folder: Path) -> tokenizers.Tokenizer:
    """From the very bytes whose digest was compared."""
    (wanted,) = (file for file in PACKAGED if file.name == _TOKENIZER)
    data = (folder / _TOKENIZER).read_bytes()
    if hashlib.sha256(data).hexdigest() != wanted.sha256:
        raise WrongWeightsError(_TOKENIZER)
    return tokenizers.Tokenizer.from_buffer(data)
