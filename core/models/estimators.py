"""Fitted estimators as bytes and back, by an allow-list of every type that may be in there.

skops trusts every estimator of scikit-learn and every ufunc; a model of ours needs ten types.
So each node of the file is looked at here first, and skops is told of our own types alone. What
a file declares as its types is never asked for in order to trust it.
"""

import io
import json
import warnings
import zipfile
from typing import Any

import numpy as np

from core.errors import BrokenBundleError, UnsafeModelError
from core.i18n import N_
from core.models.archive import check_npy
from core.models.plain.trees import forest_fault

__all__ = [
    "TRUSTED_TYPES",
    "UNREADABLE",
    "dump_estimator",
    "estimator_fault",
    "load_estimator",
    "refuse_strangers",
]

# Beyond what skops trusts by itself. At most six; each new one is a decision, not a repair.
TRUSTED_TYPES: tuple[str, ...] = (
    "core.models.forest.FlatForest",
    "core.models.fusion.Fusion",
    "core.models.svm.PairwiseSvm",
    "core.models.vote.SoftVote",
)

# Everything a file may name at all, by the skops loader that makes it.
_ALLOWED: dict[str, frozenset[str]] = {
    "ObjectNode": frozenset(
        {
            *TRUSTED_TYPES,
            "sklearn.linear_model._logistic.LogisticRegression",
            "sklearn.neural_network._multilayer_perceptron.MLPClassifier",
            "sklearn.pipeline.Pipeline",
            "sklearn.preprocessing._data.StandardScaler",
            "sklearn.preprocessing._label.LabelBinarizer",
            "sklearn.svm._classes.SVC",
        }
    ),
    "NdArrayNode": frozenset(
        f"numpy.{t}" for t in ("ndarray", "float64", "float32", "int64", "int32", "bool", "bool_")
    ),
    "DictNode": frozenset({"builtins.dict"}),
    "JsonNode": frozenset({"builtins.str"}),
    "ListNode": frozenset({"builtins.list"}),
    "TupleNode": frozenset({"builtins.tuple"}),
    "TypeNode": frozenset({"builtins.str", "builtins.int"}),
}
_CLASSIFIERS = frozenset(
    {"FlatForest", "LogisticRegression", "MLPClassifier", "PairwiseSvm", "SoftVote"}
)
_MOST_MEMBERS = 4
_LEAST_PROTOCOL = 2  # older ones are read by loaders that check less
_MAX_ARRAYS = 100
_MAX_UNPACKED = 256 * 2**20  # bytes
_MAX_SCHEMA = 8 * 2**20  # bytes

_UNKNOWN_TYPES = N_("it holds types that are not on the list of allowed ones")
UNREADABLE = N_("its model cannot be read")


def dump_estimator(estimator: Any) -> bytes:
    """A fitted pipeline in the skops format.

    Parameters
    ----------
    estimator : sklearn.pipeline.Pipeline

    Returns
    -------
    data : bytes
    """
    import skops.io

    return skops.io.dumps(estimator)


def load_estimator(data: bytes, *, name: str) -> tuple[Any, tuple[tuple[str, str], ...]]:
    """The pipeline of `dump_estimator`, if it is made of allowed types only.

    Parameters
    ----------
    data : bytes
    name : str
        The bundle's file name, for messages.

    Returns
    -------
    estimator : sklearn.pipeline.Pipeline
    other_versions : tuple of (str, str)
        scikit-learn's version that saved it and the one installed, where they differ.

    Raises
    ------
    UnsafeModelError
        If a type outside the allow-list is named anywhere.
    BrokenBundleError
        If it cannot be read.
    """
    refuse_strangers(data, name=name)

    import skops.io
    from sklearn.exceptions import InconsistentVersionWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            estimator = skops.io.loads(data, trusted=list(TRUSTED_TYPES))
        except Exception as error:  # an older or newer scikit-learn may raise anything
            raise BrokenBundleError(name, UNREADABLE, repr(error)) from error
    versions = {
        (str(w.message.original_sklearn_version), str(w.message.current_sklearn_version))
        for w in caught
        if isinstance(w.message, InconsistentVersionWarning)
    }
    return estimator, tuple(sorted(versions))


def refuse_strangers(data: bytes, *, name: str) -> None:
    """Let a skops file pass that names allowed types only; every reader asks this first.

    Parameters
    ----------
    data : bytes
    name : str
        The bundle's file name, for messages.

    Raises
    ------
    UnsafeModelError
        If a type outside the allow-list is named anywhere.
    BrokenBundleError
        If it cannot be read.
    """
    try:
        strangers = _strangers_in(data)
    except Exception as error:  # whatever a crafted file makes zip, JSON or NumPy raise
        raise BrokenBundleError(name, UNREADABLE, repr(error)) from error
    if strangers:
        raise UnsafeModelError(name, _UNKNOWN_TYPES, ", ".join(sorted(strangers)[:10]))


