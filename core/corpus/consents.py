"""The consent ledger: which speaker agreed to what, and when."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from core.corpus.catalog import Catalog
from core.i18n import N_

__all__ = ["USES", "Consent", "agreement_of", "consents", "note_consent", "speakers_of"]

# What a speaker may agree to; use to caption (message id).
USES: dict[str, str] = {
    "train": N_("Train models with my voice"),
    "play": N_("Play my recordings to others"),
    "share": N_("Hand my recordings on outside the team"),
}


@dataclass(frozen=True)
class Consent:
    """One entry of the ledger."""

    id: int
    speaker: str | None  # None once it is withdrawn
    uses: tuple[str, ...]  # of `USES`
    note: str
    agreed: float  # Unix seconds
    withdrawn: float | None


def note_consent(catalog: Catalog, speaker: str, uses: Sequence[str], *, note: str = "") -> int:
    """Note what a speaker agrees to from now on; earlier entries stay in the ledger.

    Parameters
    ----------
    catalog : Catalog
    speaker : str
    uses : sequence of str
        Of `USES`.
    note : str
        Such as where the signed paper lies.

    Returns
    -------
    id : int
    """
    known = [use for use in USES if use in uses]
    with catalog.database.write() as connection:
        return connection.execute(
            "INSERT INTO consents (speaker, uses, note, agreed) VALUES (?, ?, ?, ?) RETURNING id",
            (speaker, json.dumps(known), note, time.time()),
        ).fetchone()["id"]


def consents(catalog: Catalog) -> list[Consent]:
    """The ledger, the latest entry first.

    Parameters
    ----------
    catalog : Catalog

    Returns
    -------
    entries : list of Consent
    """
    rows = catalog.database.rows(
        "SELECT id, speaker, uses, note, agreed, withdrawn FROM consents ORDER BY id DESC"
    )
    return [Consent(**{**dict(row), "uses": tuple(json.loads(row["uses"]))}) for row in rows]


def agreement_of(catalog: Catalog, speaker: str) -> Consent | None:
    """What a speaker agreed to last; None where nothing is noted.

    Parameters
    ----------
    catalog : Catalog
    speaker : str

    Returns
    -------
    consent : Consent or None
    """
    return next((c for c in consents(catalog) if c.speaker == speaker), None)


def speakers_of(catalog: Catalog) -> dict[str, int]:
    """Every speaker with the number of their clips, in whatever corpus of real voices.

    Parameters
    ----------
    catalog : Catalog

    Returns
    -------
    clips : dict of str to int
        Those of the ledger without a clip, too.
    """
    rows = catalog.database.rows(
        """SELECT speaker, SUM(n) AS n FROM (
               SELECT speaker, COUNT(*) AS n FROM utterances
               WHERE speaker IS NOT NULL AND corpus_id IN
                   (SELECT id FROM corpora WHERE NOT synthesised)
               GROUP BY speaker
               UNION ALL SELECT DISTINCT speaker, 0 FROM consents WHERE speaker IS NOT NULL)
           GROUP BY speaker ORDER BY LENGTH(speaker), speaker"""
    )
    return {row["speaker"]: row["n"] for row in rows}
