"""Bundles written and read: one door for every model file, whoever it comes from.

A bundle is loaded wholly or not at all, and what decides in the end is the self-test.
"""

import dataclasses
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.emotions import label_scheme
from core.errors import BrokenBundleError, MalgyeolError, ModelError, UnsafeModelError
from core.files import write_atomically
from core.i18n import LANGUAGES, N_
from core.models.archive import CUT_SHORT, MAX_BYTES, pack, read_npz, unpack
from core.models.bundle import (
    FORMAT,
    SUFFIX,
    Bundle,
    Calibration,
    VersionDifference,
    VoiceBaseline,
    as_json,
    installed_versions,
)
from core.models.estimators import dump_estimator, estimator_fault, load_estimator
from core.models.guest_model import Reader, guest_members, read_guest
from core.models.neural import NeuralNetwork
from core.models.neural.weights import dump_network, load_network, network_fault
from core.models.passport import build_passport
from core.models.plain.reading import plain_fault, read_plain
from core.settings import FeatureSpec, spec_from_json

__all__ = ["load_bundle", "load_for_answers", "save_bundle"]

SELF_TEST_ROWS = 3
TOLERANCE = 1e-6  # of a probability in the self-test
_WHOLE = Reader(load_estimator, estimator_fault)
_PLAIN = Reader(read_plain, plain_fault)

_CHECKSUM = N_("a part of it does not have the checksum in its manifest")
_BAD_MANIFEST = N_("its manifest cannot be read")
_NEWER = N_("it was made by a newer Malgyeol")
_MISFIT = N_("its model does not fit its manifest")
_OTHER_ANSWERS = N_("its self-test gives other probabilities than where it was made")
_NOT_THERE = N_("there is no such file")


def save_bundle(path: Path, bundle: Bundle, self_test_rows: np.ndarray) -> None:
    """Write a bundle, whole or not at all; an older file of this name is replaced at the end.

    The bytes are loaded once before they are written: what would be refused is never published.

    Parameters
    ----------
    path : Path
    bundle : Bundle
    self_test_rows : np.ndarray [shape=(3, n_features)]
        Feature vectors as `Bundle.proba` takes them, different from each other.

    Raises
    ------
    ValueError
        If there are not three rows.
    ModelError
        If the bundle would be refused when loaded.
    OSError
        If it cannot be written.
    """
    rows = np.asarray(self_test_rows, dtype=np.float64)
    if rows.shape != (SELF_TEST_ROWS, bundle.n_features):
        raise ValueError(
            f"The self-test needs {SELF_TEST_ROWS} rows of {bundle.n_features}; got {rows.shape}."
        )
    if "format" not in bundle.manifest:
        bundle = _described(bundle)
    data = _packed(bundle, rows)
    load_bundle(data, name=path.name)
    write_atomically(path, data, tidy=True)


def _described(bundle: Bundle) -> Bundle:
    """A bundle put together by hand, with what every manifest says."""
    return Bundle.make(
        name=bundle.name,
        estimator=bundle.estimator,
        scheme=bundle.scheme,
        features=bundle.features,
        speaker_norm=bundle.speaker_norm,
        calibration=bundle.calibration,
        facts=bundle.manifest,
        guest=bundle.guest,
    )


def _packed(bundle: Bundle, rows: np.ndarray) -> bytes:
    manifest = {**bundle.manifest, "n_features": bundle.n_features}
    members = {
        **_dumped(bundle.estimator),
        "selftest.npz": _npz(rows=rows, proba=bundle.proba(rows)),
    }
    if bundle.speaker_norm is not None:
        voice = bundle.speaker_norm
        members["speaker_norm.npz"] = _npz(
            mean=np.asarray(voice.mean, dtype=np.float64),
            std=np.asarray(voice.std, dtype=np.float64),
        )
    if bundle.guest is not None:
        members |= guest_members(bundle.guest, rows)
    for language in LANGUAGES:
        text = bundle.passport.get(language) or build_passport(manifest, language)
        members[f"passport.{language}.md"] = text.encode()
    manifest["files"] = {n: hashlib.sha256(c).hexdigest() for n, c in sorted(members.items())}
    return pack({"manifest.json": as_json(manifest).encode(), **members})


