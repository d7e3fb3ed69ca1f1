"""A show becomes what is drawn; what is missing is named and nothing else suffers."""

import json

import pytest

from core.corpus import Catalog, import_path
from core.emotions import EMOTION_IDS, emotion
from core.models import default_model, load_bundle
from core.settings import MlpSpec
from core.stage import Scene, Show
from core.stage.content import build_content, default_show
from core.stage.lessons import replay_of
from core.training.replay import NothingToReplayError
from tests.corpora import write_tones
from tests.training.keeping import run_and_keep

CAPTIONS = {i: emotion(i).caption for i in EMOTION_IDS}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stage")
    write_tones(folder / "tones")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MALGYEOL_HOME", str(folder / "home"))
        with Catalog() as opened:
            import_path(opened, folder / "tones", corpus="tones", convention="original")
            run_and_keep(opened, "told", MlpSpec(hidden_layer_sizes=(8,), max_epochs=3))
            run_and_keep(opened, "at-once")
            yield opened


@pytest.fixture(scope="module")
def shipped():
    path = default_model()
    return load_bundle(path, name=path.stem)


def content(home, show, bundle):
    made = build_content(
        show, home, bundle, captions=CAPTIONS, language="en", translate=lambda message: message
    )
    json.dumps([made.scenes, made.stand_ins])
    return made


def test_a_first_show_can_be_played_at_once(home, shipped):
    made = content(home, default_show(home, lambda message: message), shipped)
    assert [scene["kind"] for scene in made.scenes] == ["say", "act", "four", "learn", "good"]
    assert made.missing == []
    assert len(made.stand_ins) == 4
    assert made.stand_ins[0]["src"].startswith("data:audio/wav;base64,")


def test_one_sentence_comes_in_its_emotions_in_the_fixed_order(home, shipped):
    scene = Scene("four", corpus="tones", sentence="1", speaker="2")
    (four,) = content(home, Show(scenes=(scene,)), shipped).scenes
    assert [take["emotion"] for take in four["takes"]] == ["sad", "neutral", "happy", "angry"]
    assert any(value is not None for value in four["takes"][0]["pitch"])


def test_a_run_is_told_with_all_its_parts_in_step(home, shipped):
    (learn,) = content(home, Show(scenes=(Scene("learn", run="told"),)), shipped).scenes
    assert len(learn["held_out"]) == len(learn["train"]) == len(learn["confusions"]) == 3
    assert {len(clip["fate"]) for clip in learn["clips"]} == {3}
    assert sum(map(sum, learn["confusions"][-1])) == 48


def test_the_clip_that_was_chosen_comes_first(home, shipped):
    clip = home.utterances("tones")[17]
    show = Show(scenes=(Scene("learn", run="told", clip=clip.content),))
    (learn,) = content(home, show, shipped).scenes
    assert learn["clips"][0]["title"] == (clip.sentence_text or clip.name)


def test_a_score_is_of_held_out_clips_and_says_where_it_fails(home, shipped):
    (good,) = content(home, Show(scenes=(Scene("good"),)), shipped).scenes
    assert good["uar"] == shipped.manifest["metrics"]["uar"]
    assert good["chance"] == 0.25
    assert len(good["fails"]) == 4
    assert "another language" in good["warning"]


@pytest.mark.parametrize(
    "scene, why",
    [
        (Scene("four", corpus="gone", sentence="1"), "gone"),
        (Scene("four", corpus="tones", sentence="99", speaker="1"), "not here in two"),
        (Scene("four"), "No sentence"),
        (Scene("learn", run="gone"), "gone"),
        (Scene("learn", run="at-once"), "no epochs"),
        (Scene("good", run="gone"), "gone"),
        (Scene("act"), "no sentences"),
        (Scene("act", lines=("a",), emotions=("bored",)), "fewer than two"),
    ],
)
def test_a_scene_that_lacks_something_is_named_and_the_others_play(home, shipped, scene, why):
    made = content(home, Show(scenes=(Scene("say"), scene, Scene("good"))), shipped)
    assert [s["kind"] for s in made.scenes] == ["say", "good"]
    assert len(made.missing) == 1
    assert made.missing[0].startswith("Scene 2")
    assert why in made.missing[0]


def test_without_a_model_there_are_words_to_say_and_nothing_to_guess(home):
    made = content(home, Show(scenes=(Scene("say"), Scene("act", lines=("a",)))), None)
    assert [s["kind"] for s in made.scenes] == ["say"]


def test_takes_that_are_not_here_are_named(home, shipped):
    clip = home.utterances("tones")[0]
    made = content(home, Show(takes=(clip.content, "f" * 64)), shipped)
    assert [take["content"] for take in made.stand_ins] == [clip.content]
    assert "ffffffff" in made.missing[0]


def test_without_any_run_by_epochs_the_scene_says_so(workspace_home):
    with Catalog() as empty, pytest.raises(NothingToReplayError, match="No run has learnt"):
        replay_of(empty, None)
