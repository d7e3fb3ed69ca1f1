"""What an import did as a table for people: file, what became of it, and why."""

from core.corpus.csv_text import csv_bytes
from core.corpus.import_records import ImportResult, Verdict
from core.i18n import Translate

__all__ = ["report_csv", "report_rows"]

HEADER = ("file", "result", "reason", "sentence", "speaker", "emotion", "take")


def report_rows(result: ImportResult, translate: Translate) -> list[tuple[str, Verdict, str]]:
    """Each file with its verdict and, where it did not come in, the reason.

    Parameters
    ----------
    result : ImportResult
    translate : callable

    Returns
    -------
    rows : list of (file, verdict, reason)
    """
    return [
        (file.name, file.verdict, file.error.describe(translate) if file.error else "")
        for file in result.files
    ]


def report_csv(result: ImportResult, translate: Translate) -> bytes:
    """The same as a CSV file, with the labels of each clip; no cell of it is ever computed.

    Parameters
    ----------
    result : ImportResult
    translate : callable
        For the reasons.

    Returns
    -------
    content : bytes
    """
    rows = []
    for (name, verdict, reason), file in zip(
        report_rows(result, translate), result.files, strict=True
    ):
        said = file.parsed
        labels = (said.sentence, said.speaker, said.emotion, said.take) if said else (None,) * 4
        rows.append((name, verdict, reason, *labels))
    return csv_bytes(HEADER, rows)