def _strangers_in(data: bytes) -> set[str]:
    """The types and loaders of a skops file that are not allowed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        if len(entries) > _MAX_ARRAYS or entries["schema.json"].file_size > _MAX_SCHEMA:
            raise ValueError("too many arrays or too long a schema")
        if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
            raise ValueError("arrays are too large")
        schema = json.loads(archive.read("schema.json"))
        for filename in entries:
            if filename != "schema.json":
                check_npy(archive.read(filename))
    if not isinstance(schema.get("protocol"), int) or schema["protocol"] < _LEAST_PROTOCOL:
        raise ValueError(f"skops protocol {schema.get('protocol')!r}")
    found: set[str | None] = set()
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "__loader__" in node or "__class__" in node:
                found.add(_stranger(node))
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return {kind for kind in found if kind is not None}


def _stranger(node: dict[str, Any]) -> str | None:
    loader, kind = node.get("__loader__"), f"{node.get('__module__')}.{node.get('__class__')}"
    if not isinstance(loader, str) or kind not in _ALLOWED.get(loader, frozenset()):
        return f"{kind} ({loader})"
    if loader == "NdArrayNode" and node.get("type") != "numpy":
        return f"{kind} of objects"
    return None


def estimator_fault(estimator: Any, *, n_features: int, n_classes: int) -> str | None:
    """What makes an estimator unfit to be asked, or None.

    The machines of an SVC are checked number by number: its native code trusts their shapes.

    Parameters
    ----------
    estimator : object
        As `load_estimator` gives it.
    n_features : int
        Numbers in a feature vector.
    n_classes : int
        Classes of the label scheme.

    Returns
    -------
    fault : str or None
        In English, for the log.
    """
    from sklearn.pipeline import Pipeline

    if type(estimator) is not Pipeline or not 1 <= len(estimator.steps) <= 2:
        return f"not a pipeline of a scaler and a classifier: {type(estimator).__name__}"
    kinds = [type(step).__name__ for _, step in estimator.steps]
    if kinds == ["Fusion"]:
        return _fusion_fault(estimator[-1], n_features, n_classes)
    if kinds[-1] not in _CLASSIFIERS:
        return f"ends in {kinds[-1]}"
    if kinds[:-1] not in ([], ["StandardScaler"]):
        return f"begins with {kinds[0]}"
    for _, step in estimator.steps:
        if step.n_features_in_ != n_features:
            return f"{step.n_features_in_} features instead of {n_features}"
    return _classifier_fault(estimator[-1], n_features, n_classes)


def _fusion_fault(fusion: Any, n_features: int, n_classes: int) -> str | None:
    """The same for a fusion: every member is looked at as if it stood alone."""
    members, widths = fusion.members, fusion.widths
    if not isinstance(members, list) or not 2 <= len(members) <= _MOST_MEMBERS:
        return "a fusion of too few or too many"
    sound = all(isinstance(w, int) and w > 0 for w in widths) and len(widths) == len(members)
    if not sound or sum(widths) != n_features or fusion.n_features_in_ != n_features:
        return f"a fusion of {widths} features instead of {n_features}"
    for member, width in zip(members, widths, strict=True):
        if getattr(member, "steps", [("", None)])[-1][0] == "fusion":
            return "a fusion of fusions"
        fault = estimator_fault(member, n_features=width, n_classes=n_classes)
        if fault is not None:
            return fault
    n_evidence = len(members) * n_classes
    judges = [fusion] if fusion.link is None else [fusion, fusion.link]
    for judge in judges:
        classes = np.asarray(judge.classes_)
        if classes.shape != (n_classes,) or not (classes == np.arange(n_classes)).all():
            return f"classes {classes.tolist()} instead of 0…{n_classes - 1}"
    if fusion.link is not None and (
        type(fusion.link).__name__ != "LogisticRegression"
        or fusion.link.n_features_in_ != n_evidence
    ):
        return "its members are joined by something else than a regression of theirs"
    return None


def _classifier_fault(classifier: Any, n_features: int, n_classes: int) -> str | None:
    """The same for one classifier, or for a member of a vote."""
    classes = np.asarray(classifier.classes_)
    if classes.shape != (n_classes,) or not (classes == np.arange(n_classes)).all():
        return f"classes {classes.tolist()} instead of 0…{n_classes - 1}"
    if classifier.n_features_in_ != n_features:
        return f"{classifier.n_features_in_} features instead of {n_features}"
    match type(classifier).__name__:
        case "PairwiseSvm":
            return _machines_fault(classifier.machines_, n_features, n_classes)
        case "FlatForest":
            return forest_fault(classifier, n_features=n_features, n_classes=n_classes)
        case "SoftVote":
            return _members_fault(classifier, n_features, n_classes)
    return None


def _members_fault(vote: Any, n_features: int, n_classes: int) -> str | None:
    kinds = [type(member).__name__ for member in (vote.logreg_, vote.svm_)]
    if kinds != ["LogisticRegression", "PairwiseSvm"]:
        return f"a vote of {kinds}"
    faults = (_classifier_fault(m, n_features, n_classes) for m in (vote.logreg_, vote.svm_))
    return next((fault for fault in faults if fault is not None), None)


def _machines_fault(machines: Any, n_features: int, n_classes: int) -> str | None:
    if type(machines).__name__ != "SVC" or machines.kernel not in {"rbf", "linear"}:
        return "its machines are no SVC with an rbf or linear kernel"
    if machines._sparse or machines.break_ties or machines.decision_function_shape != "ovo":
        return "its machines are sparse, or not pairwise"
    n_vectors, n_pairs = len(machines.support_), n_classes * (n_classes - 1) // 2
    expected: dict[str, tuple[str, tuple[int, ...]]] = {
        "support_": ("int32", (n_vectors,)),
        "support_vectors_": ("float64", (n_vectors, n_features)),
        "_n_support": ("int32", (n_classes,)),
        "_dual_coef_": ("float64", (n_classes - 1, n_vectors)),
        "_intercept_": ("float64", (n_pairs,)),
        "_probA": ("float64", (0,)),
        "_probB": ("float64", (0,)),
    }
    for name, (dtype, shape) in expected.items():
        found = getattr(machines, name)
        if str(found.dtype) != dtype or found.shape != shape:
            return f"{name} is {found.dtype} {found.shape} instead of {dtype} {shape}"
    if (machines._n_support < 0).any() or machines._n_support.sum() != n_vectors:
        return "its support vectors do not add up"
    return None