def _dumped(estimator: Any) -> dict[str, bytes]:
    if isinstance(estimator, NeuralNetwork):
        return {"model.safetensors": dump_network(estimator)}
    return {"model.skops": dump_estimator(estimator)}


def _npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def load_bundle(source: Path | bytes, name: str | None = None) -> Bundle:
    """A bundle from a file or an upload, checked in full before it is given out.

    Parameters
    ----------
    source : Path or bytes
        The content decides, whatever the file is called.
    name : str, optional
        Name for messages and of the bundle; otherwise the file's, for an upload the manifest's.

    Returns
    -------
    bundle : Bundle
        Its passport is written anew from its manifest: text of a foreign file is never shown.

    Raises
    ------
    UnsafeModelError
        If it is a pickle or another foreign file, too large, or holds a type that is not allowed.
    BrokenBundleError
        If it is not there, damaged, inconsistent, or fails its self-test.
    """
    return _read_by(_WHOLE, source, name)


def load_for_answers(source: Path | bytes, name: str | None = None) -> Bundle:
    """A bundle to ask and to explain, as fast as its kind allows.

    Every kind of ours is answered with NumPy alone (`core.models.plain`), after the same checks
    and the same self-test; what cannot be read in this way is left to scikit-learn.

    Parameters
    ----------
    source : Path or bytes
    name : str, optional
        As in `load_bundle`.

    Returns
    -------
    bundle : Bundle
        Its `estimator` gives probabilities; to train on it or to hand it on take `load_bundle`.

    Raises
    ------
    UnsafeModelError, BrokenBundleError
        As `load_bundle`.
    """
    try:
        return _read_by(_PLAIN, source, name)
    except ModelError:  # what is wrong is told by the full reader, if it is wrong there as well
        return _read_by(_WHOLE, source, name)


def _read_by(reader: Reader, source: Path | bytes, name: str | None) -> Bundle:
    data = source if isinstance(source, bytes) else _read(Path(source))
    shown = name or ("model" + SUFFIX if isinstance(source, bytes) else Path(source).name)
    members = unpack(data, name=shown)
    manifest = _checked_manifest(members, name=shown)
    estimator, other_versions = _loaded(reader, members, manifest, shown)
    try:
        bundle = _assembled(members, manifest, estimator, other_versions, shown)
        sizes = {"n_features": manifest["n_features"], "n_classes": len(bundle.scheme)}
        if isinstance(estimator, NeuralNetwork):
            fault = network_fault(estimator, bundle.features, **sizes)
        else:
            fault = reader.fault(estimator, **sizes)
        if fault is not None:
            raise BrokenBundleError(shown, _MISFIT, fault)
        self_test = read_npz(members["selftest.npz"], name=shown)
        _check_self_test(bundle, self_test, shown)
        guest = read_guest(members, manifest, self_test["rows"], name=shown, reader=reader)
    except (BrokenBundleError, UnsafeModelError):
        raise
    except Exception as error:  # an inconsistent model may make scikit-learn raise anything
        raise BrokenBundleError(shown, _MISFIT, repr(error)) from error
    if name is None and not isinstance(source, bytes):
        name = Path(source).stem
    return dataclasses.replace(bundle, name=name or bundle.name, guest=guest)


def _loaded(
    reader: Reader, members: Mapping[str, bytes], manifest: dict[str, Any], name: str
) -> tuple[Any, tuple[tuple[str, str], ...]]:
    if "model.safetensors" in members:
        return load_network(members["model.safetensors"], manifest, name=name), ()
    return reader.load(members["model.skops"], name=name)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            return path.open("rb").read(MAX_BYTES + 1)
        return path.read_bytes()
    except OSError as error:
        raise BrokenBundleError(path.name, _NOT_THERE, repr(error)) from error


