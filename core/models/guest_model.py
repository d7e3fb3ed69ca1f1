"""The second model of a bundle: for a voice that can be met before it is judged.

It learnt from voices each set against its own clips. Of a guest only a few clips are known, so a
bundle also carries what an average voice is like: where it lies, how far it moves, and where each
emotion lies within it. Meeting a guest is `core.inference.guest`.
"""

import dataclasses
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from core.errors import BrokenBundleError
from core.i18n import N_
from core.models.archive import read_npz
from core.models.calibrating import Calibration, calibrated
from core.models.estimators import dump_estimator

__all__ = ["GuestModel", "Reader", "guest_members", "read_guest"]

ESTIMATOR, ARRAYS = "guest.skops", "guest.npz"
TOLERANCE = 1e-6  # of a probability in the self-test

_MISFIT = N_("its model for guests does not fit its manifest")


class Reader(NamedTuple):
    """How estimators are read from a bundle, and what is wrong with one that was."""

    load: Callable[..., tuple[Any, tuple[tuple[str, str], ...]]]  # of bytes and the file's name
    fault: Callable[..., str | None]  # of an estimator, n_features and n_classes


@dataclass(frozen=True, eq=False)
class GuestModel:
    """A model of voices set against themselves, and what an average voice is like."""

    estimator: Any  # fitted sklearn Pipeline on z-scores
    mean: np.ndarray  # (n_features,) of the training voices' own means
    std: np.ndarray  # (n_features,), above 0; root of the mean variance within a voice
    offsets: np.ndarray  # (n_classes, n_features): an emotion's mean minus its voice's, on average
    calibration: Calibration
    facts: dict[str, Any] = field(default_factory=dict)  # how it scored, for the manifest

    def proba(self, Z: np.ndarray) -> np.ndarray:
        """Calibrated probabilities of the emotions.

        Parameters
        ----------
        Z : np.ndarray [shape=(n, n_features)]
            Features set against the guest's own voice.

        Returns
        -------
        proba : np.ndarray [shape=(n, n_classes)]
        """
        return calibrated(self.estimator, Z, self.calibration)

    def manifest(self) -> dict[str, Any]:
        """What a bundle's manifest says of it.

        Returns
        -------
        document : dict
        """
        return {**self.facts, "calibration": dataclasses.asdict(self.calibration)}


def guest_members(guest: GuestModel, rows: np.ndarray) -> dict[str, bytes]:
    """The parts of a bundle that a guest model fills.

    Parameters
    ----------
    guest : GuestModel
    rows : np.ndarray [shape=(n, n_features)]
        The bundle's self-test rows.

    Returns
    -------
    members : dict of str to bytes
    """
    buffer = io.BytesIO()
    np.savez(
        buffer,
        allow_pickle=False,
        mean=np.asarray(guest.mean, dtype=np.float32),
        std=np.asarray(guest.std, dtype=np.float32),
        offsets=np.asarray(guest.offsets, dtype=np.float32),
        proba=guest.proba(rows),
    )
    return {ESTIMATOR: dump_estimator(guest.estimator), ARRAYS: buffer.getvalue()}


def read_guest(
    members: Mapping[str, bytes],
    manifest: Mapping[str, Any],
    rows: np.ndarray,
    *,
    name: str,
    reader: Reader,
) -> GuestModel | None:
    """The guest model of a bundle, checked as the first model is.

    Parameters
    ----------
    members : mapping of str to bytes
    manifest : mapping
        Of the bundle, checksums checked.
    rows : np.ndarray [shape=(n, n_features)]
        The bundle's self-test rows.
    name : str
        The bundle's file name, for messages.
    reader : Reader
        The one that read the first model.

    Returns
    -------
    guest : GuestModel or None
        None where the bundle has none.

    Raises
    ------
    UnsafeModelError, BrokenBundleError
        If it would be refused as a first model, or does not fit its bundle.
    """
    said = manifest.get("guest")
    if bool(said) != (ESTIMATOR in members) or bool(said) != (ARRAYS in members):
        raise BrokenBundleError(name, _MISFIT, "parts")
    if not isinstance(said, dict):
        return None
    n_features, n_classes = manifest["n_features"], len(manifest["scheme"])
    estimator, _ = reader.load(members[ESTIMATOR], name=name)
    fault = reader.fault(estimator, n_features=n_features, n_classes=n_classes)
    if fault is not None:
        raise BrokenBundleError(name, _MISFIT, fault)
    arrays = read_npz(members[ARRAYS], name=name)
    shapes = {"mean": (n_features,), "std": (n_features,), "offsets": (n_classes, n_features)}
    for key, shape in shapes.items():
        array = arrays.get(key)
        if array is None or array.shape != shape or not np.isfinite(array).all():
            raise BrokenBundleError(name, _MISFIT, key)
    if not (arrays["std"] > 0).all():
        raise BrokenBundleError(name, _MISFIT, "std")
    calibration = Calibration.from_json(said["calibration"])
    guest = GuestModel(
        estimator=estimator,
        mean=arrays["mean"].astype(np.float64),
        std=arrays["std"].astype(np.float64),
        offsets=arrays["offsets"].astype(np.float64),
        calibration=calibration,
        facts={k: v for k, v in said.items() if k != "calibration"},
    )
    expected, found = arrays.get("proba"), guest.proba(rows)
    if expected is None or expected.shape != found.shape:
        raise BrokenBundleError(name, _MISFIT, "self-test")
    if not (np.abs(found - expected) <= TOLERANCE).all():
        raise BrokenBundleError(name, _MISFIT, "self-test")
    return guest
