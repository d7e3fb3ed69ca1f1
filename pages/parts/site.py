"""The pages, in the order of the menu; a page is listed once its file is there."""

from dataclasses import dataclass
from pathlib import Path

from core.i18n import N_

__all__ = ["HOME", "PAGES", "PageEntry", "entry", "listed"]

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class PageEntry:
    """One page: its name, which is also its address, and its title."""

    name: str
    title: str  # gettext message id

    @property
    def file(self) -> str:
        """Path of the script, relative to the entry script."""
        return f"pages/{self.name}.py"


HOME = "home"
PAGES: tuple[PageEntry, ...] = (
    PageEntry(HOME, N_("Home")),
    PageEntry("dataset", N_("Data")),
    PageEntry("recording", N_("Recording")),
    PageEntry("training", N_("Training")),
    PageEntry("experiments", N_("Experiments")),
    PageEntry("inference", N_("Inference")),
    PageEntry("stage", N_("Stage")),
)


def listed() -> tuple[PageEntry, ...]:
    """The pages that can be opened.

    Returns
    -------
    pages : tuple of PageEntry
    """
    return tuple(page for page in PAGES if (ROOT / page.file).is_file())


def entry(name: str) -> PageEntry | None:
    """The page of a name, or None where it cannot be opened.

    Parameters
    ----------
    name : str

    Returns
    -------
    page : PageEntry or None
    """
    return next((page for page in listed() if page.name == name), None)
