"""``train``: one experiment from the command line, the same generator that the page watches."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from core.commands.console import (
    caption,
    print_json,
    progress_line,
    protocol_said,
    say,
    user_errors,
)
from core.emotions import label_scheme
from core.errors import (
    KnobError,
    NeedsOptionError,
    NothingToFuseError,
    UnknownKnobError,
    UnreadableFileError,
)
from core.settings import (
    FEATURE_SPECS,
    FUSE_METHODS,
    MODEL_SPECS,
    AugmentSpec,
    ExperimentSpec,
    FeatureSpec,
    ModelSpec,
    SplitSpec,
    augment_spec,
    default_model_spec,
    feature_parts,
    feature_spec,
    knob_names,
    own_features,
    spec_from_json,
    with_knobs,
)

__all__ = ["experiment_of", "register"]

REPORTED = (
    "uar",
    "uar_interval",
    "accuracy",
    "chance",
    "emotions",
    "confusion",
    "known_voice",
    "per_speaker",
    "protocol",
    "protocol_ko",
    "validation_uar",
    "spec",
    "n",
)


DISTURB = knob_names(AugmentSpec())
SPLITS = SplitSpec.__dataclass_fields__["mode"].metadata["choices"]
SHARES, SHARE = "0.05…0.5 of the clips for the test", SplitSpec().test_share


def register(app: typer.Typer) -> None:
    """Add the command to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(train)


