"""Files that want more than to be a model. Each carries a pickle that would leave a marker."""

import bz2
import gzip
import io
import json
import pickle
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from core.errors import BrokenBundleError, ModelError, UnsafeModelError
from core.models import install_model, list_models, load_bundle, save_bundle
from core.models.archive import MAX_BYTES, pack, unpack
from core.models.estimators import TRUSTED_TYPES
from tests.models.making import SPECS, bundle, three_rows
from tests.models.test_bundle import _npz, resealed


class Touch:
    """Unpickled, it writes a file: the least that an attacker would do."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return Path.touch, (self.marker,)


@pytest.fixture
def marker(tmp_path):
    path = tmp_path / "executed"
    yield path
    assert not path.exists()


@pytest.fixture
def evil(marker):
    data = pickle.dumps(Touch(marker))
    pickle.loads(data)
    assert marker.exists(), "the pickle must be a working one, or the tests prove nothing"
    marker.unlink()
    return data


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "tester.malgyeol"
    save_bundle(path, bundle("svm"), three_rows())
    return path.read_bytes()


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


def rewritten(saved, change=None, **arrays):
    """The bundle with its skops file changed and everything around it right again."""
    old, target = unpack(saved, name="x")["model.skops"], io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(old)) as source, zipfile.ZipFile(target, "w") as changed:
        schema = json.loads(source.read("schema.json"))
        first_array = next(n for n in source.namelist() if n.endswith(".npy"))
        if change is not None:
            change(schema)
        for name in source.namelist():
            content = source.read(name)
            if name == "schema.json":
                content = json.dumps(schema).encode()
            elif name == first_array and "array" in arrays:
                content = arrays["array"]
            changed.writestr(name, content)
        for name, content in arrays.items():
            if name != "array":
                changed.writestr(name, content)
    return resealed(saved, **{"model.skops": target.getvalue()})


@pytest.mark.parametrize(
    "wrap",
    [
        lambda evil: evil,
        gzip.compress,
        bz2.compress,
        zlib.compress,
        lambda evil: zipped(data_dot_pkl=evil, version="3"),
        lambda evil: zipped(archive__data_dot_pkl=evil),
        lambda evil: zipped(model_dot_joblib=evil),
    ],
    ids=["pickle", "gzip", "bz2", "zlib", "torch", "torch in a folder", "zip of a joblib"],
)
def test_a_pickle_is_refused_in_every_wrapping(evil, wrap):
    with pytest.raises(UnsafeModelError, match=r"pickle|compressed"):
        load_bundle(wrap(evil), name="gift.malgyeol")


@pytest.mark.parametrize("protocol", range(6))
def test_pickles_of_every_protocol_are_refused(marker, protocol):
    with pytest.raises(UnsafeModelError):
        load_bundle(pickle.dumps(Touch(marker), protocol=protocol))


def test_a_joblib_file_is_refused(marker, tmp_path):
    import joblib

    for compress in (0, 3, "lzma"):
        joblib.dump(Touch(marker), tmp_path / "model.joblib", compress=compress)
        with pytest.raises(UnsafeModelError):
            load_bundle(tmp_path / "model.joblib")


def test_a_pickle_in_the_place_of_the_model_is_not_opened(saved, evil):
    with pytest.raises(BrokenBundleError):
        load_bundle(resealed(saved, **{"model.skops": evil}))


def test_a_pickle_in_an_array_of_the_model_is_not_opened(saved, marker):
    buffer = io.BytesIO()
    np.save(buffer, np.array([Touch(marker)], dtype=object), allow_pickle=True)
    with pytest.raises(BrokenBundleError, match="model cannot be read"):
        load_bundle(rewritten(saved, array=buffer.getvalue()))


@pytest.mark.parametrize("member", ["selftest.npz", "speaker_norm.npz"])
def test_a_pickle_in_an_array_beside_the_model_is_not_opened(saved, marker, member):
    arrays = _npz(rows=np.array([Touch(marker)], dtype=object))
    with pytest.raises(BrokenBundleError):
        load_bundle(resealed(saved, **{member: arrays}))


def test_a_pickle_as_a_further_member_is_refused(saved, evil):
    members = unpack(saved, name="x")
    with pytest.raises(UnsafeModelError, match="pickle"):
        load_bundle(pack({**members, "extra.pkl": evil}))


@pytest.mark.parametrize("extra", ["notes.txt", "../evil", "sub/model.skops", "MANIFEST.JSON"])
def test_a_further_member_of_any_name_is_refused(saved, extra):
    members = unpack(saved, name="x")
    with pytest.raises(UnsafeModelError, match="do not belong"):
        load_bundle(pack({**members, extra: b"hello"}))


def test_two_members_of_one_name_are_refused(saved):
    members = unpack(saved, name="x")
    buffer = io.BytesIO(saved)
    with (
        pytest.warns(UserWarning, match="Duplicate"),
        zipfile.ZipFile(buffer, "a") as archive,
    ):
        archive.writestr("model.skops", members["model.skops"])
    with pytest.raises(UnsafeModelError, match="do not belong"):
        load_bundle(buffer.getvalue())


def node(module, name, loader="ObjectNode", **more):
    return {"__module__": module, "__class__": name, "__loader__": loader, **more}


@pytest.mark.parametrize(
    "stranger",
    [
        node("posix", "system", "FunctionNode"),
        node("builtins", "eval", "TypeNode"),
        node("subprocess", "Popen", "ConstructorFromReduceNode"),
        node("operator", "methodcaller", "OperatorFuncNode"),
        node("functools", "partial", "PartialNode"),
        node("sklearn.preprocessing._function_transformer", "FunctionTransformer"),
        node("sklearn.tree._tree", "Tree", "TreeNode"),
        node("numpy", "add", "FunctionNode"),
        node("core.settings", "Workspace"),
        node("sklearn.svm._classes", "SVC", "ReduceNode"),
        node("numpy", "ndarray", "NdArrayNode", type="json"),
        node("sklearn.pipeline", "Pipeline", ["ObjectNode"]),
        {"__class__": "Pipeline", "__module__": "sklearn.pipeline"},
    ],
    ids=lambda stranger: str(stranger["__class__"]) + "-" + str(stranger.get("__loader__")),
)
def test_a_type_outside_the_allow_list_is_refused_wherever_it_stands(saved, stranger):
    def change(schema):
        schema["content"]["content"]["memory"] = stranger

    with pytest.raises(UnsafeModelError, match="not on the list") as caught:
        load_bundle(rewritten(saved, change))
    assert str(stranger["__class__"]) in caught.value.detail


def test_the_allow_list_is_short_and_never_asks_the_file(monkeypatch):
    import skops.io

    monkeypatch.setattr(skops.io, "get_untrusted_types", None)
    assert len(TRUSTED_TYPES) <= 6


@pytest.mark.parametrize("kind", SPECS)
def test_our_own_models_need_nothing_beyond_it(kind):
    import skops.io

    data = skops.io.dumps(bundle(kind).estimator)
    assert set(skops.io.get_untrusted_types(data=data)) <= set(TRUSTED_TYPES)


def test_an_older_skops_protocol_is_refused(saved):
    def change(schema):
        schema["protocol"] = 0

    with pytest.raises(BrokenBundleError, match="model cannot be read"):
        load_bundle(rewritten(saved, change))


def test_a_schema_nested_without_end_is_refused(saved):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("schema.json", '{"a":' * 50_000 + "1" + "}" * 50_000)
    with pytest.raises(ModelError):
        load_bundle(resealed(saved, **{"model.skops": target.getvalue()}))


def test_an_array_that_claims_terabytes_is_refused_before_anything_is_allocated(saved):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (2**42,)}
    )
    with pytest.raises(BrokenBundleError, match="model cannot be read"):
        load_bundle(rewritten(saved, array=header.getvalue()))


def test_a_member_that_unpacks_beyond_its_limit_is_refused(saved):
    members = unpack(saved, name="x")
    bomb = pack({**members, "passport.en.md": b"\0" * 10 * 2**20})
    assert len(bomb) < len(saved) + 20_000
    with pytest.raises(UnsafeModelError, match="larger"):
        load_bundle(bomb)


def test_an_upload_beyond_the_limit_is_refused_unopened(tmp_path):
    path = tmp_path / "large.malgyeol"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(UnsafeModelError, match="larger"):
        load_bundle(path)


@pytest.mark.parametrize(
    "data", [b"", b"RIFF....WAVE", b"<html>", b"PK\x03\x04 and nothing more", b"\x89HDF\r\n"]
)
def test_other_files_are_refused(data):
    with pytest.raises(ModelError):
        load_bundle(data)


def test_machines_whose_numbers_do_not_fit_never_reach_native_code(saved):
    import skops.io

    made = bundle("svm")
    for name, change in {
        "support_vectors_": lambda a: a[:-1],
        "_dual_coef_": lambda a: a[:, :-3],
        "_n_support": lambda a: a + 1,
        "_intercept_": lambda a: a[:2],
        "support_": lambda a: a.astype(np.int64),
    }.items():
        estimator = skops.io.loads(skops.io.dumps(made.estimator), trusted=list(TRUSTED_TYPES))
        machines = estimator[-1].machines_
        setattr(machines, name, change(getattr(machines, name)))
        data = resealed(saved, **{"model.skops": skops.io.dumps(estimator)})
        with pytest.raises(BrokenBundleError, match="does not fit"):
            load_bundle(data)


def test_a_foreign_estimator_of_allowed_types_is_refused(saved):
    import skops.io
    from sklearn.linear_model import LogisticRegression

    X = np.random.default_rng(0).standard_normal((8, 6))
    alone = LogisticRegression().fit(X, [0, 1, 2, 3] * 2)
    with pytest.raises(BrokenBundleError, match="does not fit"):
        load_bundle(resealed(saved, **{"model.skops": skops.io.dumps(alone)}))


def test_a_refused_upload_is_not_installed(workspace_home, evil):
    with pytest.raises(UnsafeModelError, match=r"gift\.joblib(?!\.malgyeol)"):
        install_model(evil, "gift", file="gift.joblib")
    assert [m for m in list_models() if not m.shipped] == []


def test_text_of_a_foreign_passport_is_never_shown(saved):
    data = resealed(saved, **{"passport.ko.md": b"![x](http://example.org/spy.png)"})
    assert "spy" not in load_bundle(data).passport["ko"]
