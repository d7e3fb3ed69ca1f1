"""Every kind of model answers with NumPy alone: the same answers from the same file, or none."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.emotions import FOUR_EMOTIONS
from core.errors import BrokenBundleError, ModelError, UnsafeModelError
from core.models import fit, load_bundle, load_for_answers, save_bundle
from core.models.archive import unpack
from core.models.estimators import dump_estimator
from core.models.plain.answering import PlainPipeline
from core.models.plain.reading import plain_fault, read_plain
from core.settings import MlpSpec, SvmSpec, VoteSpec, shipped_models
from tests.models.making import SPECS, bundle, fitted, voices

REPOSITORY = Path(__file__).resolve().parents[2]
SHIPPED = sorted(shipped_models().glob("*.malgyeol"))


def saved(folder, kind, n_classes=4, estimator=None):
    path = folder / f"{kind}.malgyeol"
    made = bundle(
        kind, estimator=estimator or fitted(kind, n_classes), scheme=FOUR_EMOTIONS[:n_classes]
    )
    save_bundle(path, made, self_test_rows=voices(n_classes=n_classes)[0][:3])
    return path


def assert_same_answers(path):
    plain, full = load_for_answers(path), load_bundle(path)
    assert isinstance(plain.estimator, PlainPipeline)
    X = np.random.default_rng(1).normal(0, 3, (200, full.n_features))
    np.testing.assert_allclose(plain.proba(X), full.proba(X), atol=1e-12)
    told = [(b.name, b.scheme, b.calibration, b.passport, b.n_features) for b in (plain, full)]
    assert told[0] == told[1]
    return plain, full


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("kind", SPECS)
def test_the_answers_are_those_of_scikit_learn(tmp_path, kind, n_classes):
    assert_same_answers(saved(tmp_path, kind, n_classes))


@pytest.mark.parametrize("activation", ["identity", "tanh", "logistic"])
def test_perceptrons_of_every_activation_answer_alike(tmp_path, activation):
    X, y, _ = voices()
    spec = MlpSpec((8, 5), max_epochs=3, activation=activation)
    estimator = fit(spec, X, y, n_classes=4, class_weight=True, seed=0)
    assert_same_answers(saved(tmp_path, "mlp", estimator=estimator))


def test_machines_without_a_curved_kernel_answer_alike(tmp_path):
    X, y, speakers = voices()
    estimator = fit(
        SvmSpec(kernel="linear"), X, y, n_classes=4, class_weight=True, seed=0, groups=speakers
    )
    assert_same_answers(saved(tmp_path, "svm", estimator=estimator))


@pytest.mark.parametrize("fuse", ["mean", "stack"])
@pytest.mark.parametrize("spec", [VoteSpec(), MlpSpec((8,), max_epochs=3)])
def test_what_is_fused_answers_alike(tmp_path, spec, fuse):
    X, y, speakers = voices()
    settings = {"n_classes": 4, "class_weight": True, "seed": 0, "groups": speakers}
    estimator = fit(spec, X, y, widths=(2, 4), fuse=fuse, **settings)
    assert_same_answers(saved(tmp_path, spec.kind, estimator=estimator))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_models_and_their_models_for_guests_answer_alike(path):
    plain, full = assert_same_answers(path)
    assert isinstance(plain.guest.estimator, PlainPipeline)
    Z = np.random.default_rng(2).normal(0, 1, (50, full.n_features))
    np.testing.assert_allclose(plain.guest.proba(Z), full.guest.proba(Z), atol=1e-12)


@pytest.mark.parametrize("rows", [np.zeros((1, 7)), np.zeros(6), np.full((1, 6), np.nan)])
def test_rows_of_another_shape_or_not_finite_are_refused(tmp_path, rows):
    with pytest.raises(ValueError, match="feature"):
        load_for_answers(saved(tmp_path, "vote")).proba(rows)


# --- what is refused ---------------------------------------------------------------------------


def test_each_of_two_hundred_flipped_bits_is_seen(tmp_path):
    data = saved(tmp_path, "vote").read_bytes()
    for position in np.random.default_rng(0).integers(0, 8 * len(data), 200):
        flipped = bytearray(data)
        flipped[position // 8] ^= 1 << (position % 8)
        with pytest.raises(ModelError):
            load_for_answers(bytes(flipped))


def changed(data, change):
    """A skops file with its schema, its arrays by name, or both changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as made:
        schema = json.loads(source.read("schema.json"))
        arrays = {n: source.read(n) for n in source.namelist() if n != "schema.json"}
        change(schema, arrays)
        for name, content in arrays.items():
            made.writestr(name, content)
        made.writestr("schema.json", json.dumps(schema))
    return target.getvalue()


