"""The demo corpus: imported once, on first run, and marked as synthesised."""

import json
from pathlib import Path

from filelock import FileLock

from core.corpus.catalog import Catalog
from core.corpus.importing import import_path
from core.corpus.records import CorpusFacts
from core.i18n import N_
from core.settings import demo_folder

__all__ = ["DEMO", "ensure_demo"]

DEMO = "demo"
DESCRIPTION = "corpus.json"  # beside the folder ``audio``; its title and note are message ids
# As they stand there, so that the catalogue of captions knows them; a test compares.
CAPTIONS = (
    N_("Malgyeol demo, synthesised voices"),
    N_("Nobody speaks in these clips: a program made them, to try the studio out."),
)
NAMING = "original"


def ensure_demo(catalog: Catalog) -> None:
    """Import the demo corpus unless it is or ever was there; a removed one stays away.

    Parameters
    ----------
    catalog : Catalog
    """
    folder = demo_folder()
    if catalog.has_had(DEMO) or not (folder / DESCRIPTION).exists():
        return
    with FileLock(catalog.place.root / "demo.lock"):
        if not catalog.has_had(DEMO):
            facts = _facts(folder / DESCRIPTION)
            audio = folder / "audio"
            import_path(catalog, audio, corpus=DEMO, convention=NAMING, facts=facts, ours=True)


def _facts(file: Path) -> CorpusFacts:
    described = json.loads(file.read_text(encoding="utf-8"))
    return CorpusFacts(
        title=described["title"],
        language=described["language"],
        licence=described["licence"],
        citation=described["citation"],
        synthesised=described["synthesised"],
        note=described["note"],
        convention=NAMING,
        sentences=described["sentences"],
    )
