"""``search``: better settings, found inside the training parts alone."""

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
from core.commands.train import experiment_of
from core.settings import MODEL_SPECS, SearchSpec

__all__ = ["register"]

SAMPLERS = SearchSpec.__dataclass_fields__["sampler"].metadata["choices"]


def register(app: typer.Typer) -> None:
    """Add the command to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(search)


def search(
    corpus: Annotated[str, typer.Option(help="Name in the catalog; see corpora.")],
    features: Annotated[
        str | None, typer.Option(metavar="A[+B]", help="As for train; best that runs here.")
    ] = None,
    fuse: Annotated[str | None, typer.Option(help="mean | stack")] = None,
    model: Annotated[str, typer.Option(help=" | ".join(MODEL_SPECS))] = "logreg",
    knob: Annotated[
        list[str] | None, typer.Option(help="A knob to turn; several may be given.")
    ] = None,
    seconds: Annotated[float, typer.Option(help="Time for all trials together.")] = 120.0,
    trials: Annotated[int, typer.Option(help="Most trials a fold; 0 leaves it to the time.")] = 0,
    sampler: Annotated[str, typer.Option(help=" | ".join(SAMPLERS))] = "tpe",
    emotions: Annotated[str | None, typer.Option(help="Only these, e.g. sad,happy.")] = None,
    split: Annotated[str | None, typer.Option(help="As for train; best by default.")] = None,
    folds: Annotated[str, typer.Option(metavar="N|loso")] = "5",
    class_weight: Annotated[bool, typer.Option("--class-weight/--no-class-weight")] = True,
    speaker_norm: Annotated[bool, typer.Option("--speaker-norm")] = False,
    seed: int = 0,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Search for better settings; what the outer folds hold out, no trial sees.

    Asked for again after it was stopped, a search goes on with the trials it had.
    """
    with user_errors(as_json=as_json):
        from core.corpus import Catalog, ensure_demo
        from core.training.search_space import default_knobs

        with Catalog() as catalog:
            ensure_demo(catalog)
            base = experiment_of(
                catalog,
                corpus=corpus,
                features=features,
                fuse=fuse,
                model=model,
                settings={},
                emotions=emotions,
                split=split,
                folds=folds,
                class_weight=class_weight,
                speaker_norm=speaker_norm,
                seed=seed,
            )
            spec = SearchSpec(
                base=base,
                knobs=tuple(knob or default_knobs(base.model)),
                seconds=seconds,
                sampler=sampler,
                max_trials=trials,
            )
            report = _run(catalog, spec)
        if as_json:
            print_json(_document(report))
        _say(report)


def _run(catalog, spec: SearchSpec) -> dict[str, Any]:
    from core.corpus.clip_features import feature_store
    from core.training.events import FeaturesRead, Finished
    from core.training.search import Search, search_folder
    from core.training.search_events import TrialEnded

    search = Search(spec, catalog, feature_store(catalog.place), search_folder(catalog.place, spec))
    report: dict[str, Any] = {}
    for event in search.events():
        if isinstance(event, FeaturesRead):
            progress_line(f"features {event.done} / {event.total}")
        elif isinstance(event, TrialEnded):
            progress_line(f"part {event.part + 1} · trial {event.number + 1} · {event.best:.3f}")
        elif isinstance(event, Finished):
            report = event.report
    progress_line("")
    search.forget()
    return report


def _document(report: dict[str, Any]) -> dict[str, Any]:
    kept = (
        "uar",
        "uar_interval",
        "accuracy",
        "chance",
        "protocol",
        "protocol_ko",
        "n",
        "n_folds",
        "search",
    )
    return {**{name: report[name] for name in kept}, "seconds": round(report["seconds"], 3)}


def _say(report: dict[str, Any]) -> None:
    _, found = caption(), report["search"]
    low, high = report["uar_interval"]
    settings = ", ".join(f"{name}={value}" for name, value in found["settings"].items())
    say(_("Settings found: {settings}").format(settings=settings))
    say(
        _(
            "UAR {uar:.3f} [{low:.3f}, {high:.3f}] for searching and learning so, on clips that no"
            " trial saw: {protocol}"
        ).format(uar=report["uar"], low=low, high=high, protocol=protocol_said(report))
    )
    against = found["against_start"]
    if against is not None:
        say(
            _(
                "Against the settings it began with: {difference:+.3f} [{low:+.3f}, {high:+.3f}]"
            ).format(
                difference=against["difference"],
                low=against["interval"][0],
                high=against["interval"][1],
            )
        )
