"""Every setting: frozen specs with units, limits, paths, and the only reading of the environment.

Conventions
-----------
A setting that changes a number is a field of a frozen dataclass here. A field made by `knob` is
one that a user may turn: its range is checked when the spec is made, and pages draw their
sliders from the same metadata. Every spec has a canonical JSON form and a digest.
"""

import dataclasses
import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from core.errors import KnobError, UnknownKnobError

__all__ = [
    "ArchiveLimits",
    "ClassicalSpec",
    "DecodeLimits",
    "ExperimentSpec",
    "FEATURE_SPECS",
    "FeatureSpec",
    "ForestSpec",
    "FunctionalsSpec",
    "GoogleSettings",
    "LogmelSpec",
    "LogregSpec",
    "MODEL_SPECS",
    "MfccSpec",
    "MlpSpec",
    "OriginalSpec",
    "QualityThresholds",
    "SR",
    "SplitSpec",
    "SvmSpec",
    "VoteSpec",
    "WhisperSettings",
    "Workspace",
    "default_language",
    "default_model_spec",
    "google_settings",
    "knob_names",
    "shipped_models",
    "demo_folder",
    "spec_digest",
    "spec_from_json",
    "spec_to_json",
    "whisper_settings",
    "with_knobs",
    "worker_idle",
    "workspace",
]

SR = 16_000  # Hz, the rate of every signal after `core.audio`
REPOSITORY = Path(__file__).resolve().parent.parent


def knob(
    default: Any,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple | None = None,
    log: bool = False,
) -> Any:
    """A dataclass field that a user may turn, with its allowed range or choices."""
    return field(
        default=default,
        metadata={"knob": True, "low": low, "high": high, "choices": choices, "log": log},
    )


class Spec:
    """Base of the specs: checks its knobs when made."""

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):  # type: ignore[arg-type]
            if item.metadata.get("knob"):
                _check_knob(item.name, getattr(self, item.name), item.metadata)


def _check_knob(name: str, value: Any, metadata: Any) -> None:
    low, high, choices = metadata["low"], metadata["high"], metadata["choices"]
    if choices is not None:
        if value not in choices:
            raise KnobError(name, value, " | ".join(str(c) for c in choices))
        return
    if low is None:
        return
    for number in value if isinstance(value, tuple) else (value,):
        if not isinstance(number, int | float) or not low <= number <= high:
            raise KnobError(name, value, f"{low:g}…{high:g}")


# --- audio -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DecodeLimits(Spec):
    """What a sound file may be; each limit is checked before anything is decoded."""

    kind: ClassVar[str] = "decode"
    max_bytes: int = 25 * 2**20
    max_duration: float = 60.0  # s
    min_duration: float = 0.3  # s
    min_sr: int = 4_000  # Hz
    max_sr: int = 192_000  # Hz
    max_channels: int = 8
    max_peak: float = 64.0  # full scale; beyond it the file is not sound
    min_decoded_share: float = 0.95  # of the declared duration; below it the file is damaged


@dataclass(frozen=True)
class ArchiveLimits:
    """What an uploaded zip may be; sizes are checked before and while it is unpacked."""

    max_bytes: int = 200 * 2**20  # of the zip itself
    max_entry_bytes: int = 25 * 2**20  # of one unpacked file
    max_total_bytes: int = 2**30  # of all unpacked files together
    max_entries: int = 5_000
    max_ratio: float = 200.0  # unpacked to packed size...
    ratio_from_bytes: int = 10 * 2**20  # ...of files above this size: silence packs well, too
    max_depth: int = 5  # folders above a file


# --- quality -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class QualityThresholds(Spec):
    """From where on a clip or a corpus is spoken of; every threshold of quality, in one place."""

    kind: ClassVar[str] = "quality"
    # a clip
    clipped_share: float = 0.0005  # of the samples, on flat tops
    noisy_snr: float = 20.0  # dB, below it
    nothing_snr: float = 3.0  # dB, below it there is only background
    silent_level: float = -60.0  # dBFS of the loud part, below it
    quiet_level: float = -40.0  # dBFS of the loud part, below it
    dc: float = 0.02  # of full scale
    short_speech: float = 0.3  # s of sound, below it
    long_edge: float = 1.0  # s of silence before or behind the sound
    cut_depth: float = 12.0  # dB; sound at the very edge that is less than this below the loud part
    narrow_band: float = 4_500.0  # Hz, below it
    # where sound begins and ends
    sound_depth: float = 30.0  # dB below the loud part
    pause: float = 0.3  # s that end an utterance
    shortest_sound: float = 0.05  # s, else it is a click
    # a corpus
    near_duplicate: float = 0.85  # cosine of two fingerprints; then the waveforms are compared
    same_waveform: float = 0.45  # correlation at the best shift; other takes stay below 0.3
    doubt_share: float = 0.25  # of the clips are worth a review, at most
    doubt_skill: float = 0.1  # from chance (0) to perfect (1), that a judge of labels needs
    other_voice: float = 0.5  # probability of another speaker
    voice_skill: float = 0.5  # the same for a judge of voices
    confounded: float = 0.1  # accuracy from the speaker alone, above what is expected
    unbalanced: float = 1.5  # biggest class to smallest
    shortcut: float = 0.05  # UAR above chance
    significance: float = 0.01
    min_clips: int = 4  # of a class or voice, to judge it


