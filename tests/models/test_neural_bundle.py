"""A network's bundle: loaded without JAX, the same answers, and nothing taken on trust."""

import dataclasses
import json
import struct
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from core.emotions import FOUR_EMOTIONS
from core.errors import BrokenBundleError, UnsafeModelError
from core.models import Bundle, Calibration, load_bundle, save_bundle
from core.models.archive import pack, unpack
from core.models.neural import NeuralNetwork, architecture
from core.models.neural.learner import start_state
from core.models.neural.weights import dump_network, load_network, network_facts
from core.settings import CrnnSpec, MelspecSpec, spec_to_json
from tests.models.making import facts

SPEC = CrnnSpec(filters=8, units=8)
FEATURES = MelspecSpec(length=1.0, n_mels=16)


def network():
    state = start_state(architecture(SPEC, *FEATURES.shape, 4), np.zeros(16), np.ones(16), 0)
    return NeuralNetwork(SPEC, FEATURES.shape, 4, {**state.weights, **state.statistics})


def bundle():
    return Bundle.make(
        name="crnn",
        estimator=network(),
        scheme=FOUR_EMOTIONS,
        features=FEATURES,
        speaker_norm=None,
        calibration=Calibration(temperature=1.2, threshold=0.5, ece=0.05),
        facts={**facts("logreg"), "model": spec_to_json(SPEC)},
    )


def rows():
    return np.random.default_rng(0).standard_normal((3, network().n_features_in_)) - 20


def test_networks_that_vote_come_back_and_one_fewer_is_refused():
    spec = dataclasses.replace(SPEC, n_networks=2)
    states = [
        start_state(architecture(SPEC, 50, 16, 4), np.zeros(16), np.ones(16), i) for i in (0, 1)
    ]
    both = [{**state.weights, **state.statistics} for state in states]
    weights = {name: np.stack([held[name] for held in both]) for name in both[0]}
    voters = NeuralNetwork(spec, (50, 16), 4, weights)
    again = load_network(dump_network(voters), network_facts(voters), name="x")
    X = rows()
    assert np.array_equal(again.predict_proba(X), voters.predict_proba(X))
    said = network_facts(NeuralNetwork(dataclasses.replace(SPEC, n_networks=3), (50, 16), 4, {}))
    with pytest.raises(BrokenBundleError):
        load_network(dump_network(voters), said, name="x")


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "crnn.malgyeol"
    save_bundle(path, bundle(), rows())
    return path


def changed(saved, **members):
    """The bundle with other members, sealed and with checksums that fit."""
    import hashlib

    found = unpack(saved.read_bytes(), name="x")
    manifest = json.loads(found["manifest.json"])
    if "manifest" in members:
        manifest |= members.pop("manifest")
    found |= members
    manifest["files"] = {
        n: hashlib.sha256(c).hexdigest() for n, c in found.items() if n != "manifest.json"
    }
    return pack({**found, "manifest.json": json.dumps(manifest).encode()})


def test_a_network_comes_back_with_the_same_answers_and_no_pickle(saved):
    again = load_bundle(saved)
    assert np.array_equal(again.proba(rows()), bundle().proba(rows()))
    assert again.features == FEATURES
    assert again.estimator.spec == SPEC
    with zipfile.ZipFile(saved) as archive:
        assert "model.safetensors" in archive.namelist()
        assert "model.skops" not in archive.namelist()
    assert "CRNN" in again.passport["ko"]


def test_answering_needs_no_jax(saved):
    code = (
        "import sys, pathlib, numpy as np; from core.models import load_bundle;"
        f"b = load_bundle(pathlib.Path({str(saved)!r}));"
        "b.proba(np.ones((1, b.n_features)));"
        "print('jax' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_weights_of_another_shape_name_or_kind_are_refused(saved):
    good = network()
    for change in (
        {"answer.bias": np.zeros(5, np.float32)},
        {"stranger": np.zeros(1, np.float32)},
        {"answer.bias": np.full(4, np.nan, np.float32)},
        {"input.std": np.zeros(16, np.float32)},
        {"norm1.var": np.full(8, -1.0, np.float32)},
    ):
        bad = NeuralNetwork(SPEC, FEATURES.shape, 4, {**good.weights, **change})
        with pytest.raises(BrokenBundleError):
            load_bundle(changed(saved, **{"model.safetensors": dump_network(bad)}))
    del good.weights["answer.bias"]
    with pytest.raises(BrokenBundleError):
        load_bundle(changed(saved, **{"model.safetensors": dump_network(good)}))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\x04N.",
        struct.pack("<Q", 2**62) + b"{}",
        struct.pack("<Q", 8) + b'{"a":1}}',
        struct.pack("<Q", 70)
        + b'{"a":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4]}}    ',
    ],
    ids=["empty", "pickle", "endless-header", "no-json", "terabytes"],
)
def test_what_is_no_safetensors_file_is_refused(saved, data):
    with pytest.raises(BrokenBundleError):
        load_bundle(changed(saved, **{"model.safetensors": data}))


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [10**9, 16]},
        {"shape": [50]},
        {"n_classes": 10**6},
        {"n_classes": 3},
        {"spec": {"kind": "logreg"}},
        {"spec": {"kind": "crnn", "filters": 10**6}},
        {"spec": {"kind": "crnn", "code": "import os"}},
        {"spec": None},
    ],
    ids=str,
)
def test_a_manifest_that_describes_another_network_is_refused(saved, change):
    said = {**network_facts(network())["network"], **change}
    with pytest.raises(BrokenBundleError):
        load_bundle(changed(saved, manifest={"network": said}))


def test_other_answers_than_where_it_was_made_are_refused(saved):
    other = network()
    other.weights["answer.bias"] = np.array([0.1, 0, 0, 0], np.float32)
    with pytest.raises(BrokenBundleError, match="self-test"):
        load_bundle(changed(saved, **{"model.safetensors": dump_network(other)}))


def test_a_bundle_with_two_models_is_refused(saved):
    with pytest.raises(UnsafeModelError):
        load_bundle(changed(saved, **{"model.skops": b"x"}))


def test_features_of_another_length_are_refused(saved):
    longer = spec_to_json(dataclasses.replace(FEATURES, length=2.0))
    bad = changed(saved, manifest={"features": longer})
    with pytest.raises(BrokenBundleError):
        load_bundle(bad)


def test_the_network_alone_is_read_as_it_was_written():
    again = load_network(dump_network(network()), network_facts(network()), name="x")
    assert all(np.array_equal(again.weights[n], w) for n, w in network().weights.items())