def train(
    corpus: Annotated[str, typer.Option(help="Name in the catalog; see corpora.")] = "",
    features: Annotated[
        str | None,
        typer.Option(
            metavar="A[+B]", help=f"{' | '.join(FEATURE_SPECS)}; the model's own by default"
        ),
    ] = None,
    fuse: Annotated[
        str | None,
        typer.Option(help=f"{' | '.join(FUSE_METHODS)}: how several features are joined"),
    ] = None,
    model: Annotated[str, typer.Option(help=" | ".join(MODEL_SPECS))] = "mlp",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A knob of model or features; repeatable."),
    ] = None,
    emotions: Annotated[str | None, typer.Option(help="Only these, e.g. sad,happy.")] = None,
    split: Annotated[
        str | None, typer.Option(help=f"{' | '.join(SPLITS)}; best by default")
    ] = None,
    folds: Annotated[
        str, typer.Option(metavar="N|loso", help="loso leaves one speaker or sentence out.")
    ] = "5",
    three_way: Annotated[
        bool,
        typer.Option(
            "--three-way", help="Train, validation and test in place of folds; test opened once."
        ),
    ] = False,
    test_share: Annotated[
        float | None, typer.Option(help=f"With --three-way: {SHARES}, {SHARE} by default.")
    ] = None,
    validation_share: Annotated[float | None, typer.Option(help="The same of validation.")] = None,
    spec_file: Annotated[
        Path | None,
        typer.Option("--spec", help="The JSON of a run, to repeat it; other choices are ignored."),
    ] = None,
    class_weight: Annotated[
        bool,
        typer.Option("--class-weight/--no-class-weight", help="Rare emotions count as much."),
    ] = True,
    speaker_norm: Annotated[
        bool, typer.Option("--speaker-norm", help="Each voice by its own mean and spread.")
    ] = False,
    augment: Annotated[
        str | None,
        typer.Option(metavar="usual|NAME=VALUE,…", help=f"Disturbed copies: {', '.join(DISTURB)}."),
    ] = None,
    seed: int = 0,
    save: Annotated[str | None, typer.Option(help="Keep the model under this name.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Train and score a model on held-out clips."""
    with user_errors(as_json=as_json):
        from core.corpus import Catalog, ensure_demo

        with Catalog() as catalog:
            ensure_demo(catalog)
            if spec_file is not None:
                spec = _spec_of(spec_file, catalog)
            else:
                spec = experiment_of(
                    catalog,
                    corpus=corpus,
                    features=features,
                    fuse=fuse,
                    model=model,
                    settings=_settings(set_ or []),
                    emotions=emotions,
                    split=split,
                    folds=folds,
                    three_way=three_way,
                    shares=_shares(three_way, test=test_share, validation=validation_share),
                    class_weight=class_weight,
                    speaker_norm=speaker_norm,
                    seed=seed,
                    augment=augment_spec(augment) if augment else None,
                )
            document = _run(catalog, spec, save)
        if as_json:
            print_json(document)
        _say_result(document)


def _usual_features(model: str) -> str:
    """What a network is made for; for all other models the best that this machine can measure."""
    from core.features import default_features

    own = own_features(model)
    return default_features().name if own == "functionals" else own


def _settings(pairs: list[str]) -> dict[str, str]:
    settings = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator:
            raise KnobError("--set", pair, "KEY=VALUE")
        settings[key.strip()] = value.strip()
    return settings


def experiment_of(
    catalog,
    *,
    corpus: str,
    features: str | None,
    fuse: str | None,
    model: str,
    settings: dict[str, str],
    emotions: str | None,
    split: str | None,
    folds: str,
    three_way: bool = False,
    shares: dict[str, float] | None = None,
    class_weight: bool,
    speaker_norm: bool,
    seed: int,
    augment: AugmentSpec | None = None,
) -> ExperimentSpec:
    """The experiment that the options of a command make; see `train`."""
    from core.training.setup import new_experiment

    chosen, model_spec = _with_settings(features or _usual_features(model), fuse, model, settings)
    return new_experiment(
        catalog,
        corpus,
        features=chosen,
        model=model_spec,
        scheme=label_scheme(emotions.split(",")) if emotions else None,
        split=_split(split, folds, three_way=three_way, shares=shares or {}),
        class_weight=class_weight,
        speaker_norm=speaker_norm,
        seed=seed,
        augment=augment,
    )


def _with_settings(
    features: str, fuse: str | None, model: str, settings: dict[str, str]
) -> tuple[FeatureSpec, ModelSpec]:
    """Features and model with each setting given to the one that has such a knob."""
    chosen = feature_spec(features, fuse=fuse or "mean", settings=settings)
    if fuse is not None and len(feature_parts(chosen)) == 1:
        raise NothingToFuseError(features, fuse)
    known = [name for part in feature_parts(chosen) for name in knob_names(part)]
    model_spec = default_model_spec(model, chosen)
    rest = {k: v for k, v in settings.items() if k not in known}
    unknown = sorted(set(rest) - set(knob_names(model_spec)))
    if unknown:
        raise UnknownKnobError(unknown[0], sorted([*known, *knob_names(model_spec)]))
    return chosen, with_knobs(model_spec, rest)


def _shares(three_way: bool, **shares: float | None) -> dict[str, float]:
    """The shares that were given; refused where there are no such parts."""
    given = {f"{part}_share": share for part, share in shares.items() if share is not None}
    if given and not three_way:
        option = next(iter(given)).replace("_", "-")
        raise NeedsOptionError(f"--{option}", "--three-way")
    return given


def _split(
    mode: str | None, folds: str, *, three_way: bool, shares: dict[str, float]
) -> SplitSpec | None:
    """The split asked for; None lets the corpus decide."""
    if folds != "loso" and not folds.isdigit():
        raise KnobError("folds", folds, "N | loso")
    n_folds = 0 if folds == "loso" else int(folds)
    if n_folds == 1:
        raise KnobError("folds", folds, "2…100 | loso")
    if mode is None:
        as_it_comes = n_folds == 5 and not three_way
        return None if as_it_comes else SplitSpec("speaker", n_folds, three_way, **shares)
    return SplitSpec(mode, n_folds, three_way, **shares)


def _spec_of(file: Path, catalog) -> ExperimentSpec:
    """The experiment of a run's JSON: a spec, a report, or a line of ``runs --json``."""
    from core.training.history import check_rerun

    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFileError(str(file), error.strerror or str(error)) from None
    except ValueError:
        raise KnobError("--spec", file.name, "JSON") from None
    document = document.get("spec", document) if isinstance(document, dict) else {}
    spec = spec_from_json(document)
    if not isinstance(spec, ExperimentSpec):
        raise KnobError("--spec", document.get("kind"), ExperimentSpec.kind)
    check_rerun(catalog, spec)
    return spec


def _run(catalog, spec: ExperimentSpec, save: str | None) -> dict[str, Any]:
    """Drive the run to its end, keep it in the catalog, publish the model when asked."""
    from core.corpus.clip_features import feature_store
    from core.training.events import EpochEnded, EpochGoesOn, FeaturesRead, Finished, FoldEnded
    from core.training.publish import keep_as_model, publish, run_bundle
    from core.training.run import Experiment
    from core.training.setup import keep_run, new_run_id

    experiment = Experiment(spec, catalog, feature_store(catalog.place))
    run_id, report, happened = new_run_id(), None, []
    for event in experiment.events():
        if not isinstance(event, FeaturesRead | EpochGoesOn):
            happened.append(event)
        if isinstance(event, FeaturesRead):
            progress_line(f"features {event.done} / {event.total}")
        elif isinstance(event, EpochGoesOn):
            progress_line(
                f"epoch {event.epoch} · batch {event.done}" if event.epoch else "compiling"
            )
        elif isinstance(event, EpochEnded):
            progress_line(f"epoch {event.epoch} · loss {event.loss:.3f}")
        elif isinstance(event, FoldEnded):
            progress_line(f"fold {event.fold + 1} · {event.name}")
        elif isinstance(event, Finished):
            report = event.report
    progress_line("")
    assert report is not None
    publish(experiment, report, run_bundle(catalog.place, run_id))
    keep_run(catalog, run_id, report, experiment.answers, happened)
    saved = keep_as_model(catalog, run_id, save) if save else None
    document = {key: report[key] for key in REPORTED}
    return {**document, "run": run_id, "model": saved, "seconds": round(report["seconds"], 3)}


def _say_result(document: dict[str, Any]) -> None:
    from core.training.known_voice import gap_in_words

    _ = caption()
    low, high = document["uar_interval"]
    say(
        _(
            "UAR {uar:.3f} [{low:.3f}, {high:.3f}] · accuracy {accuracy:.3f} · chance {chance:.3f}"
        ).format(low=low, high=high, **{k: document[k] for k in ("uar", "accuracy", "chance")})
    )
    tested = protocol_said(document)
    say(_("Scored on: {protocol}; {n} clips").format(protocol=tested, n=document["n"]))
    known = document["known_voice"]
    if known is not None:
        say(
            _("Known voices {known:.3f}, new voices {uar:.3f}").format(
                known=known["uar"], uar=document["uar"]
            )
        )
        say(gap_in_words(document, _) or "")
    if document["model"]:
        say(_("Saved as model “{name}”").format(name=document["model"]))
