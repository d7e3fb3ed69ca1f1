import dataclasses
import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import core
from core.emotions import FOUR_EMOTIONS
from core.errors import BrokenBundleError, DiskFullError, ModelError
from core.evaluation import apply_temperature
from core.models import Bundle, Calibration, VersionDifference, fit, load_bundle, save_bundle
from core.models.archive import pack, unpack
from core.models.bundle_file import SELF_TEST_ROWS
from core.settings import MlpSpec, OriginalSpec
from tests.models.making import SPECS, bundle, facts, fitted, three_rows, voices


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "tester.malgyeol"
    save_bundle(path, bundle("mlp"), three_rows())
    return path


def resealed(data, **changes):
    """The same bundle with members changed, its manifest and seal right again."""
    members = {**unpack(data, name="x"), **changes}
    manifest = json.loads(members.pop("manifest.json"))
    manifest["files"] = {n: hashlib.sha256(c).hexdigest() for n, c in members.items()}
    return pack({"manifest.json": json.dumps(manifest).encode(), **members})


def with_manifest(data, **changes):
    members = unpack(data, name="x")
    manifest = {**json.loads(members["manifest.json"]), **changes}
    return pack({**members, "manifest.json": json.dumps(manifest).encode()})


@pytest.mark.parametrize("kind", SPECS)
@pytest.mark.parametrize("normalised", [False, True])
def test_a_bundle_comes_back_bit_by_bit(tmp_path, kind, normalised):
    path, made = tmp_path / "안녕.malgyeol", bundle(kind, normalised=normalised)
    save_bundle(path, made, three_rows())
    back = load_bundle(path)
    X = voices(seed=9)[0]
    assert (back.proba(X) == made.proba(X)).all()
    assert (back.name, back.scheme, back.features) == ("안녕", made.scheme, made.features)
    assert back.calibration == made.calibration
    assert back.differences == ()
    assert {k: v for k, v in back.manifest.items() if k != "files"} == made.manifest
    if normalised:
        assert (back.speaker_norm.mean == made.speaker_norm.mean).all()
        assert (back.speaker_norm.std == made.speaker_norm.std).all()
    else:
        assert back.speaker_norm is None


def test_a_model_of_many_epochs_is_kept_as_well_as_one_of_few(tmp_path):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 5)), np.arange(40) % 2
    spec = MlpSpec(hidden_layer_sizes=(4,), max_epochs=300, patience=200)
    estimator = fit(spec, X, y, n_classes=2, class_weight=True, seed=0)
    many = Bundle.make(
        name="many",
        estimator=estimator,
        scheme=("sad", "angry"),
        features=OriginalSpec(),
        speaker_norm=None,
        calibration=Calibration(temperature=1.0, threshold=0.5, ece=0.0),
        facts={},
    )
    path = tmp_path / "many.malgyeol"
    save_bundle(path, many, self_test_rows=X[:3])
    np.testing.assert_array_equal(load_bundle(path).proba(X), many.proba(X))


def test_bytes_are_loaded_as_a_file_is(saved):
    back = load_bundle(saved.read_bytes())
    assert back.name == "tester"
    assert load_bundle(saved.read_bytes(), name="upload").name == "upload"


def test_the_same_members_give_the_same_bytes(saved):
    data = saved.read_bytes()
    assert pack(unpack(data, name="x")) == data


def test_probabilities_are_those_of_the_evaluation_room_at_the_same_temperature():
    made, X = bundle("mlp", temperature=2.5), voices(seed=9)[0]
    expected = apply_temperature(made.estimator.predict_proba(X), 2.5)
    assert made.proba(X) == pytest.approx(expected, abs=1e-15)


def test_a_feature_vector_of_another_length_is_refused():
    with pytest.raises(ValueError, match="features"):
        bundle().proba(np.zeros((2, 7)))


def test_a_manifest_says_what_is_needed_to_trace_the_model(saved):
    manifest = load_bundle(saved).manifest
    assert manifest["format"] == 1
    assert manifest["app_version"] == core.__version__
    assert set(manifest["versions"]) == {"sklearn", "numpy", "scipy", "skops", "python"}
    assert manifest["scheme"] == list(FOUR_EMOTIONS)
    assert manifest["model"]["kind"] == "mlp"
    assert manifest["snapshot"] == "0123456789abcdef"
    assert manifest["metrics"]["uar_interval"] == [0.771, 0.884]
    assert manifest["created"].endswith("+00:00")
    members = unpack(saved.read_bytes(), name="x")
    for name, digest in manifest["files"].items():
        assert hashlib.sha256(members[name]).hexdigest() == digest
    assert set(manifest["files"]) == set(members) - {"manifest.json"}