def _checked_manifest(members: Mapping[str, bytes], *, name: str) -> dict[str, Any]:
    """The manifest, once every other member has the checksum that it states."""
    try:
        manifest = json.loads(members["manifest.json"])
        files, form = dict(manifest["files"]), int(manifest["format"])
        json.dumps(manifest, ensure_ascii=False).encode()  # no half of a character goes anywhere
    except (ValueError, OverflowError, KeyError, TypeError, RecursionError) as error:
        raise BrokenBundleError(name, _BAD_MANIFEST, repr(error)) from error
    if form > FORMAT:
        raise BrokenBundleError(name, _NEWER, f"format {form}")
    found = {n: hashlib.sha256(c).hexdigest() for n, c in members.items() if n != "manifest.json"}
    if found != files:
        raise BrokenBundleError(name, _CHECKSUM)
    return manifest


def _assembled(
    members: Mapping[str, bytes],
    manifest: dict[str, Any],
    estimator: Any,
    other_versions: Sequence[tuple[str, str]],
    name: str,
) -> Bundle:
    """A bundle of its members and a model that was read from them; not tested yet."""
    try:
        scheme = label_scheme(manifest["scheme"])
        features = spec_from_json(manifest["features"])
        calibration = Calibration.from_json(manifest["calibration"])
        passport = {language: build_passport(manifest, language) for language in LANGUAGES}
        in_order = list(scheme) == manifest["scheme"] and isinstance(features, FeatureSpec)
    except (MalgyeolError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenBundleError(name, _BAD_MANIFEST, repr(error)) from error
    if not in_order:
        raise BrokenBundleError(name, _BAD_MANIFEST, "scheme or features")
    return Bundle(
        name=str(manifest["name"]),
        estimator=estimator,
        scheme=scheme,
        features=features,
        speaker_norm=_voice(members, manifest, name),
        calibration=calibration,
        manifest=manifest,
        passport=passport,
        differences=_differences(manifest, other_versions),
    )


def _voice(
    members: Mapping[str, bytes], manifest: dict[str, Any], name: str
) -> VoiceBaseline | None:
    if bool(manifest.get("speaker_norm")) != ("speaker_norm.npz" in members):
        raise BrokenBundleError(name, _MISFIT, "speaker normalisation")
    if "speaker_norm.npz" not in members:
        return None
    arrays = read_npz(members["speaker_norm.npz"], name=name)
    mean, std = arrays.get("mean"), arrays.get("std")
    shape = (manifest["n_features"],)
    if mean is None or std is None or mean.shape != shape or std.shape != shape:
        raise BrokenBundleError(name, _MISFIT, "speaker normalisation")
    if not (np.isfinite(mean).all() and np.isfinite(std).all() and (std > 0).all()):
        raise BrokenBundleError(name, _MISFIT, "speaker normalisation")
    return VoiceBaseline(mean, std)


def _differences(
    manifest: dict[str, Any], other_versions: Sequence[tuple[str, str]]
) -> tuple[VersionDifference, ...]:
    installed = installed_versions()
    saved = manifest.get("versions") or {}
    found = {
        (library, str(saved.get(library, "?")), here)
        for library, here in installed.items()
        if library != "python" and saved.get(library) != here
    }
    found |= {("sklearn", before, here) for before, here in other_versions}
    return tuple(VersionDifference(*difference) for difference in sorted(found))


def _check_self_test(bundle: Bundle, arrays: Mapping[str, np.ndarray], name: str) -> None:
    """Refuse a bundle that gives other answers here than where it was made."""
    rows, expected = arrays.get("rows"), arrays.get("proba")
    if rows is None or expected is None:
        raise BrokenBundleError(name, CUT_SHORT, "self-test")
    if rows.shape != (SELF_TEST_ROWS, bundle.manifest["n_features"]):
        raise BrokenBundleError(name, _MISFIT, f"self-test of {rows.shape}")
    found = bundle.proba(rows)
    if found.shape != expected.shape or not (np.abs(found - expected) <= TOLERANCE).all():
        versions = ", ".join(f"{d.library} {d.saved} → {d.installed}" for d in bundle.differences)
        raise BrokenBundleError(name, _OTHER_ANSWERS, versions)
