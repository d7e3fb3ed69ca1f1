"""How well quality finds injected faults: ``python -m bench.quality SOURCE [--seeds 0,1,2]``.

Injects faults (`bench.inject_faults`), imports the result into a workspace of its own, examines it,
and prints recall, precision and false alarms, with CPU seconds, as JSON. ``--clean`` examines the
source as it is and prints what is said about it.
"""

import argparse
import json
import math
import tempfile
import time
from pathlib import Path

from bench.inject_faults import inject
from core.corpus import Catalog, import_path
from core.corpus.quality import QualityReport, examine
from core.settings import Workspace

TOP = 0.1  # of all clips: the share of the queue that is reviewed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--clean", action="store_true")
    asked = parser.parse_args()
    if asked.clean:
        figures = [clean_figures(asked.source)]
    else:
        figures = [fault_figures(asked.source, int(seed)) for seed in asked.seeds.split(",")]
    print(json.dumps(figures, indent=1, ensure_ascii=False))


def examined(folder: Path, home: Path) -> tuple[QualityReport, dict[str, float]]:
    """The report on a folder, and CPU and wall seconds of import, examination and repetition."""
    times = {}
    with Catalog(Workspace(root=home, models=home / "models")) as catalog:
        for step in ("import", "cold", "again"):
            wall, cpu = time.perf_counter(), time.process_time()
            if step == "import":
                import_path(catalog, folder, corpus="x")
            else:
                *_, report = examine(catalog, "x")
            times[f"{step} cpu"] = round(time.process_time() - cpu, 2)
            times[f"{step} wall"] = round(time.perf_counter() - wall, 2)
    assert isinstance(report, QualityReport)
    return report, times


def fault_figures(source: Path, seed: int) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        truth = inject(source, place / "faulty", seed=seed)
        report, times = examined(place / "faulty" / "clips", place / "home")
    found = {f.id: set(report.names(f.clips)) for f in report.findings}
    faults, untouched = truth["faults"], set(truth["untouched"])
    figures: dict = {"seed": seed, "clips": len(report.clips), **times}
    for kind in ("clipped", "noisy", "silent"):
        hit, wanted = found.get(kind, set()), set(faults[kind])
        figures[kind] = {
            "recall": round(len(hit & wanted) / len(wanted), 4),
            "false alarms": round(len(hit & untouched) / len(untouched), 4),
        }
    figures["near-duplicate"] = _duplicates(report, truth)
    figures["label-doubt"] = _doubts(report, set(faults["label-doubt"]))
    return figures


def _duplicates(report: QualityReport, truth: dict) -> dict[str, float]:
    """By pairs: a copy and its original in one group."""
    pairs = {frozenset((c, truth["details"][c]["of"])) for c in truth["faults"]["near-duplicate"]}
    said = set()
    for finding in report.findings:
        for group in finding.groups if finding.id in {"near-duplicate", "exact-duplicate"} else ():
            names = report.names(group)
            said |= {frozenset((a, b)) for a in names for b in names if a < b}
    silent = set(truth["faults"]["silent"])  # digital silence of equal length is equal
    said = {pair for pair in said if not pair <= silent}
    return {
        "recall": round(len(said & pairs) / len(pairs), 4),
        "precision": round(len(said & pairs) / len(said), 4) if said else math.nan,
    }


def _doubts(report: QualityReport, flipped: set[str]) -> dict[str, float]:
    ranked = sorted((c for c in report.clips if c.doubt), key=lambda c: c.doubt.label_rank)
    top = {c.name for c in ranked[: math.ceil(TOP * len(report.clips))]}
    listed = [f for f in report.findings if f.id == "label-doubt"]
    names = report.names(listed[0].clips) if listed else []
    return {
        "recall in the top 10 %": round(len(top & flipped) / len(flipped), 4),
        "listed": len(names),
        "recall of the list": round(len(set(names) & flipped) / len(flipped), 4),
    }


def clean_figures(source: Path) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        report, times = examined(source, Path(folder) / "home")
    said = {
        f"{f.id}: {f.describe(str)[0]}": round(len(f.clips) / len(report.clips), 4)
        for f in report.findings
    }
    return {"clips": len(report.clips), **times, "share of clips by finding": said}


if __name__ == "__main__":
    main()