def test_a_bundle_put_together_by_hand_is_described_when_saved(tmp_path):
    made = Bundle(
        name="by hand",
        estimator=fitted(),
        scheme=FOUR_EMOTIONS,
        features=OriginalSpec(),
        speaker_norm=None,
        calibration=Calibration(1.0, 0.5, 0.1),
        manifest=facts(),
    )
    save_bundle(tmp_path / "by hand.malgyeol", made, three_rows())
    assert load_bundle(tmp_path / "by hand.malgyeol").manifest["n_features"] == 6


# --- damage ------------------------------------------------------------------------------------


def test_each_of_two_hundred_flipped_bits_is_seen(saved):
    data = saved.read_bytes()
    refused = 0
    for position in np.random.default_rng(0).integers(0, 8 * len(data), 200):
        flipped = bytearray(data)
        flipped[position // 8] ^= 1 << (position % 8)
        with pytest.raises(ModelError):
            load_bundle(bytes(flipped))
        refused += 1
    assert refused == 200


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9, 0.9999])
def test_a_file_cut_short_is_refused(saved, share):
    data = saved.read_bytes()
    with pytest.raises(ModelError):
        load_bundle(data[: int(share * len(data))])


def test_bytes_hung_on_are_seen(saved):
    with pytest.raises(BrokenBundleError, match="cut short or was changed"):
        load_bundle(saved.read_bytes() + b"\0")


def test_a_member_that_is_not_what_the_manifest_says_is_refused(saved):
    members = unpack(saved.read_bytes(), name="x")
    members["passport.en.md"] += b"and better than any other"
    with pytest.raises(BrokenBundleError, match="checksum"):
        load_bundle(pack(members))


@pytest.mark.parametrize("member", ["model.skops", "manifest.json", "passport.ko.md"])
def test_a_missing_member_is_named(saved, member):
    members = unpack(saved.read_bytes(), name="x")
    del members[member]
    with pytest.raises(BrokenBundleError, match="part of it is missing") as caught:
        load_bundle(pack(members))
    assert caught.value.detail == member


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "one"},
        {"format": float("inf")},
        {"format": float("nan")},
        {"name": "half of a character \ud800"},
        {"created": "\udfff"},
        {"scheme": ["sad", "glad", "happy", "angry"]},
        {"scheme": ["angry", "happy", "neutral", "sad"]},
        {"scheme": "sad"},
        {"features": {"kind": "svm"}},
        {"features": {"kind": "original", "eyes": 2}},
        {"features": None},
        {"calibration": {"temperature": 0.0, "threshold": 0.5, "ece": 0.1}},
        {"calibration": {"temperature": float("nan"), "threshold": 0.5, "ece": 0.1}},
        {"calibration": {"temperature": 1.0, "threshold": 0.5, "ece": 0.1, "ceiling": 0.2}},
        {"calibration": {}},
        {"metrics": {"uar": "excellent", "uar_interval": [0, 1]}},
        {"metrics": [1]},
        {"corpus": "mine"},
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(saved, changes):
    with pytest.raises(BrokenBundleError, match="manifest cannot be read"):
        load_bundle(with_manifest(saved.read_bytes(), **changes))


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"[" * 100_000, b"\xff", b'{"files": 1}'])
def test_a_manifest_that_is_no_object_is_refused(saved, text):
    members = {**unpack(saved.read_bytes(), name="x"), "manifest.json": text}
    with pytest.raises(BrokenBundleError, match="manifest cannot be read"):
        load_bundle(pack(members))


def test_a_bundle_from_before_there_were_ceilings_answers_as_it_did(saved):
    figures = dataclasses.asdict(load_bundle(saved).calibration)
    del figures["ceiling"]
    bundle = load_bundle(with_manifest(saved.read_bytes(), calibration=figures))
    assert bundle.calibration == Calibration(**figures, ceiling=1.0)


def test_a_bundle_of_a_newer_format_says_so(saved):
    with pytest.raises(BrokenBundleError, match="newer Malgyeol"):
        load_bundle(with_manifest(saved.read_bytes(), format=2))


@pytest.mark.parametrize(
    "changes", [{"n_features": 7}, {"scheme": ["sad", "happy"]}, {"speaker_norm": True}]
)
def test_a_model_that_does_not_fit_its_manifest_is_refused(saved, changes):
    with pytest.raises(BrokenBundleError, match="does not fit"):
        load_bundle(with_manifest(saved.read_bytes(), **changes))