def step(schema, index):
    return schema["content"]["content"]["steps"]["content"][index]["content"][1]


def attributes(node):
    return node["content"]["content"]


def with_array(node_of, values):
    """A change that puts other numbers where an attribute keeps its own."""

    def change(schema, arrays):
        buffer = io.BytesIO()
        np.save(buffer, values)
        arrays[node_of(schema)["file"]] = buffer.getvalue()

    return change


def test_a_type_that_is_not_allowed_is_refused_before_anything_is_read():
    def stranger(schema, _arrays):
        step(schema, 1)["__class__"], step(schema, 1)["__module__"] = "system", "os"

    with pytest.raises(UnsafeModelError, match="list of allowed"):
        read_plain(changed(dump_estimator(fitted("logreg")), stranger), name="x")


@pytest.mark.parametrize(
    ("kind", "name", "values"),
    [
        ("logreg", "coef_", np.zeros((4, 5))),
        ("logreg", "coef_", np.full((4, 6), np.inf)),
        ("logreg", "intercept_", np.zeros(3)),
        ("logreg", "classes_", np.array([1, 0, 2, 3])),
        ("forest", "left_", np.zeros(4, np.int32)),
        ("forest", "feature_", np.zeros(1, np.int32)),
        ("forest", "shares_", np.zeros((1, 4), np.float32)),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(kind, name, values):
    data = dump_estimator(fitted(kind))
    at = len(fitted(kind).steps) - 1
    broken = changed(data, with_array(lambda s: attributes(step(s, at))[name], values))
    with pytest.raises(BrokenBundleError):
        read_plain(broken, name="x")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("_n_support", np.array([1, 1, 1, 1], np.int32)),
        ("_n_support", np.array([-1, 40, 1, 1], np.int32)),
        ("dual_coef_", np.zeros((3, 1))),
        ("intercept_", np.zeros(5)),
        ("support_vectors_", np.zeros((3, 6))),
    ],
)
def test_machines_that_do_not_add_up_are_refused(name, values):
    def node(schema):
        return attributes(attributes(step(schema, 1))["machines_"])[name]

    with pytest.raises(BrokenBundleError):
        read_plain(changed(dump_estimator(fitted("svm")), with_array(node, values)), name="x")


def test_steps_of_another_order_are_refused():
    def turned(schema, _arrays):
        schema["content"]["content"]["steps"]["content"].reverse()

    with pytest.raises(BrokenBundleError):
        read_plain(changed(dump_estimator(fitted("logreg")), turned), name="x")


@pytest.mark.parametrize(
    "sizes", [{"n_features": 7, "n_classes": 4}, {"n_features": 6, "n_classes": 3}]
)
def test_a_model_of_other_sizes_than_its_manifest_says_is_at_fault(sizes):
    made, _ = read_plain(dump_estimator(fitted("mlp")), name="x")
    assert plain_fault(made, n_features=6, n_classes=4) is None
    assert plain_fault(made, **sizes)


def test_what_cannot_be_read_plainly_is_left_to_scikit_learn(tmp_path, monkeypatch):
    path = saved(tmp_path, "logreg")
    model = unpack(path.read_bytes(), name="x")["model.skops"]
    monkeypatch.setattr("core.models.plain.reading._KINDS", {})
    with pytest.raises(BrokenBundleError):
        read_plain(model, name="x")
    assert hasattr(load_for_answers(path).estimator, "steps")


# --- what it is for ----------------------------------------------------------------------------

HEAVY = ("sklearn", "skops", "pandas", "pytest", "scipy.stats", "librosa", "plotly", "jax")


def test_a_file_is_answered_without_what_models_are_trained_with(tmp_path):
    clip = sorted((REPOSITORY / "data" / "demo" / "audio").iterdir())[0]
    code = (
        "import sys\n"
        "from core.commands import app\n"
        f"app(['predict', {str(clip)!r}, '--model', 'emodb-four-light'], standalone_mode=False)\n"
        f"print('imported:', [m for m in {HEAVY!r} if m in sys.modules])\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env={"MALGYEOL_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "%" in found.stderr
    assert found.stdout.strip() == "imported: []"
