"""Which run did best on some clips so far, asked in the same way: a hint, not a verdict."""

import contextlib

from core.corpus.catalog import Catalog
from core.corpus.runs import Run
from core.errors import MalgyeolError
from core.settings import ExperimentSpec, spec_from_json, spec_to_json

__all__ = ["best_run"]


def best_run(catalog: Catalog, spec: ExperimentSpec) -> tuple[Run, ExperimentSpec] | None:
    """The run with the highest held-out UAR on the clips of a spec, tested as the spec tests.

    Runs of other clips, emotions or splits, and those with voices normalised where the spec has
    them as they are, stand for another question and are left out; the number of folds may differ.
    The highest of several scores is a little too high for what it is.

    Parameters
    ----------
    catalog : Catalog
    spec : ExperimentSpec

    Returns
    -------
    best : (Run, ExperimentSpec) or None
        The run and what it was set to; None where none was kept that can be read.
    """
    asked = _question(spec_to_json(spec))
    alike = [run for run in catalog.runs.runs(spec.corpus) if _question(run.spec) == asked]
    for run in sorted(alike, key=lambda run: run.report["uar"], reverse=True):
        with contextlib.suppress(MalgyeolError, KeyError, TypeError):  # of another version
            found = spec_from_json(run.spec)
            if isinstance(found, ExperimentSpec):
                return run, found
    return None


def _question(spec: dict) -> tuple:
    split = spec["split"]
    return (
        spec["snapshot"],
        tuple(spec["scheme"]),
        split["mode"],
        split.get("three_way", False),
        spec["speaker_norm"],
    )
