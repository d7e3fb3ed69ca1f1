"""The catalog: everything a workspace knows, behind one object.

Conventions
-----------
Several pages, the worker and the command line may use a workspace at once, each through a
`Catalog` of its own or through a shared one: it is safe for threads and processes. What a method
has returned is on disk.
"""

import time
import unicodedata
from collections.abc import Sequence
from enum import Enum
from types import TracebackType

from core.corpus import imports, labels, recordings, snapshots
from core.corpus.database import Database
from core.corpus.jobs import Jobs
from core.corpus.reading import CatalogReader
from core.corpus.records import (
    CorpusFacts,
    CorpusInfo,
    ImportRecord,
    LabelChange,
    NewUtterance,
    Snapshot,
    Status,
    Utterance,
)
from core.corpus.runs import Runs
from core.corpus.storage import AudioStore
from core.corpus.sweep import MIN_AGE, SweepReport, sweep
from core.emotions import emotion as known_emotion
from core.settings import Workspace, workspace

__all__ = ["KEEP", "Catalog", "CorpusInfo", "Snapshot", "Utterance"]


class Keep(Enum):
    """The value of a label that is not to change; None would clear it."""

    KEEP = "keep"


KEEP = Keep.KEEP


class Catalog(CatalogReader):
    """The catalog of a workspace; a context manager.

    Parameters
    ----------
    place : Workspace, optional
        The workspace in force by default. Opening makes what is not there, brings older tables up
        to date and, once a process, checks the file and sweeps.

    Raises
    ------
    CatalogError
        If the file is damaged, too new or held by somebody for too long.
    """

    def __init__(self, place: Workspace | None = None):
        self.place = place or workspace()
        super().__init__(Database(self.place.catalog), AudioStore(self.place.audio))
        self.jobs = Jobs(self.database)
        self.runs = Runs(self.database)
        self.last_sweep: SweepReport | None = None
        if self.database.first_open:
            self.sweep()

    def __enter__(self) -> "Catalog":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close this thread's connection; the catalog can be used again."""
        self.database.close()

    def sweep(self, *, min_age: float = MIN_AGE) -> SweepReport:
        """Put right what a crash left behind; see `core.corpus.sweep`.

        Parameters
        ----------
        min_age : float
            Seconds; younger files are left alone.

        Returns
        -------
        report : SweepReport
        """
        self.last_sweep = sweep(self.database, self.store, min_age=min_age)
        return self.last_sweep

    # --- corpora -------------------------------------------------------------------------------

    def has_had(self, name: str) -> bool:
        """Whether a corpus of this name is or ever was here.

        Parameters
        ----------
        name : str

        Returns
        -------
        known : bool
        """
        return self.database.row("SELECT 1 FROM corpora WHERE name = ?", (name,)) is not None

    def remove_corpus(self, name: str) -> int:
        """Take a corpus out of sight; nothing is deleted.

        Parameters
        ----------
        name : str

        Returns
        -------
        tombstone : int
            For `restore_corpus`.

        Raises
        ------
        UnknownCorpusError
            If there is no such corpus.
        """
        self.corpus(name)
        with self.database.write() as connection:
            return connection.execute(
                "UPDATE corpora SET removed = ? WHERE name = ? AND removed IS NULL RETURNING id",
                (time.time(), name),
            ).fetchone()["id"]

    def tombstone(self, name: str) -> int | None:
        """The latest removed corpus of a name, for `restore_corpus`.

        Parameters
        ----------
        name : str

        Returns
        -------
        tombstone : int or None
            None where none was removed.
        """
        row = self.database.row(
            "SELECT id FROM corpora WHERE name = ? AND removed IS NOT NULL ORDER BY removed DESC",
            (name,),
        )
        return None if row is None else int(row["id"])

    def restore_corpus(self, tombstone: int) -> bool:
        """Bring a removed corpus back.

        Parameters
        ----------
        tombstone : int
            As `remove_corpus` gave it.

        Returns
        -------
        restored : bool
            False when another corpus has taken its name.
        """
        with self.database.write() as connection:
            cursor = connection.execute(
                """UPDATE corpora SET removed = NULL WHERE id = :id AND name NOT IN
                   (SELECT name FROM corpora WHERE removed IS NULL AND id != :id)""",
                {"id": tombstone},
            )
        return cursor.rowcount == 1

    # --- utterances ----------------------------------------------------------------------------

    def add(
        self, corpus: str, facts: CorpusFacts, utterances: Sequence[NewUtterance]
    ) -> tuple[int | None, ...]:
        """Add utterances whose files are in `store`; all of them or none.

        Parameters
        ----------
        corpus : str
            Made with ``facts`` when it is not there.
        facts : CorpusFacts
        utterances : sequence of NewUtterance

        Returns
        -------
        ids : tuple of int or None
            None for a piece that the corpus had already.
        """
        return recordings.add_utterances(self.database, self.store, corpus, facts, utterances).ids

    def imports(self, corpus: str | None = None) -> list[ImportRecord]:
        """The imports that brought something, the latest first; taken back ones too.

        Parameters
        ----------
        corpus : str, optional
            Only into this one.

        Returns
        -------
        records : list of ImportRecord
        """
        return imports.imports(self.database, corpus)

    def import_members(self, import_id: int) -> list[int]:
        """The ids of the clips that an import brought.

        Parameters
        ----------
        import_id : int

        Returns
        -------
        ids : list of int
        """
        return imports.members(self.database, import_id)

    def undo_import(self, import_id: int) -> int:
        """Take back what an import brought; `restore_import` brings it back.

        Parameters
        ----------
        import_id : int

        Returns
        -------
        n : int
            Clips that went.
        """
        return imports.take_back(self.database, import_id)

    def restore_import(self, import_id: int) -> int:
        """Bring back what an undone import had brought, with its labels and history.

        Parameters
        ----------
        import_id : int

        Returns
        -------
        n : int
            Clips that returned.
        """
        return imports.bring_back(self.database, import_id)

    # --- labels --------------------------------------------------------------------------------

    def relabel(
        self,
        ids: Sequence[int],
        *,
        emotion: str | Keep | None = KEEP,
        speaker: str | Keep | None = KEEP,
        sentence: str | Keep | None = KEEP,
        by: str = "",
    ) -> int | None:
        """Set labels of some utterances, as one change that can be undone.

        Parameters
        ----------
        ids : sequence of int
        emotion, speaker, sentence : str or None
            None clears the label, and so does an empty text; what is not given stays.
        by : str
            Who did it.

        Returns
        -------
        change : int or None
            None when nothing was different from before.

        Raises
        ------
        UnknownEmotionError
            If the emotion is not one of `core.emotions`.
        UnknownUtteranceError
            If an utterance does not exist; nothing is changed then.
        """
        wanted = {"emotion": emotion, "speaker": speaker, "sentence": sentence}
        values = {k: _label(value) for k, value in wanted.items() if not isinstance(value, Keep)}
        if (emotion_id := values.get("emotion")) is not None:
            known_emotion(emotion_id)
        return labels.change(self.database, ids, values, by=by)

    def set_status(self, ids: Sequence[int], status: Status, *, by: str = "") -> int | None:
        """Disable utterances, or take them in again.

        Parameters
        ----------
        ids : sequence of int
        status : {"active", "disabled"}
        by : str

        Returns
        -------
        change : int or None
        """
        return labels.change(self.database, ids, {"status": status}, by=by)

    def undo(self, *, by: str | None = None) -> int | None:
        """Take back the latest change that is not taken back yet.

        Parameters
        ----------
        by : str, optional
            Only this person's; anybody's by default.

        Returns
        -------
        change : int or None
            The change taken back; None when there is none left.

        Raises
        ------
        ChangedSinceError
            If somebody has changed one of its clips again since.
        """
        return labels.undo(self.database, by=by)

    def history(self, utterance_id: int) -> list[LabelChange]:
        """All label changes of an utterance, the oldest first.

        Parameters
        ----------
        utterance_id : int

        Returns
        -------
        changes : list of LabelChange
        """
        return labels.history(self.database, utterance_id)

    # --- snapshots -----------------------------------------------------------------------------

    def snapshot(self, corpus: str, emotions: Sequence[str]) -> Snapshot:
        """The active clips of some emotions as they are now.

        Parameters
        ----------
        corpus : str
        emotions : sequence of str

        Returns
        -------
        snapshot : Snapshot
        """
        self._check_corpus(corpus)
        return snapshots.take_snapshot(self.database, corpus, emotions)

    def snapshot_members(self, digest: str) -> list[dict[str, object]] | None:
        """What a snapshot held when it was taken, whatever has become of it.

        Parameters
        ----------
        digest : str

        Returns
        -------
        members : list of dict, or None
        """
        return snapshots.members(self.database, digest)


def _label(text: str | None) -> str | None:
    """A label as it is stored: NFC without outer blanks; an empty one is unknown."""
    return unicodedata.normalize("NFC", text).strip() or None if text else None
