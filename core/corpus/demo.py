"""The demo corpus: imported once, on first run, and marked as synthesised."""

from filelock import FileLock

from core.corpus.catalog import Catalog
from core.corpus.importing import import_path
from core.corpus.records import CorpusFacts
from core.i18n import N_
from core.settings import demo_folder

__all__ = ["DEMO", "ensure_demo"]

DEMO = "demo"
# Title and note are message ids: the page translates them.
FACTS = CorpusFacts(
    title=N_("Malgyeol demo, synthesised voices"),
    language="ko",
    licence="CC0 1.0",
    citation="",
    synthesised=True,
    note=N_("Nobody speaks in these clips: a program made them, to try the studio out."),
    convention="original",
)


def ensure_demo(catalog: Catalog) -> None:
    """Import the demo corpus unless it is or ever was there; a removed one stays away.

    Parameters
    ----------
    catalog : Catalog
    """
    if catalog.has_had(DEMO) or not any(demo_folder().rglob("*.wav")):
        return
    with FileLock(catalog.place.root / "demo.lock"):
        if not catalog.has_had(DEMO):
            import_path(catalog, demo_folder(), corpus=DEMO, convention="original", facts=FACTS)
