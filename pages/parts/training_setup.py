"""The left side of the training page: every choice that makes up an experiment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.corpus import Catalog, CorpusInfo
from core.corpus.records import Utterance
from core.corpus.splits import speaker_norm_problem
from core.emotions import caption_ids
from core.errors import MalgyeolError
from core.features import default_features, feature_problem
from core.i18n import N_, Translate, clip_count
from core.names import FEATURES, MODELS, SETTINGS, SPLITS
from core.settings import (
    FEATURE_SPECS,
    MODEL_SPECS,
    ExperimentSpec,
    FeatureSpec,
    NeuralSpec,
    SplitSpec,
    default_model_spec,
    feature_parts,
    fitting_features,
    fused,
)
from core.training.estimate import expected_seconds
from core.training.setup import new_experiment, split_problems
from pages.parts.knobs import draw_knobs
from pages.parts.training_augmentation import choose_augmentation
from pages.parts.training_networks import choose_frames, draw_cost

__all__ = ["Choice", "choose_experiment"]

FUSE_CAPTIONS = {
    "mean": N_("Average"),
    "stack": N_("Weighed"),
}

LEAVE_ONE = {
    "speaker": N_("Leave one voice out at a time"),
    "sentence": N_("Leave one sentence out at a time"),
}


@dataclass(frozen=True)
class Choice:
    """What the controls say: a spec that can run, or why there is none."""

    spec: ExperimentSpec | None
    problem: MalgyeolError | None
    seconds: float | None = None  # that a run will take; None where nothing tells


def choose_experiment(catalog: Catalog, corpora: list[CorpusInfo], _: Translate) -> Choice:
    """Draw the controls and return the experiment that they make.

    Parameters
    ----------
    catalog : Catalog
    corpora : list of CorpusInfo
        At least one.
    _ : callable
        Translation.

    Returns
    -------
    choice : Choice
    """
    corpus = _choose_corpus(corpora, _)
    scheme = _choose_emotions(corpus, _)
    kind = _choose_model(_)
    features = _choose_features(kind, _)
    with st.expander(_("Model settings"), expanded=kind == "mlp"):
        start = default_model_spec(kind, features)
        model = draw_knobs(start, key=f"training.{kind}.{features.kind}", translate=_)
    snapshot = catalog.snapshot(corpus.name, scheme) if len(scheme) > 1 else None
    utterances, problems = (), dict.fromkeys(SPLITS)
    if snapshot is not None:
        utterances = snapshot.utterances
        problems = _problems(snapshot.digest, catalog, utterances)
    with st.expander(_(SETTINGS["augment"][0]), expanded=False):
        augment = choose_augmentation(_)
    with st.expander(_("How it is tested"), expanded=False):
        split, class_weight, speaker_norm, seed = _choose_test(corpus, utterances, problems, _)
    try:
        spec = new_experiment(
            catalog,
            corpus.name,
            features=features,
            model=model,
            scheme=scheme,
            split=split,
            class_weight=class_weight,
            speaker_norm=speaker_norm,
            seed=seed,
            augment=augment,
            problems=problems if snapshot else None,
        )
    except MalgyeolError as problem:
        return Choice(None, problem)
    seconds = expected_seconds(catalog, spec, len(utterances))
    draw_cost(spec, utterances, seconds, _)
    return Choice(spec, None, seconds)


@st.cache_data(show_spinner=False, max_entries=32, ttl=60)
def _problems(
    digest: str, _catalog: Catalog, _utterances: Sequence[Utterance]
) -> dict[str, MalgyeolError | None]:
    """What keeps each split from working: dealt out once, not at every move of a slider."""
    return split_problems(_catalog, _utterances)


def _choose_corpus(corpora: list[CorpusInfo], _: Translate) -> CorpusInfo:
    by_name = {info.name: info for info in corpora}
    name = st.selectbox(
        _(SETTINGS["corpus"][0]),
        list(by_name),
        format_func=lambda n: _corpus_caption(by_name[n], _),
        key="training.corpus",
        persist_state="session",
    )
    if by_name[name].synthesised:
        st.caption(_("Synthesised voices: good for trying things out, not evidence of people."))
    return by_name[name]


def _corpus_caption(info: CorpusInfo, _: Translate) -> str:
    title = _(info.title) if info.title else info.name
    return f"{title} · {clip_count(info.n_utterances, _)}"


def _choose_emotions(corpus: CorpusInfo, _: Translate) -> tuple[str, ...]:
    there = [e for e, n in corpus.emotions.items() if n]
    captions = caption_ids(there)
    chosen = st.pills(
        _(SETTINGS["scheme"][0]),
        there,
        selection_mode="multi",
        default=there,
        format_func=lambda e: f"{_(captions[e])} {corpus.emotions[e]}",
        key=f"training.emotions.{corpus.name}",
        persist_state="session",
        wrap=True,
    )
    return tuple(e for e in there if e in chosen)


def _choose_features(model: str, _: Translate) -> FeatureSpec:
    if issubclass(MODEL_SPECS[model], NeuralSpec):
        return choose_frames(model, _)
    fitting = fitting_features(model)
    there = {k: caption for k, caption in FEATURES.items() if k in fitting}
    here = [k for k in there if feature_problem(FEATURE_SPECS[k]()) is None]
    chosen = st.pills(
        _(SETTINGS["features"][0]),
        here,
        selection_mode="multi",
        default=[part.kind for part in feature_parts(default_features())],
        format_func=lambda k: _(FEATURES[k][0]),
        help=_("Choose several, and a model learns each for itself; their answers are joined."),
        key="training.features",
        persist_state="session",
        wrap=True,
    )
    kinds = [k for k in here if k in chosen] or ["functionals"]  # in one order, and never none
    for kind in kinds:
        st.caption(_(FEATURES[kind][1]))
    for kind in sorted(set(there) - set(here)):
        problem = feature_problem(FEATURE_SPECS[kind]())
        st.caption(f"{_(FEATURES[kind][0])} — {problem.describe(_) if problem else ''}")
    parts = [
        draw_knobs(FEATURE_SPECS[kind](), key=f"training.features.{kind}", translate=_)
        for kind in kinds
    ]
    return fused(parts, fuse=_choose_fuse(_) if len(parts) > 1 else "mean")


def _choose_fuse(_: Translate) -> str:
    return st.segmented_control(
        _(SETTINGS["fuse"][0]),
        list(FUSE_CAPTIONS),
        default="mean",
        required=True,
        format_func=lambda k: _(FUSE_CAPTIONS[k]),
        help=_("Weighed: a regression learns from the training clips whose word counts how much."),
        key="training.fuse",
        persist_state="session",
    )


def _choose_model(_: Translate) -> str:
    return st.segmented_control(
        _(SETTINGS["model"][0]),
        list(MODEL_SPECS),
        default="mlp",
        required=True,
        format_func=lambda k: _(MODELS[k]),
        key="training.model",
        persist_state="session",
        wrap=True,
    )


def _choose_test(
    corpus: CorpusInfo,
    utterances: Sequence[Utterance],
    problems: Mapping[str, MalgyeolError | None],
    _: Translate,
) -> tuple[SplitSpec, bool, bool, int]:
    split = _choose_split(corpus, problems, _)
    class_weight = st.toggle(
        _(SETTINGS["class_weight"][0]),
        True,
        help=_("Rare emotions count as much as frequent ones (class weights)."),
        key="training.class_weight",
        persist_state="session",
    )
    problem = speaker_norm_problem(utterances)
    speaker_norm = st.toggle(
        _(SETTINGS["speaker_norm"][0]),
        help=problem.describe(_)
        if problem
        else _("Each voice against its own clips. The score then stands for an enrolled voice."),
        disabled=problem is not None,
        key=f"training.norm.{corpus.name}",
        persist_state="session",
    )
    seed = st.number_input(
        _(SETTINGS["seed"][0]),
        0,
        9999,
        0,
        key="training.seed",
        persist_state="session",
        help=_("The same seed gives the same numbers again."),
    )
    return split, class_weight, speaker_norm and problem is None, int(seed)


def _choose_split(
    corpus: CorpusInfo, problems: Mapping[str, MalgyeolError | None], _: Translate
) -> SplitSpec:
    possible = [m for m in SPLITS if problems[m] is None] or ["random"]
    mode = st.segmented_control(
        _(SETTINGS["mode"][0]),
        possible,
        default=possible[0],
        required=True,
        format_func=lambda m: _(SPLITS[m]),
        help=_("New voice: nobody who is tested was learnt from. Known voice flatters."),
        key=f"training.split.{corpus.name}",
        persist_state="session",
    )
    _draw_locked(corpus, {m: p for m in SPLITS if (p := problems[m]) is not None}, _)
    three_way = st.toggle(
        _(SETTINGS["three_way"][0]),
        help=_(
            "One part to learn from, one to stop by, and a test part that is opened once, at the"
            " end. Folds make better use of few clips."
        ),
        key="training.three_way",
        persist_state="session",
    )
    if three_way:
        return _choose_shares(mode, _)
    leave_one = mode in LEAVE_ONE and st.toggle(
        _(LEAVE_ONE[mode]), key=f"training.leave_one.{mode}", persist_state="session"
    )
    folds = st.slider(
        _(SETTINGS["n_folds"][0]),
        2,
        10,
        5,
        key="training.folds",
        disabled=leave_one,
        help=_("With both new, so many parts of the voices times so many of the sentences."),
        persist_state="session",
    )
    return SplitSpec(mode, 0 if leave_one else folds)


def _choose_shares(mode: str, _: Translate) -> SplitSpec:
    """How large the test part and the validation part are."""
    shares = {}
    for share in ("test_share", "validation_share"):
        shares[share] = st.slider(
            _(SETTINGS[share][0]),
            0.1,
            0.4,
            0.2,
            0.05,
            format="percent",
            key=f"training.{share}",
            persist_state="session",
        )
    return SplitSpec(mode, three_way=True, **shares)


def _draw_locked(corpus: CorpusInfo, locked: dict[str, MalgyeolError], _: Translate) -> None:
    """The splits that the clips cannot bear, greyed out, and what to record for each."""
    if not locked:
        return
    st.pills(
        _("Not with these clips yet"),
        list(locked),
        format_func=lambda m: _(SPLITS[m]),
        disabled=True,
        key=f"training.locked.{corpus.name}",
    )
    for mode, problem in locked.items():
        name, said = _(SPLITS[mode]), problem.describe(_)
        st.caption(said if name in said else f"{name} — {said}")