# --- features ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class FeatureSpec(Spec):
    """Base of the feature specs; `kind` names the feature set on the command line."""


@dataclass(frozen=True)
class OriginalSpec(FeatureSpec):
    """The original recipe: mel power averaged over time, L2-normalised (librosa's defaults)."""

    kind: ClassVar[str] = "original"
    sr: int = SR  # Hz
    n_fft: int = 2048  # samples
    hop_length: int = 512  # samples
    n_mels: int = 128


@dataclass(frozen=True)
class FunctionalsSpec(FeatureSpec):
    """592 functionals of spectral, cepstral and prosodic descriptors."""

    kind: ClassVar[str] = "functionals"
    sr: int = SR  # Hz
    frame_length: int = 400  # samples, 25 ms
    hop_length: int = 160  # samples, 10 ms
    n_fft: int = 512  # samples
    n_mels: int = 40
    fmin: float = 20.0  # Hz
    fmax: float = 8_000.0  # Hz
    n_mfcc: int = 20
    f0_min: float = 65.0  # Hz
    f0_max: float = 500.0  # Hz
    version: int = 1  # raised when the numbers change, so that no old cache is read


@dataclass(frozen=True)
class LogmelSpec(FeatureSpec):
    """Mean and standard deviation over time of the level in each mel band."""

    kind: ClassVar[str] = "logmel"
    sr: int = SR  # Hz
    n_fft: int = 512  # samples, 32 ms
    hop_length: int = 160  # samples, 10 ms
    n_mels: int = knob(64, low=16, high=128)
    fmin: float = 20.0  # Hz
    fmax: float = 8_000.0  # Hz
    version: int = 1  # raised when the numbers change


@dataclass(frozen=True)
class MfccSpec(FeatureSpec):
    """Mean and standard deviation over time of the mel-frequency cepstral coefficients."""

    kind: ClassVar[str] = "mfcc"
    sr: int = SR  # Hz
    n_fft: int = 512  # samples, 32 ms
    hop_length: int = 160  # samples, 10 ms
    n_mels: int = 64
    fmin: float = 20.0  # Hz
    fmax: float = 8_000.0  # Hz
    n_mfcc: int = knob(20, low=5, high=40)  # never more than bands
    deltas: bool = knob(True, choices=(True, False))  # how fast each coefficient changes, too
    version: int = 1  # raised when the numbers change


FEATURE_SPECS: dict[str, type[FeatureSpec]] = {
    cls.kind: cls for cls in (OriginalSpec, LogmelSpec, MfccSpec, FunctionalsSpec)
}


# --- models ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClassicalSpec(Spec):
    """Base of the specs of scikit-learn models on one feature vector per clip."""


@dataclass(frozen=True)
class MlpSpec(ClassicalSpec):
    """A multilayer perceptron, trained epoch by epoch."""

    kind: ClassVar[str] = "mlp"
    hidden_layer_sizes: tuple[int, ...] = knob((128, 128), low=1, high=1024)
    activation: str = knob("relu", choices=("relu", "tanh", "logistic", "identity"))
    alpha: float = knob(1.0, low=0.0, high=100.0, log=True)  # L2 penalty
    learning_rate_init: float = knob(1e-3, low=1e-5, high=1.0, log=True)
    batch_size: int = knob(200, low=1, high=1024)  # utterances; never more than there are
    max_epochs: int = knob(200, low=1, high=2000)
    early_stopping: bool = knob(False, choices=(False, True))
    patience: int = knob(10, low=1, high=200)  # epochs without improvement
    tol: float = knob(1e-4, low=0.0, high=1.0)  # least improvement that counts
    standardise: bool = knob(True, choices=(True, False))


