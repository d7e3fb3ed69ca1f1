"""Which models there are, what each may read, and what each starts with."""

from core.errors import KnobError, MisfitError
from core.settings.features import (
    FEATURE_SPECS,
    FeatureSpec,
    MfccFramesSpec,
    OriginalSpec,
    SequenceSpec,
)
from core.settings.models import (
    ORIGINAL_MLP,
    ForestSpec,
    LogregSpec,
    MlpSpec,
    ModelSpec,
    SvmSpec,
    VoteSpec,
)
from core.settings.neural import CnnSpec, CrnnSpec, LstmSpec, NeuralSpec, OriginalCnnSpec

__all__ = [
    "MODEL_SPECS",
    "by_epochs",
    "check_pair",
    "own_features",
    "default_model_spec",
    "fitting_features",
]

MODEL_SPECS: dict[str, type[ModelSpec]] = {
    cls.kind: cls
    for cls in (
        MlpSpec,
        SvmSpec,
        LogregSpec,
        ForestSpec,
        VoteSpec,
        CrnnSpec,
        CnnSpec,
        LstmSpec,
        OriginalCnnSpec,
    )
}

_OWN_FEATURES = {"crnn": "melspec", "cnn": "melspec", "lstm": "mfcc-frames", "cnn-original": "stft"}


def default_model_spec(kind: str, features: FeatureSpec) -> ModelSpec:
    """The settings a model starts with on a feature set.

    Parameters
    ----------
    kind : str
        A key of `MODEL_SPECS`.
    features : FeatureSpec
        What the model will read. The original features with an MLP give the original recipe;
        coefficients are no frequencies, so that nothing moves along them.

    Returns
    -------
    spec : ModelSpec

    Raises
    ------
    KnobError
        If there is no such kind.
    """
    if kind not in MODEL_SPECS:
        raise KnobError("model", kind, " | ".join(MODEL_SPECS))
    if kind == "mlp" and isinstance(features, OriginalSpec):
        return ORIGINAL_MLP
    if kind in {"crnn", "cnn"} and isinstance(features, MfccFramesSpec):
        return MODEL_SPECS[kind](band_shift=0.0)  # type: ignore[call-arg]
    return MODEL_SPECS[kind]()


def own_features(model: str) -> str:
    """The kind of features that a model reads unless another is asked for.

    Parameters
    ----------
    model : str
        A key of `MODEL_SPECS`.

    Returns
    -------
    kind : str
        A key of `FEATURE_SPECS`.
    """
    return _OWN_FEATURES.get(model, "functionals")


def fitting_features(model: str) -> tuple[str, ...]:
    """The kinds of features that a model can read.

    A network reads frames, the other models one vector a clip; the original CNN reads nothing but
    its 256 by 256 spectrogram.

    Parameters
    ----------
    model : str
        A key of `MODEL_SPECS`.

    Returns
    -------
    kinds : tuple of str

    Examples
    --------
    >>> fitting_features("lstm")
    ('stft', 'melspec', 'mfcc-frames')
    """
    if model == OriginalCnnSpec.kind:
        return ("stft",)
    frames = issubclass(MODEL_SPECS[model], NeuralSpec)
    return tuple(k for k, cls in FEATURE_SPECS.items() if issubclass(cls, SequenceSpec) == frames)


def check_pair(model: ModelSpec, features: FeatureSpec) -> None:
    """Refuse a model on features that it cannot read.

    Parameters
    ----------
    model : ModelSpec
    features : FeatureSpec

    Raises
    ------
    MisfitError
        Naming those that it can.
    """
    fitting = fitting_features(model.kind)
    for part in getattr(features, "parts", (features,)):
        alone = part is features or not isinstance(model, NeuralSpec)
        if part.kind not in fitting or not alone:
            raise MisfitError(model.kind, features.kind, fitting)


def by_epochs(model: ModelSpec) -> bool:
    """Whether a model learns epoch by epoch, so that its curve can be watched.

    Parameters
    ----------
    model : ModelSpec

    Returns
    -------
    by_epochs : bool
    """
    return isinstance(model, MlpSpec | NeuralSpec)
