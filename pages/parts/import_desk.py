"""The import desk: what a session has chosen to bring in, and how its names are to be read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from core.corpus import Catalog, ImportResult
from core.corpus.conventions import Convention
from core.corpus.conventions.manifest import (
    columns_of,
    manifest_convention,
    mapping_with,
    read_rows,
)
from core.corpus.import_naming import AUTO, naming_of
from core.corpus.import_preview import confirm_import, look
from core.corpus.import_reading import Progress
from core.corpus.import_records import ImportPreview, Listing
from core.corpus.naming_rules import NamingRule
from core.corpus.sources import Place
from core.errors import MalgyeolError
from pages.parts.background import Task

__all__ = ["BY_HAND", "TABLE", "ImportDesk", "import_desk"]

STATE = "dataset.import"
BY_HAND = "hand"  # a naming: none, names are filled in
TABLE = "table:"  # how the choice of a table begins; its name follows
WIDGETS = ("corpus", "state", "emotions", "unlabelled", "pattern", "start")  # of one import

Choices = tuple[tuple[NamingRule, ...], dict[str, str], dict[int, dict[str, str | None]]]


class _StoppedError(Exception):
    """The user does not want the rest."""


@dataclass
class ImportDesk:
    """A session's import, from choosing to its result."""

    place: Place | None = None
    suggested: str = ""  # name for a new corpus
    task: Task | None = None
    listing: Listing | None = None
    recognised: Convention | None = None
    naming: str = AUTO  # an id, BY_HAND, or TABLE with a name
    columns: dict[str, str] = field(default_factory=dict)  # of the chosen table, by field
    rules: tuple[NamingRule, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    corrections: dict[int, dict[str, str | None]] = field(default_factory=dict)
    past: list[tuple[str, Choices]] = field(default_factory=list)  # what undo goes back to
    version: int = 0  # of the table; a new one forgets what was typed into the old one
    editor: tuple[int, str, tuple[int, ...]] = (-1, "", ())  # its version, its key, its rows
    shown: tuple[int, ...] = ()  # numbers of the rows in the table
    shown_for: tuple[str, int] | None = None  # their state, and the version they were chosen in
    result: ImportResult | None = None
    problem: MalgyeolError | None = None

    def clear(self) -> None:
        """Put everything away."""
        self.__dict__.update(ImportDesk().__dict__)
        for name in WIDGETS:
            st.session_state.pop(f"{STATE}.{name}", None)

    def begin(
        self, catalog: Catalog, place: Place, *, shown: str = "", suggested: str = ""
    ) -> None:
        """Look at a place, in the background.

        Parameters
        ----------
        catalog : Catalog
        place : path or uploads
        shown : str
            What the place is called in the list of imports; its own name by default.
        suggested : str
            Name for a new corpus; the place's own name by default.
        """
        self.clear()
        self.place, self.suggested = place, suggested

        def work(task: Task) -> Listing | None:
            listing = _unless_stopped(lambda: look(catalog, place, progress=_telling(task)))
            return replace(listing, place=shown) if listing and shown else listing

        self.task = Task(work)

    def confirm(self, catalog: Catalog, preview: ImportPreview) -> None:
        """Import what the preview shows, in the background."""
        place = self.place
        assert place is not None
        self.problem = None
        self.task = Task(
            lambda task: _unless_stopped(
                lambda: confirm_import(catalog, place, preview, progress=_telling(task))
            )
        )

    def settle(self) -> None:
        """Take in what the background has brought, once it is over."""
        task = self.task
        if task is None or not task.over:
            return
        self.task = None
        if isinstance(task.error, MalgyeolError):
            self.problem = task.error
        elif task.error is not None:
            raise task.error
        elif isinstance(task.result, Listing):
            self._open(task.result)
        elif isinstance(task.result, ImportResult):
            self.result, self.listing, self.place = task.result, None, None

    def _open(self, listing: Listing) -> None:
        self.listing = listing
        self.suggested = self.suggested or listing.place
        try:
            self.recognised = naming_of(AUTO, listing.names, listing.beside, listing.place)
        except MalgyeolError as error:
            self.problem, self.naming = error, BY_HAND
            return
        table = listing.beside.best_table(listing.names)
        if table and self.recognised and self.recognised.id == "manifest":
            self.naming = TABLE + table[0]

    def convention(self) -> str | Convention | None:
        """The chosen naming, as the preview takes it.

        Returns
        -------
        convention : str, Convention or None

        Raises
        ------
        ManifestError
            If the chosen table cannot be used as its columns are mapped.
        """
        if self.naming == BY_HAND:
            return None
        if self.naming == AUTO:
            return self.recognised
        if self.naming.startswith(TABLE):
            rows = self.table_rows()
            name = self.naming.removeprefix(TABLE)
            return manifest_convention(rows, mapping_with(columns_of(rows), self.columns, name))
        return self.naming

    def table_rows(self) -> list[dict[str, str]]:
        """The rows of the chosen table."""
        assert self.listing is not None
        name = self.naming.removeprefix(TABLE)
        return read_rows(self.listing.beside.tables[name], name)

    def add_table(self, name: str, content: bytes) -> None:
        """Put a table beside the clips, and choose it.

        Parameters
        ----------
        name : str
        content : bytes

        Raises
        ------
        ManifestError
            If it is none; nothing changes then.
        """
        assert self.listing is not None
        read_rows(content, name)
        beside = self.listing.beside
        tables: Mapping[str, bytes] = {**beside.tables, name: content}
        self.listing = replace(self.listing, beside=replace(beside, tables=tables))
        self.naming, self.columns = TABLE + name, {}
        self.version += 1

    def change(self, what: str, **values: Any) -> None:
        """Set ``rules``, ``labels`` or ``corrections``, so that it can be undone."""
        self.past.append((what, (self.rules, dict(self.labels), dict(self.corrections))))
        for name, value in values.items():
            setattr(self, name, value)
        if what != "cell":  # the table has its own cells already
            self.version += 1

    def undo(self) -> None:
        """Go back to before the last change."""
        if self.past:
            _what, (self.rules, self.labels, self.corrections) = self.past.pop()
            self.version += 1


def import_desk() -> ImportDesk:
    """The session's import desk.

    Returns
    -------
    desk : ImportDesk
        To be changed in place.
    """
    desk = st.session_state.get(STATE)
    if not isinstance(desk, ImportDesk):
        desk = st.session_state[STATE] = ImportDesk()
    return desk


def _telling(task: Task) -> Progress:
    def tell(done: int, total: int, seconds_left: float | None) -> None:
        if not task.go_on(done, total):
            raise _StoppedError

    return tell


def _unless_stopped(work: Callable[[], Any]) -> Any:
    """What the work gives; None when it was stopped, and nothing of it was kept."""
    try:
        return work()
    except _StoppedError:
        return None