# The original's classifier: scikit-learn's defaults of its day, no standardisation, 1000 epochs
# at most. Stops when the training loss stands still, as scikit-learn does.
ORIGINAL_MLP = MlpSpec(alpha=1e-4, max_epochs=1000, standardise=False)


@dataclass(frozen=True)
class SvmSpec(ClassicalSpec):
    """A support vector machine."""

    kind: ClassVar[str] = "svm"
    kernel: str = knob("rbf", choices=("rbf", "linear"))
    C: float = knob(10.0, low=1e-4, high=1e4, log=True)
    gamma: float = knob(0.0, low=0.0, high=10.0)  # 0 means 1 / (n_features * variance)
    standardise: bool = knob(True, choices=(True, False))


@dataclass(frozen=True)
class LogregSpec(ClassicalSpec):
    """Multinomial logistic regression."""

    kind: ClassVar[str] = "logreg"
    C: float = knob(0.01, low=1e-5, high=1e3, log=True)
    max_iter: int = knob(1000, low=10, high=10_000)
    standardise: bool = knob(True, choices=(True, False))


@dataclass(frozen=True)
class ForestSpec(ClassicalSpec):
    """Many decision trees that vote."""

    kind: ClassVar[str] = "forest"
    method: str = knob("extra trees", choices=("extra trees", "random forest"))
    n_trees: int = knob(200, low=10, high=500)
    max_depth: int = knob(0, low=0, high=50)  # questions to a leaf; 0 means without limit
    min_samples_leaf: int = knob(1, low=1, high=50)  # utterances


@dataclass(frozen=True)
class VoteSpec(ClassicalSpec):
    """The mean of what a logistic regression and a support vector machine hold probable."""

    kind: ClassVar[str] = "vote"
    C_logreg: float = knob(0.01, low=1e-5, high=1e3, log=True)
    C_svm: float = knob(10.0, low=1e-4, high=1e4, log=True)
    kernel: str = knob("rbf", choices=("rbf", "linear"))
    gamma: float = knob(0.0, low=0.0, high=10.0)  # 0 means 1 / (n_features * variance)
    standardise: bool = knob(True, choices=(True, False))


MODEL_SPECS: dict[str, type[ClassicalSpec]] = {
    cls.kind: cls for cls in (MlpSpec, SvmSpec, LogregSpec, ForestSpec, VoteSpec)
}


def default_model_spec(kind: str, features: FeatureSpec) -> ClassicalSpec:
    """The settings a model starts with on a feature set.

    Parameters
    ----------
    kind : str
        A key of `MODEL_SPECS`.
    features : FeatureSpec
        What the model will read. The original features with an MLP give the original recipe.

    Returns
    -------
    spec : ClassicalSpec

    Raises
    ------
    KnobError
        If there is no such kind.
    """
    if kind not in MODEL_SPECS:
        raise KnobError("model", kind, " | ".join(MODEL_SPECS))
    if kind == "mlp" and isinstance(features, OriginalSpec):
        return ORIGINAL_MLP
    return MODEL_SPECS[kind]()


# --- experiments -------------------------------------------------------------------------------


@dataclass(frozen=True)
class SplitSpec(Spec):
    """How the held-out clips are chosen."""

    kind: ClassVar[str] = "split"
    mode: str = knob("speaker", choices=("random", "speaker", "sentence", "speaker+sentence"))
    n_folds: int = knob(5, low=0, high=100)  # 0 means leave one group out


@dataclass(frozen=True)
class ExperimentSpec(Spec):
    """Everything that decides a run's numbers; the same spec gives the same numbers again."""

    kind: ClassVar[str] = "experiment"
    corpus: str
    snapshot: str  # digest of the clips, labels and corrections used
    scheme: tuple[str, ...]  # emotion ids in the fixed order
    features: FeatureSpec
    model: ClassicalSpec
    split: SplitSpec = SplitSpec()
    class_weight: bool = True
    speaker_norm: bool = False
    seed: int = 0


# --- canonical form ----------------------------------------------------------------------------

_SPECS: dict[str, type[Spec]] = {
    cls.kind: cls
    for cls in (
        DecodeLimits,
        OriginalSpec,
        FunctionalsSpec,
        LogmelSpec,
        MfccSpec,
        QualityThresholds,
        MlpSpec,
        SvmSpec,
        LogregSpec,
        ForestSpec,
        VoteSpec,
        SplitSpec,
        ExperimentSpec,
    )
}