def test_a_self_test_of_other_probabilities_is_refused(saved):
    other = dict(np.load(_member(saved, "selftest.npz")))
    other["proba"] = other["proba"] + 2e-6 * np.array([1, -1, 0, 0])
    with pytest.raises(BrokenBundleError, match="self-test"):
        load_bundle(resealed(saved.read_bytes(), **{"selftest.npz": _npz(**other)}))


def test_a_self_test_within_a_millionth_passes(saved):
    other = dict(np.load(_member(saved, "selftest.npz")))
    other["proba"] = other["proba"] + 5e-7 * np.array([1, -1, 0, 0])
    data = resealed(saved.read_bytes(), **{"selftest.npz": _npz(**other)})
    assert load_bundle(data).name == "tester"


def test_the_weights_of_another_model_fail_the_self_test(saved, tmp_path):
    save_bundle(tmp_path / "other.malgyeol", bundle("logreg"), three_rows())
    foreign = unpack((tmp_path / "other.malgyeol").read_bytes(), name="x")["model.skops"]
    with pytest.raises(BrokenBundleError, match="self-test"):
        load_bundle(resealed(saved.read_bytes(), **{"model.skops": foreign}))


def test_a_self_test_that_is_not_a_number_is_refused(saved):
    arrays = {"rows": three_rows(), "proba": np.full((SELF_TEST_ROWS, 4), np.nan)}
    with pytest.raises(BrokenBundleError, match="self-test"):
        load_bundle(resealed(saved.read_bytes(), **{"selftest.npz": _npz(**arrays)}))


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(BrokenBundleError, match="no such file"):
        load_bundle(tmp_path / "nothing.malgyeol")


# --- versions ----------------------------------------------------------------------------------


def test_other_versions_are_shown_and_the_self_test_decides(saved, recwarn):
    versions = {**load_bundle(saved).manifest["versions"], "numpy": "1.0.0"}
    back = load_bundle(with_manifest(saved.read_bytes(), versions=versions))
    assert back.differences == (VersionDifference("numpy", "1.0.0", np.__version__),)
    assert not len(recwarn)


def test_a_model_of_another_scikit_learn_is_noticed_whatever_the_manifest_says(saved, recwarn):
    import io
    import zipfile

    import sklearn

    old = unpack(saved.read_bytes(), name="x")["model.skops"]
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(old)) as source, zipfile.ZipFile(target, "w") as changed:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "schema.json":
                content = content.replace(sklearn.__version__.encode(), b"1.7.0")
            changed.writestr(entry.filename, content)
    data = resealed(saved.read_bytes(), **{"model.skops": target.getvalue()})
    assert load_bundle(data).differences == (
        VersionDifference("sklearn", "1.7.0", sklearn.__version__),
    )
    assert not len(recwarn)


# --- saving ------------------------------------------------------------------------------------


def test_what_would_be_refused_is_never_published(tmp_path):
    path = tmp_path / "tester.malgyeol"
    path.write_bytes(b"the old one")
    wrong = bundle(scheme=("sad", "happy"))  # the model knows four
    with pytest.raises(BrokenBundleError):
        save_bundle(path, wrong, three_rows())
    assert path.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("rows", [np.zeros((2, 6)), np.zeros((3, 5))])
def test_the_self_test_needs_three_rows_that_fit(tmp_path, rows):
    with pytest.raises(ValueError, match="3 rows of 6"):
        save_bundle(tmp_path / "x.malgyeol", bundle(), rows)


def test_a_save_that_breaks_off_leaves_the_old_file_and_no_other(saved, monkeypatch):
    before = saved.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFullError, match="disk is full"):
        save_bundle(saved, bundle("logreg"), three_rows())
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_save_that_is_killed_leaves_the_old_file(saved):
    before = saved.read_bytes()
    program = (
        "import os, signal, sys, pathlib\n"
        "from core.files import write_atomically\n"
        "os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_atomically(pathlib.Path(sys.argv[1]), b'new' * 100000)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, str(saved)],
        cwd=Path(core.__file__).parent.parent,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert saved.read_bytes() == before
    assert load_bundle(saved).name == "tester"
    (left_over,) = set(saved.parent.iterdir()) - {saved}
    os.utime(left_over, (0, 0))  # long ago
    save_bundle(saved, bundle("logreg"), three_rows())
    assert list(saved.parent.iterdir()) == [saved]


def _member(path, name):
    import io

    return io.BytesIO(unpack(path.read_bytes(), name="x")[name])


def _npz(**arrays):
    import io

    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()
