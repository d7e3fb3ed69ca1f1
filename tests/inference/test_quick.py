"""The bar moves by a quick model where the chosen one takes long."""

import dataclasses

from core.inference.quick import quick_bundle
from core.models import registry, save_bundle
from core.settings import feature_spec
from tests.models.making import bundle, three_rows


def slow(**changes):
    return dataclasses.replace(bundle(name="slow", **changes), features=feature_spec("whisper"))


def test_a_quick_model_is_its_own(monkeypatch, tmp_path, workspace_home):
    monkeypatch.setattr(registry, "shipped_models", lambda: tmp_path)
    made = bundle()
    assert quick_bundle(made) is made


def test_a_slow_model_has_a_shipped_one_move_the_bar(monkeypatch, tmp_path, workspace_home):
    monkeypatch.setattr(registry, "shipped_models", lambda: tmp_path)
    made = slow()
    assert quick_bundle(made) is made
    save_bundle(tmp_path / "light.malgyeol", bundle(name="light"), three_rows())
    assert quick_bundle(made).name == "light"
    others = dataclasses.replace(made, scheme=("sad", "happy"))
    assert quick_bundle(others) is others
