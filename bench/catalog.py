"""How quick the catalog is with 50,000 generated clips: ``python -m bench.catalog [--clips N]``.

No sound is written: rows alone decide how fast a page opens. Prints seconds, best of three where a
call can be repeated, as JSON.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from core.corpus import Catalog, CorpusFacts
from core.corpus import database as database_module
from core.corpus.records import NewUtterance, Recording
from core.corpus.splits import MODES, make_folds
from core.emotions import FOUR_EMOTIONS
from core.settings import SplitSpec, Workspace

PAGE = 200  # clips


class GeneratedStore:
    """Stands in for the audio folder: every content is taken to be there."""

    def path(self, content: str, extension: str) -> Path:
        """A file that is surely there."""
        return Path(__file__)


def clips(n: int) -> list[NewUtterance]:
    """Clips of 40 speakers and 50 sentences in four emotions."""
    return [
        NewUtterance(
            Recording(f"{i:064x}", "wav", 64_000, 2.0, 16_000, 1, "WAV/PCM_16"),
            name=f"{i % 50 + 1}_{i % 40 + 1}_{i}.wav",
            sentence=str(i % 50 + 1),
            speaker=str(i % 40 + 1),
            emotion=FOUR_EMOTIONS[i // 7 % 4],
            sentence_text=f"문장 {i % 50 + 1}",
        )
        for i in range(n)
    ]


def seconds(call, *, repeat=3) -> float:
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return round(min(times), 3)


def measure(catalog: Catalog, n: int) -> dict[str, float]:
    ids = [u.id for u in catalog.utterances("big", limit=1_000)]
    last = n - PAGE
    calls = {
        "corpora": catalog.corpora,
        "count": lambda: catalog.count("big"),
        "facets": lambda: catalog.facets("big"),
        "cross_table": lambda: catalog.cross_table("big", "speaker", "emotion"),
        "first page by name": lambda: catalog.utterances("big", limit=PAGE),
        "last page by name": lambda: catalog.utterances("big", limit=PAGE, offset=last),
        "last page by speaker": lambda: catalog.utterances(
            "big", sort="speaker", limit=PAGE, offset=last
        ),
        "page by emotion, two filters": lambda: catalog.utterances(
            "big", sort="emotion", speakers=["7", "8"], sentences=["1", "2", "3"], limit=PAGE
        ),
        "page of a search": lambda: catalog.utterances("big", search="문장 7", limit=PAGE),
        "snapshot": lambda: catalog.snapshot("big", FOUR_EMOTIONS),
    }
    figures = {name: seconds(call) for name, call in calls.items()}
    figures["relabel 1,000"] = seconds(lambda: catalog.relabel(ids, speaker="x"), repeat=1)
    figures["undo 1,000"] = seconds(catalog.undo, repeat=1)
    import sklearn.model_selection  # noqa: F401 - paid once a process, not by the folds

    utterances = catalog.snapshot("big", FOUR_EMOTIONS).utterances
    for mode in MODES:
        split = SplitSpec(mode)
        figures[f"folds: {mode}"] = seconds(lambda s=split: make_folds(utterances, s, 0), repeat=1)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=50_000)
    n = parser.parse_args().clips
    with tempfile.TemporaryDirectory() as folder:
        place = Workspace(root=Path(folder), models=Path(folder))
        with Catalog(place) as catalog:
            catalog.store = GeneratedStore()
            new = clips(n)
            figures = {
                "add all": seconds(
                    lambda: catalog.add("big", CorpusFacts(title="Big"), new), repeat=1
                )
            }
        database_module._prepared.clear()  # as a new process opens it, check included
        began = time.perf_counter()
        with Catalog(place) as catalog:
            catalog.utterances("big", limit=PAGE)
            figures["open and first page"] = round(time.perf_counter() - began, 3)
            figures |= measure(catalog, n)
    print(json.dumps({"clips": n, "seconds": figures}, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
