"""Formats that come from outside, filled with anything: our errors arise, and no others.

Names, zips and tables are fuzzed beside their own tests (`tests/corpus`); sound in
`tests/audio/test_fuzz.py`.
"""

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.corpus.backup_file import MANIFEST, opened
from core.corpus.beside import described
from core.errors import BackupError, KnobError, MalgyeolError, ModelError
from core.models import load_bundle, save_bundle
from core.models.archive import pack, unpack
from core.settings import (
    MODEL_SPECS,
    DecodeLimits,
    ExperimentSpec,
    FunctionalsSpec,
    LogregSpec,
    SplitSpec,
    spec_digest,
    spec_from_json,
    spec_to_json,
    with_knobs,
)
from core.settings.knobs import _SPECS
from tests.models import making

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
EXPERIMENT = ExperimentSpec(
    corpus="team",
    snapshot="0123456789abcdef",
    scheme=("sad", "angry"),
    features=FunctionalsSpec(),
    model=LogregSpec(),
)
WHOLE = [
    EXPERIMENT,
    SplitSpec(),
    FunctionalsSpec(),
    DecodeLimits(),
    *(m() for m in MODEL_SPECS.values()),
]
slow_parts = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(JSON)
def test_any_document_is_a_spec_or_our_error(document):
    with contextlib.suppress(KnobError, MalgyeolError):
        spec_from_json(document)


@given(st.sampled_from(sorted(_SPECS)), st.dictionaries(st.text(max_size=12), JSON, max_size=3))
def test_any_values_under_a_known_kind_are_a_spec_or_our_error(kind, values):
    with contextlib.suppress(MalgyeolError):
        spec_from_json({"kind": kind, **values})


@given(st.data())
def test_a_spec_with_one_field_replaced_is_a_spec_or_our_error(data):
    """What is accepted says the same again, so that its digest names it."""
    document = spec_to_json(data.draw(st.sampled_from(WHOLE)))
    field = data.draw(st.sampled_from(sorted(document)))
    document[field] = data.draw(JSON)
    try:
        spec = spec_from_json(document)
    except MalgyeolError:
        return
    assert spec_from_json(spec_to_json(spec)) == spec
    assert len(spec_digest(spec)) == 16


@pytest.mark.parametrize("spec", WHOLE, ids=lambda s: s.kind)
def test_each_spec_comes_back_from_its_document(spec):
    assert spec_from_json(spec_to_json(spec)) == spec


@given(
    st.sampled_from([m() for m in MODEL_SPECS.values()]),
    st.dictionaries(
        st.sampled_from(["C", "alpha", "kernel", "hidden_layer_sizes", "n_trees", "nonsense"]),
        st.text(max_size=12) | st.floats().map(str) | st.integers().map(str),
        max_size=3,
    ),
)
def test_knobs_set_from_any_text_are_a_spec_or_our_error(spec, texts):
    with contextlib.suppress(MalgyeolError):
        assert type(with_knobs(spec, texts)) is type(spec)


@given(st.binary(max_size=300) | JSON.map(lambda d: json.dumps(d).encode()))
def test_any_corpus_description_is_read_or_left_alone(content):
    described(content)


@pytest.fixture(scope="module")
def bundle_bytes(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("bundle") / "one.malgyeol"
    save_bundle(path, making.bundle(), making.three_rows())
    return path.read_bytes()


@slow_parts
@given(data=st.data())
def test_a_bundle_whose_manifest_says_anything_is_refused_by_our_error(bundle_bytes, data):
    members = unpack(bundle_bytes, name="one")
    manifest = json.loads(members["manifest.json"])
    field = data.draw(st.sampled_from(sorted(manifest)))
    manifest[field] = data.draw(JSON)
    members["manifest.json"] = json.dumps(manifest).encode()
    with contextlib.suppress(ModelError):
        load_bundle(pack(members), name="one")


@slow_parts
@given(content=st.binary(max_size=200) | JSON.map(lambda d: json.dumps(d).encode()))
def test_a_backup_whose_manifest_says_anything_is_refused_by_our_error(tmp_path, content):
    import zipfile

    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(MANIFEST, content)
    with pytest.raises(BackupError), opened(path):
        pass
