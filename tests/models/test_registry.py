import dataclasses
import unicodedata

import pytest

from core.errors import BrokenBundleError, UnknownModelError, UnusableModelNameError
from core.models import (
    default_model,
    find_model,
    install_model,
    list_models,
    load_bundle,
    model_path,
    registry,
    runs_here,
    save_bundle,
    set_active,
)
from core.models.registry import safe_name
from core.settings import feature_spec, spec_to_json
from core.whisper import WeightsProblem
from tests.models.making import bundle, three_rows


@pytest.fixture
def shipped(tmp_path, monkeypatch, workspace_home):
    """A folder of shipped models with one in it, and an empty workspace."""
    folder = tmp_path / "shipped"
    monkeypatch.setattr(registry, "shipped_models", lambda: folder)
    save_bundle(folder / "emodb.malgyeol", bundle(name="emodb"), three_rows())
    return folder


def kept(name, **changes):
    path = model_path(name)
    save_bundle(path, bundle(name=name, **changes), three_rows())
    return path


def test_a_fresh_machine_answers_with_the_shipped_model(shipped):
    (entry,) = list_models()
    assert (entry.name, entry.shipped, entry.problem) == ("emodb", True, None)
    assert entry.manifest["metrics"]["uar"] == 0.8363
    assert default_model() == shipped / "emodb.malgyeol"


def test_of_the_shipped_models_the_best_that_runs_here_answers(shipped, monkeypatch):
    spec = feature_spec("functionals+whisper")
    made = bundle(name="fused")
    metrics = {**made.manifest["metrics"], "uar": 0.95}
    document = {**made.manifest, "features": spec_to_json(spec), "metrics": metrics}
    fused = dataclasses.replace(made, features=spec, manifest=document)
    save_bundle(shipped / "fused.malgyeol", fused, three_rows())
    monkeypatch.setattr(registry, "packaged_problem", lambda: None)
    assert default_model().stem == "fused"
    missing = WeightsProblem("not-configured", "not installed", "Install them.")
    monkeypatch.setattr(registry, "packaged_problem", lambda: missing)
    assert default_model().stem == "emodb"
    assert [runs_here(m) for m in list_models()] == [True, False]


def test_the_teams_own_models_come_first_newest_first(shipped):
    kept("old", created="2025-01-01T00:00:00+00:00")
    kept("new", created="2026-01-01T00:00:00+00:00")
    assert [m.name for m in list_models()] == ["new", "old", "emodb"]
    assert default_model().stem == "emodb"


def test_the_active_model_answers_until_it_is_gone(shipped):
    path = kept("우리 반")
    set_active("우리 반")
    assert default_model() == path
    path.unlink()
    assert default_model().stem == "emodb"


def test_no_active_model_means_the_shipped_one(shipped):
    kept("ours")
    set_active("ours")
    set_active(None)
    assert default_model().stem == "emodb"


def test_only_a_model_that_is_there_can_be_made_active(shipped):
    with pytest.raises(UnknownModelError, match="emodb"):
        set_active("nothing")


def test_without_any_shipped_model_the_newest_of_the_team_answers(shipped):
    (shipped / "emodb.malgyeol").unlink()
    kept("old", created="2025-01-01T00:00:00+00:00")
    kept("new", created="2026-01-01T00:00:00+00:00")
    assert default_model().stem == "new"


def test_without_any_model_it_is_said_so(shipped):
    (shipped / "emodb.malgyeol").unlink()
    with pytest.raises(UnknownModelError):
        default_model()


def test_a_model_is_found_by_name_by_file_name_and_by_path(shipped):
    path = kept("ours")
    assert find_model("ours") == find_model("ours.malgyeol") == find_model(path) == path
    assert find_model("emodb") == shipped / "emodb.malgyeol"


def test_the_teams_model_hides_a_shipped_one_of_the_same_name(shipped):
    assert find_model("emodb") == shipped / "emodb.malgyeol"
    assert kept("emodb") == find_model("emodb")


def test_an_unknown_model_names_the_known_ones(shipped):
    with pytest.raises(UnknownModelError, match=r"Known are: emodb\."):
        find_model("emodb4")


@pytest.mark.parametrize("name", ["../emodb", "/etc/passwd", "", ".", "..", "shipped/emodb"])
def test_a_name_is_never_a_way_out_of_the_folder(shipped, name):
    with pytest.raises(UnknownModelError):
        find_model(name)


def test_a_name_in_decomposed_hangul_is_the_same_name(shipped):
    path = kept("우리 반")
    decomposed = unicodedata.normalize("NFD", "우리 반")
    assert decomposed != "우리 반"
    assert find_model(decomposed) == model_path(decomposed) == path


def test_a_damaged_file_is_listed_with_its_problem_and_never_answers(shipped):
    path = kept("ours")
    path.write_bytes(path.read_bytes()[:100])
    ours = list_models()[0]
    assert (ours.name, ours.manifest) == ("ours", {})
    assert isinstance(ours.problem, BrokenBundleError)
    assert default_model().stem == "emodb"


def test_an_upload_is_installed_under_the_name_given(shipped):
    data = (shipped / "emodb.malgyeol").read_bytes()
    entry = install_model(data, "from a friend")
    assert (entry.name, entry.shipped) == ("from a friend", False)
    assert load_bundle(entry.path).name == "from a friend"
    assert entry.path.read_bytes() == data


@pytest.mark.parametrize(
    "name",
    [
        "a/b",
        "a\\b",
        "",
        "  ",
        ".hidden",
        "end.",
        "a:b",
        "a\nb",
        "con",
        "NUL.x",
        "<b>",
        "x" * 61,
        "a\0",
    ],
)
def test_names_that_no_file_can_have_are_refused(name):
    with pytest.raises(UnusableModelNameError):
        safe_name(name)


@pytest.mark.parametrize("name", ["emodb4", "우리 반-2", "v1.2_z", "Größe"])
def test_letters_of_any_script_are_welcome(name):
    assert safe_name(f" {name} ") == name
