"""Chains of corrections in the catalog: kept by digest, set on clips, taken back like any label."""

import time
from collections.abc import Sequence

from core.corpus.catalog import Catalog
from core.corpus.labels import change
from core.errors import UnknownCorrectionError
from core.settings import CorrectionChain

__all__ = ["chain_of_digest", "chains_in_use", "keep_chain", "set_correction"]


def set_correction(
    catalog: Catalog, ids: Sequence[int], chain: CorrectionChain, *, by: str = ""
) -> int | None:
    """Correct some clips by a chain, as one change that can be undone.

    Parameters
    ----------
    catalog : Catalog
    ids : sequence of int
    chain : CorrectionChain
        Takes the place of the clip's former chain; an empty one gives the original back.
    by : str
        Who did it.

    Returns
    -------
    change : int or None
        For the history; None where every clip had this chain already.

    Raises
    ------
    UnknownUtteranceError
        If a clip does not exist; nothing is changed then.
    """
    keep_chain(catalog, chain)
    return change(catalog.database, ids, {"correction": chain.digest}, by=by)


def keep_chain(catalog: Catalog, chain: CorrectionChain) -> None:
    """Keep a chain under its digest, so that clips may name it.

    Parameters
    ----------
    catalog : Catalog
    chain : CorrectionChain
    """
    if chain.steps:
        with catalog.database.write() as connection:
            connection.execute(
                "INSERT INTO corrections VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (chain.digest, chain.document, time.time()),
            )


def chain_of_digest(catalog: Catalog, digest: str) -> CorrectionChain:
    """The chain that a clip names.

    Parameters
    ----------
    catalog : Catalog
    digest : str
        Empty for none.

    Returns
    -------
    chain : CorrectionChain

    Raises
    ------
    UnknownCorrectionError
        If the workspace does not know it.
    """
    if not digest:
        return CorrectionChain()
    row = catalog.database.row("SELECT chain FROM corrections WHERE digest = ?", (digest,))
    if row is None:
        raise UnknownCorrectionError(digest)
    return CorrectionChain.from_document(row["chain"])


def chains_in_use(catalog: Catalog, corpus: str) -> dict[str, int]:
    """How many active clips of a corpus have which chain.

    Parameters
    ----------
    catalog : Catalog
    corpus : str

    Returns
    -------
    counts : dict of str to int
        By digest, the most frequent first; empty for clips as they were recorded.
    """
    rows = catalog.database.rows(
        """SELECT correction, COUNT(*) AS n FROM utterances
           WHERE corpus_id = (SELECT id FROM corpora WHERE name = ? AND removed IS NULL)
             AND status = 'active' GROUP BY correction ORDER BY n DESC, correction""",
        (corpus,),
    )
    return {row["correction"]: row["n"] for row in rows}
