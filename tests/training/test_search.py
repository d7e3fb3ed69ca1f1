"""A search finds settings inside the training parts, and what it reports stays honest."""

import dataclasses

import pytest

from core.corpus.clip_features import feature_store
from core.errors import UnknownKnobError
from core.settings import LogregSpec, MlpSpec, OriginalSpec, SearchSpec, SplitSpec, workspace
from core.training.events import Finished, event_from_json, event_to_json
from core.training.search import Search, search_folder
from core.training.search_events import SearchPrepared, TrialEnded
from core.training.search_space import default_knobs, searchable_knobs, suggest
from core.training.setup import new_experiment


def search(catalog, *, trials=3, **choices):
    base = new_experiment(
        catalog,
        "tones",
        features=OriginalSpec(),
        model=LogregSpec(C=1e-5),
        split=SplitSpec("speaker", 0),
    )
    spec = SearchSpec(base=base, knobs=("C",), seconds=600.0, max_trials=trials, **choices)
    return Search(spec, catalog, feature_store(workspace()), search_folder(catalog.place, spec))


def events_of(run, kind):
    return [e for e in run.events() if isinstance(e, kind)]


def test_every_part_has_its_trials_and_the_first_tries_the_settings_it_began_with(catalog):
    run = search(catalog)
    events = list(run.events())
    prepared = next(e for e in events if isinstance(e, SearchPrepared))
    assert prepared.part_names == ("1", "2", "3", "4", "")  # four voices, then all clips
    trials = [e for e in events if isinstance(e, TrialEnded)]
    assert [(t.part, t.number) for t in trials[:4]] == [(0, 0), (0, 1), (0, 2), (1, 0)]
    assert all(t.settings["C"] == 1e-5 for t in trials if t.number == 0)
    assert isinstance(events[-1], Finished)
    for event in events:
        assert event_from_json(event_to_json(event)) == event or isinstance(event, Finished)


def test_the_score_is_that_of_clips_that_no_trial_saw(catalog):
    """Labels of a held-out voice are turned round: no trial of its part may notice."""
    plain = {e.number: e.score for e in events_of(search(catalog), TrialEnded) if e.part == 0}
    changed = search(catalog)
    changed.forget()
    data_events = changed.events()
    seen = {}
    for event in data_events:
        if isinstance(event, SearchPrepared):
            y = changed.data.y.copy()
            held = changed.data.speakers == "1"
            y[held] = (y[held] + 1) % 4
            changed.data = dataclasses.replace(changed.data, y=y)
        elif isinstance(event, TrialEnded) and event.part == 0:
            seen[event.number] = event.score
    assert seen == plain


def test_a_search_is_stopped_and_goes_on_with_the_trials_it_had(catalog):
    first = search(catalog)
    seen = []
    for event in first.events():
        if isinstance(event, TrialEnded):
            seen.append(event)
            if len(seen) == 2:
                break
    again = events_of(search(catalog), TrialEnded)
    assert again[:2] == seen  # told again, so that the picture is whole
    assert (again[2].part, again[2].number) == (0, 2)
    assert again[2].best >= max(t.score for t in seen if not t.pruned)


def test_the_report_has_the_nested_score_and_says_what_the_inner_one_is(catalog):
    run = search(catalog, sampler="random")
    report = next(e.report for e in run.events() if isinstance(e, Finished))
    assert report["n"] == 48 and len(run.answers) == 4
    parts = report["search"]["parts"]
    assert [p["n_trials"] for p in parts] == [3, 3, 3, 3]
    assert report["search"]["settings"].keys() == {"C"}
    assert report["search"]["against_start"]["verdict"] in ("better", "no-difference", "worse")


def test_a_knob_that_is_none_is_refused_and_those_that_are_named():
    with pytest.raises(UnknownKnobError, match="alpha"):
        suggest(None, MlpSpec(), ("gamma",))


@pytest.mark.parametrize("model", [MlpSpec(), LogregSpec()])
def test_every_suggestion_is_a_valid_setting(model):
    import optuna

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    names = searchable_knobs(model)
    assert set(default_knobs(model)) <= set(names)
    for _ in range(20):
        values = suggest(study.ask(), model, names)
        assert dataclasses.replace(model, **values)
        assert values.keys() == set(names)