def spec_to_json(spec: Spec) -> dict[str, Any]:
    """A spec as plain JSON values, with its kind.

    Parameters
    ----------
    spec : Spec

    Returns
    -------
    document : dict
    """
    document: dict[str, Any] = {"kind": spec.kind}
    for item in dataclasses.fields(spec):  # type: ignore[arg-type]
        value = getattr(spec, item.name)
        document[item.name] = spec_to_json(value) if isinstance(value, Spec) else value
    return json.loads(json.dumps(document))


def spec_from_json(document: dict[str, Any]) -> Any:
    """The spec of a document made by `spec_to_json`.

    Parameters
    ----------
    document : dict

    Returns
    -------
    spec : Spec

    Raises
    ------
    KnobError
        If the kind is unknown or a value is outside its range.
    UnknownKnobError
        If the document names a field that the spec does not have.
    """
    values = dict(document)
    kind = values.pop("kind", None)
    if kind not in _SPECS:
        raise KnobError("kind", kind, " | ".join(_SPECS))
    cls = _SPECS[kind]
    known = [f.name for f in dataclasses.fields(cls)]  # type: ignore[arg-type]
    for name, value in values.items():
        if name not in known:
            raise UnknownKnobError(name, known)
        if isinstance(value, dict):
            values[name] = spec_from_json(value)
        elif isinstance(value, list):
            values[name] = tuple(value)
    return cls(**values)


