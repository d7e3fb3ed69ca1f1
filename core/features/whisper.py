"""What Whisper's encoder makes of a clip, summed up over time.

The weights that write the words also carry how they are said. The encoder hears windows of
`WhisperSpec.window` seconds and gives 50 frames a second; mean and standard deviation go over the
frames of the clip alone, those of all its windows together.
"""

import numpy as np

from core.errors import FeaturesUnavailableError
from core.features.statistics import mean_and_std
from core.i18n import N_
from core.settings import WhisperSpec
from core.whisper import N_DIMS, packaged_problem, shared_encoder
from core.whisper.model import INSTALL_AGAIN, WRONG_WEIGHTS
from core.whisper.weights import WrongWeightsError

__all__ = ["whisper_features", "whisper_names", "whisper_problem"]

_CHECK_MEMORY = N_("Check the free memory and disk space.")


def whisper_features(y: np.ndarray, spec: WhisperSpec) -> np.ndarray:
    """Mean, then standard deviation, of each of the encoder's dimensions.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)], float32
        Mono at ``spec.sr``.
    spec : WhisperSpec

    Returns
    -------
    features : np.ndarray [shape=(1024,)], float32

    Raises
    ------
    FeaturesUnavailableError
        If the weights are missing or wrong, or the encoder fails.
    """
    problem = whisper_problem(spec)
    if problem is not None:
        raise problem
    try:
        frames = shared_encoder().encode(y, window=spec.window).frames
    except WrongWeightsError as error:
        raise FeaturesUnavailableError(spec.kind, WRONG_WEIGHTS, INSTALL_AGAIN) from error
    except Exception as error:  # CTranslate2 raises RuntimeError, the tokenizer bare Exception
        reason = N_("Whisper's model could not be loaded")
        raise FeaturesUnavailableError(spec.kind, reason, _CHECK_MEMORY) from error
    return mean_and_std(frames.astype(np.float64)).ravel().astype(np.float32)


def whisper_names(spec: WhisperSpec) -> tuple[str, ...]:
    """Names of the columns, such as ``encoder_0_mean``.

    Parameters
    ----------
    spec : WhisperSpec

    Returns
    -------
    names : tuple of str
    """
    return tuple(f"encoder_{i}_{s}" for s in ("mean", "std") for i in range(N_DIMS))


def whisper_problem(spec: WhisperSpec) -> FeaturesUnavailableError | None:
    """What keeps these features from being measured, as far as can be told at once.

    Parameters
    ----------
    spec : WhisperSpec

    Returns
    -------
    problem : FeaturesUnavailableError or None
    """
    problem = packaged_problem()
    if problem is None:
        return None
    return FeaturesUnavailableError(spec.kind, problem.reason, problem.fix)
