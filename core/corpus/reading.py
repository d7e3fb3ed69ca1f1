"""The half of the catalog that only reads: corpora, pages of utterances, sound."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from core.corpus import queries, recordings
from core.corpus.database import Database
from core.corpus.queries import Filters
from core.corpus.records import CorpusInfo, CrossTable, Recording, Utterance
from core.corpus.storage import AudioStore
from core.errors import UnknownCorpusError, UnreadableFileError
from core.i18n import N_

__all__ = ["CatalogReader"]


class CatalogReader:
    """What can be asked of a catalog; `core.corpus.catalog.Catalog` adds what changes it.

    Parameters
    ----------
    database : Database
    store : AudioStore
    """

    def __init__(self, database: Database, store: AudioStore):
        self.database = database
        self.store = store

    def corpora(self) -> list[CorpusInfo]:
        """All corpora, in the order of their names.

        Returns
        -------
        infos : list of CorpusInfo
        """
        return queries.corpora(self.database)

    def corpus(self, name: str) -> CorpusInfo:
        """One corpus.

        Parameters
        ----------
        name : str

        Returns
        -------
        info : CorpusInfo

        Raises
        ------
        UnknownCorpusError
            If there is no such corpus.
        """
        found = queries.corpora(self.database, name)
        if not found:
            raise UnknownCorpusError(name, [info.name for info in self.corpora()])
        return found[0]

    def utterances(
        self,
        corpus: str,
        *,
        sort: str = "name",
        descending: bool = False,
        offset: int = 0,
        limit: int | None = None,
        **filters: Unpack[Filters],
    ) -> list[Utterance]:
        """A page of a corpus.

        Parameters
        ----------
        corpus : str
        sort : str
            A key of `core.corpus.queries.SORTS`.
        descending : bool
        offset : int
        limit : int, optional
        **filters
            ``emotions``, ``speakers``, ``sentences``, ``flags``, ``ids``, ``durations``,
            ``status``, ``search``; see `Filters`. Only active ones by default; ``status=None``
            gives all.

        Returns
        -------
        page : list of Utterance

        Raises
        ------
        UnknownCorpusError
            If there is no such corpus.
        """
        self._check_corpus(corpus)
        return queries.utterances(
            self.database,
            corpus,
            filters,
            sort=sort,
            descending=descending,
            offset=offset,
            limit=limit,
        )

    def utterance(self, utterance_id: int) -> Utterance | None:
        """One utterance by its id.

        Parameters
        ----------
        utterance_id : int

        Returns
        -------
        utterance : Utterance or None
        """
        return queries.utterances_by_id(self.database, [utterance_id]).get(utterance_id)

    def utterances_by_content(self, contents: Sequence[str]) -> dict[str, Utterance]:
        """For each content an utterance of it that can be seen, whichever corpus it is in.

        Parameters
        ----------
        contents : sequence of str
            SHA-256 in hexadecimal.

        Returns
        -------
        found : dict of str to Utterance
            Those that are not there are missing.
        """
        return queries.utterances_by_content(self.database, contents)

    def count(self, corpus: str, **filters: Unpack[Filters]) -> int:
        """How many utterances the filters leave in.

        Parameters
        ----------
        corpus : str
        **filters
            As for `utterances`.

        Returns
        -------
        n : int
        """
        self._check_corpus(corpus)
        return queries.count(self.database, corpus, filters)

    def facets(self, corpus: str) -> dict[str, dict[str | None, int]]:
        """Values and counts of emotion, speaker, sentence, flag and status.

        Parameters
        ----------
        corpus : str

        Returns
        -------
        facets : dict
        """
        self._check_corpus(corpus)
        return queries.facets(self.database, corpus)

    def sentence_texts(self, corpus: str) -> dict[str, str]:
        """The words of a corpus's sentences, as far as they are known.

        Parameters
        ----------
        corpus : str

        Returns
        -------
        texts : dict of str to str
            By the sentence's code.
        """
        self._check_corpus(corpus)
        return queries.sentence_texts(self.database, corpus)

    def cross_table(self, corpus: str, rows: str, columns: str) -> CrossTable:
        """How often the values of two labels meet.

        Parameters
        ----------
        corpus : str
        rows, columns : {"emotion", "speaker", "sentence"}

        Returns
        -------
        table : CrossTable
        """
        self._check_corpus(corpus)
        return queries.cross_table(self.database, corpus, rows, columns)

    def _check_corpus(self, name: str) -> None:
        known = "SELECT 1 FROM corpora WHERE name = ? AND removed IS NULL"
        if self.database.row(known, (name,)) is None:
            raise UnknownCorpusError(name, [info.name for info in self.corpora()])

    # --- sound ---------------------------------------------------------------------------------

    def recording(self, content: str) -> Recording | None:
        """What is known of a recording.

        Parameters
        ----------
        content : str
            SHA-256 in hexadecimal.

        Returns
        -------
        recording : Recording or None
        """
        return recordings.find_recording(self.database, content)

    def audio_path(self, content: str) -> Path:
        """Where a recording's original bytes lie.

        Parameters
        ----------
        content : str
            SHA-256 in hexadecimal.

        Returns
        -------
        path : Path

        Raises
        ------
        KeyError
            If there is no such recording.
        """
        row = self.database.row("SELECT extension FROM recordings WHERE content = ?", (content,))
        if row is None:
            raise KeyError(content)
        return self.store.path(content, row["extension"])

    def read_bytes(self, utterance: Utterance) -> bytes:
        """The original bytes of an utterance's recording, checked against its content.

        Parameters
        ----------
        utterance : Utterance

        Returns
        -------
        data : bytes

        Raises
        ------
        UnreadableFileError
            If the file is gone, may not be read, or is not what it was.
        """
        try:
            data = self.audio_path(utterance.content).read_bytes()
        except (FileNotFoundError, KeyError):  # no row either: withdrawn since it was listed
            gone = N_("its copy in the workspace is gone")
            raise UnreadableFileError(utterance.name, gone) from None
        except OSError as error:
            forbidden = N_("its copy in the workspace may not be read")
            raise UnreadableFileError(utterance.name, forbidden) from error
        if hashlib.sha256(data).hexdigest() != utterance.content:
            raise UnreadableFileError(
                utterance.name, N_("its copy in the workspace is not what it was")
            )
        return data
