"""The arrays of a skops file, taken out of it without skops.

A skops file is a zip of ``schema.json``, a tree that names the type and place of each part, and
of one ``.npy`` file an array. After `core.models.estimators.refuse_strangers` has let it pass,
the parts that answering needs are looked up by name; nothing is constructed from what the file
says but numbers, texts and the kinds of `core.models.plain.answering`.
"""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np

from core.errors import BrokenBundleError
from core.models.estimators import UNREADABLE, refuse_strangers
from core.models.plain.answering import (
    Forest,
    Fusion,
    Logreg,
    Machines,
    Perceptron,
    PlainClassifier,
    PlainPipeline,
    Scaler,
    Svm,
    Vote,
)
from core.models.rows import size_fault

__all__ = ["plain_fault", "read_plain"]


def read_plain(data: bytes, *, name: str) -> tuple[PlainPipeline, tuple[tuple[str, str], ...]]:
    """The pipeline of `core.models.estimators.dump_estimator`, to ask and not to train on.

    Parameters
    ----------
    data : bytes
    name : str
        The bundle's file name, for messages.

    Returns
    -------
    pipeline : PlainPipeline
    other_versions : tuple
        Empty: no library that could be another one takes part.

    Raises
    ------
    UnsafeModelError
        If a type outside the allow-list is named anywhere.
    BrokenBundleError
        If it cannot be read, or not in this way.
    """
    refuse_strangers(data, name=name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = json.loads(archive.read("schema.json"))
            return _pipeline(_Part(archive, root)), ()
    except Exception as error:  # whatever a crafted file makes zip, JSON or NumPy raise
        raise BrokenBundleError(name, UNREADABLE, repr(error)) from error


def plain_fault(pipeline: PlainPipeline, *, n_features: int, n_classes: int) -> str | None:
    """What makes a pipeline unfit to be asked, or None; that its arrays fit was seen in reading.

    Parameters
    ----------
    pipeline : PlainPipeline
    n_features : int
        Numbers in a feature vector.
    n_classes : int
        Classes of the label scheme.

    Returns
    -------
    fault : str or None
        In English, for the log.
    """
    found = pipeline.n_features_in_, pipeline.n_classes
    return size_fault(*found, n_features=n_features, n_classes=n_classes)


class _Part:
    """One part of the tree; what lies below it is read when it is asked for."""

    def __init__(self, archive: zipfile.ZipFile, node: dict[str, Any]):
        self._archive, self._node = archive, node

    @property
    def kind(self) -> str:
        return str(self._node["__class__"])

    def __getitem__(self, name: str) -> "_Part":
        """A named attribute of an object."""
        return _Part(self._archive, self._node["content"]["content"][name])

    def items(self) -> list["_Part"]:
        """The members of a list or tuple."""
        if self._node["__loader__"] not in {"ListNode", "TupleNode"}:
            raise ValueError(f"{self._node['__loader__']} is no list")
        return [_Part(self._archive, node) for node in self._node["content"]]

    def plain(self) -> Any:
        """A text, number, truth value or nothing."""
        if self._node["__loader__"] != "JsonNode":
            raise ValueError(f"{self._node['__loader__']} is no plain value")
        return json.loads(self._node["content"])

    def integer(self) -> int:
        value = self.plain()
        if type(value) is not int:
            raise ValueError(f"{value!r} is no integer")
        return value

    def stored(self) -> np.ndarray:
        """An array as it is; that it holds numbers alone was seen before."""
        if self._node["__loader__"] != "NdArrayNode":
            raise ValueError(f"{self._node['__loader__']} is no array")
        return np.load(io.BytesIO(self._archive.read(self._node["file"])), allow_pickle=False)

    def array(self) -> np.ndarray:
        """An array of finite numbers, in double precision."""
        values = self.stored().astype(np.float64)
        if not np.isfinite(values).all():
            raise ValueError("an array with what is no number")
        return values


def _pipeline(part: _Part, *, inside: bool = False) -> PlainPipeline:
    if part.kind != "Pipeline":
        raise ValueError(f"{part.kind} is no pipeline")
    *before, (name, last) = (step.items() for step in part["steps"].items())
    scalers = [_scaler(step) for _, step in before]
    if (
        len(scalers) > 1
        or (scalers and last.kind == "Fusion")
        or (inside and last.kind == "Fusion")
    ):
        raise ValueError("steps of another kind")
    return PlainPipeline(name.plain(), _classifier(last), *scalers)


def _scaler(part: _Part) -> Scaler:
    if part.kind != "StandardScaler":
        raise ValueError(f"{part.kind} is no scaler")
    return Scaler(part["mean_"].array(), part["scale_"].array())


def _classifier(part: _Part) -> PlainClassifier:
    """A classifier whose classes are the indices from 0 on."""
    made = _KINDS[part.kind](part)
    if part["classes_"].array().tolist() != list(range(made.n_classes)):
        raise ValueError("classes of another order")
    return made


def _logreg(part: _Part) -> Logreg:
    if part.kind != "LogisticRegression" or part["solver"].plain() == "liblinear":
        raise ValueError(f"{part.kind} is no softmax of a linear function")
    return Logreg(part["coef_"].array(), part["intercept_"].array())


def _perceptron(part: _Part) -> Perceptron:
    if part["out_activation_"].plain() not in {"softmax", "logistic"}:
        raise ValueError("a perceptron that is no classifier")
    weights, offsets = (
        [array.array() for array in part[name].items()] for name in ("coefs_", "intercepts_")
    )
    return Perceptron(weights, offsets, part["activation"].plain())


def _svm(part: _Part) -> Svm:
    machines = part["machines_"]
    if part.kind != "PairwiseSvm" or machines.kind != "SVC":
        raise ValueError(f"{part.kind} of {machines.kind} is no pairwise machine")
    return Svm(
        Machines(
            kernel=machines["kernel"].plain(),
            gamma=_gamma(machines),
            vectors=machines["support_vectors_"].array(),
            n_support=machines["_n_support"].stored(),
            dual_coef=machines["dual_coef_"].array(),
            intercept=machines["intercept_"].array(),
        ),
        _logreg(part["link_"]),
    )


def _gamma(machines: _Part) -> float:
    """The width of the kernel, which one library's version keeps as an array and another not."""
    try:
        return float(machines["_gamma"].array())
    except ValueError:
        return float(machines["_gamma"].plain())


def _forest(part: _Part) -> Forest:
    names = ("roots_", "left_", "right_", "feature_", "border_", "shares_")
    return Forest(part["n_features_in_"].integer(), *(part[name].stored() for name in names))


def _vote(part: _Part) -> Vote:
    return Vote(_logreg(part["logreg_"]), _svm(part["svm_"]))


def _fusion(part: _Part) -> Fusion:
    link = part["link"]
    return Fusion(
        [_pipeline(member, inside=True) for member in part["members"].items()],
        [width.integer() for width in part["widths"].items()],
        _logreg(link) if link.kind == "LogisticRegression" else link.plain(),
    )


_KINDS: dict[str, Callable[[_Part], PlainClassifier]] = {
    "LogisticRegression": _logreg,
    "MLPClassifier": _perceptron,
    "PairwiseSvm": _svm,
    "FlatForest": _forest,
    "SoftVote": _vote,
    "Fusion": _fusion,
}