def spec_digest(spec: Spec) -> str:
    """Sixteen hexadecimal digits that name a spec's values.

    Parameters
    ----------
    spec : Spec

    Returns
    -------
    digest : str
    """
    text = json.dumps(spec_to_json(spec), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def knob_names(spec: Any) -> tuple[str, ...]:
    """Names of what a user may turn in a spec, in its order.

    Parameters
    ----------
    spec : Spec

    Returns
    -------
    names : tuple of str

    Examples
    --------
    >>> knob_names(MfccSpec())
    ('n_mfcc', 'deltas')
    """
    return tuple(f.name for f in dataclasses.fields(spec) if f.metadata.get("knob"))


def with_knobs(spec: Any, settings: dict[str, str]) -> Any:
    """A spec with some knobs set from text, as ``--set alpha=0.1`` gives them.

    Parameters
    ----------
    spec : Spec
    settings : dict of str to str
        Values as text; a tuple is written ``128,64``.

    Returns
    -------
    spec : Spec
        Of the same class.

    Raises
    ------
    UnknownKnobError
        If a name is not a knob of the spec.
    KnobError
        If a text is no value of the knob's type, or outside its range.

    Examples
    --------
    >>> with_knobs(MlpSpec(), {"hidden_layer_sizes": "64,32"}).hidden_layer_sizes
    (64, 32)
    """
    knobs = {f.name: f for f in dataclasses.fields(spec) if f.metadata.get("knob")}
    changes = {}
    for name, text in settings.items():
        if name not in knobs:
            raise UnknownKnobError(name, sorted(knobs))
        changes[name] = _parse_knob(name, text, knobs[name].default)
    return dataclasses.replace(spec, **changes)


def _parse_knob(name: str, text: str, default: Any) -> Any:
    try:
        if isinstance(default, bool):
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[
                text.strip().lower()
            ]
        if isinstance(default, tuple):
            return tuple(int(part) for part in text.replace(" ", "").split(",") if part)
        return type(default)(text)
    except (KeyError, ValueError):
        raise KnobError(name, text, type(default).__name__) from None


# --- places and the environment ----------------------------------------------------------------


@dataclass(frozen=True)
class Workspace:
    """Where everything lies that the team makes; see ``docs/architecture.md``."""

    root: Path
    models: Path

    @property
    def catalog(self) -> Path:
        """The SQLite catalog."""
        return self.root / "catalog.db"

    @property
    def audio(self) -> Path:
        """Original bytes, named by SHA-256."""
        return self.root / "audio"

    @property
    def cache(self) -> Path:
        """Derived and disposable."""
        return self.root / "cache"

    @property
    def runs(self) -> Path:
        """One folder a run."""
        return self.root / "runs"

    @property
    def logs(self) -> Path:
        """Rotating logs."""
        return self.root / "logs"


def workspace() -> Workspace:
    """The workspace in force: ``MALGYEOL_HOME``, else ``data/workspace``.

    Returns
    -------
    workspace : Workspace
        Its folders may not exist yet.
    """
    home = os.environ.get("MALGYEOL_HOME")
    if home:
        root = Path(home).expanduser().resolve()
        return Workspace(root=root, models=root / "models")
    return Workspace(root=REPOSITORY / "data" / "workspace", models=REPOSITORY / "models")


def shipped_models() -> Path:
    """The folder of the models that come with Malgyeol."""
    return REPOSITORY / "models" / "shipped"


def demo_folder() -> Path:
    """The folder of the synthesised demo corpus."""
    return REPOSITORY / "data" / "demo"


def default_language() -> str:
    """The language a first visitor sees: ``MALGYEOL_LANGUAGE``, else Korean."""
    from core.i18n import DEFAULT_LANGUAGE, LANGUAGES

    asked = os.environ.get("MALGYEOL_LANGUAGE", DEFAULT_LANGUAGE)
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


@dataclass(frozen=True)
class GoogleSettings:
    """How Google Cloud Speech v2 is reached; the only secret in here is `api_key`."""

    project: str | None
    location: str  # decides where the voice goes, and the endpoint
    model: str
    api_key: str | None = field(repr=False)
    credentials_file: Path | None  # GOOGLE_APPLICATION_CREDENTIALS
    sign_in_file: Path | None  # gcloud's application default credentials, where there are any
    endpoint: str | None  # only for tests and private gateways
    timeout: float  # s, for one piece of at most 55 s, with its retries
    on_gcp: bool  # the metadata server is asked only then


# chirp_3 serves ko-KR in this region, the one nearest to Korea that has it (Google's own page).
GOOGLE_LOCATION = "asia-northeast1"
GOOGLE_MODEL = "chirp_3"
GOOGLE_TIMEOUT = "20"  # s


def google_settings() -> GoogleSettings:
    """Google settings from the environment; ``docs/stt.md`` lists the variables.

    Returns
    -------
    settings : GoogleSettings

    Raises
    ------
    KnobError
        If ``MALGYEOL_GOOGLE_TIMEOUT`` is not a number from 1 to 300.
    """

    def text(name: str) -> str | None:
        return os.environ.get(name, "").strip() or None

    credentials = text("GOOGLE_APPLICATION_CREDENTIALS")
    return GoogleSettings(
        project=text("MALGYEOL_GOOGLE_PROJECT") or text("GOOGLE_CLOUD_PROJECT"),
        location=text("MALGYEOL_GOOGLE_LOCATION") or GOOGLE_LOCATION,
        model=text("MALGYEOL_GOOGLE_MODEL") or GOOGLE_MODEL,
        api_key=text("MALGYEOL_GOOGLE_API_KEY"),
        credentials_file=Path(credentials).expanduser() if credentials else None,
        sign_in_file=_gcloud_sign_in_file(),
        endpoint=text("MALGYEOL_GOOGLE_ENDPOINT"),
        timeout=_seconds("MALGYEOL_GOOGLE_TIMEOUT", GOOGLE_TIMEOUT, low=1, high=300),
        on_gcp=(text("MALGYEOL_ON_GCP") or "").lower() in {"1", "true", "yes"},
    )


def _seconds(name: str, default: str, *, low: float, high: float) -> float:
    found = os.environ.get(name, "").strip() or default
    try:
        value = float(found)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise KnobError(name, found, f"{low:g}…{high:g} s")
    return value


def _gcloud_sign_in_file() -> Path | None:
    """Where ``gcloud auth application-default login`` leaves its file, if it is there."""
    own, app_data = os.environ.get("CLOUDSDK_CONFIG"), os.environ.get("APPDATA")
    if own:
        folder = Path(own)
    elif os.name == "nt" and app_data:
        folder = Path(app_data) / "gcloud"
    else:
        try:
            folder = Path.home() / ".config" / "gcloud"
        except RuntimeError:  # a user without a home folder, as in some containers
            return None
    file = folder / "application_default_credentials.json"
    return file if file.is_file() else None


def worker_idle() -> float:
    """How long the training worker waits for work before it ends, in seconds.

    Returns
    -------
    seconds : float
        ``MALGYEOL_WORKER_IDLE``, else 15 minutes.
    """
    return float(os.environ.get("MALGYEOL_WORKER_IDLE", "900"))


@dataclass(frozen=True)
class WhisperSettings:
    """Which Whisper writes the words: a folder, a model name, or the packaged base model."""

    model: str | None  # folder or name; None means the packaged weights
    beam_size: int = 5
    compute_type: str = "int8"
    max_compression_ratio: float = 2.4  # above it the text is a loop, not speech
    low_confidence: float = -0.7  # mean log probability, see docs/stt.md
    threads: int = 2


def whisper_settings() -> WhisperSettings:
    """Whisper settings from the environment; the README lists the variables."""
    return WhisperSettings(model=os.environ.get("MALGYEOL_WHISPER") or None)
