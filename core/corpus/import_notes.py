"""What a corpus would still lack after an import, said before anything is imported."""

from core.corpus.catalog import Catalog
from core.corpus.import_records import ImportPreview, PreviewRow
from core.corpus.records import Utterance
from core.corpus.splits import available_modes
from core.errors import MalgyeolError

__all__ = ["shortcomings"]


def shortcomings(catalog: Catalog, preview: ImportPreview) -> list[MalgyeolError]:
    """Why the corpus could not be trained on, or not be scored on new voices, after an import.

    Parameters
    ----------
    catalog : Catalog
    preview : ImportPreview

    Returns
    -------
    found : list of MalgyeolError
        Empty where nothing is missing; none of them keeps the clips from coming in.
    """
    there = (
        catalog.utterances(preview.corpus)
        if any(info.name == preview.corpus for info in catalog.corpora())
        else []
    )
    coming = [_as_utterance(row, preview.corpus) for row in preview.rows if row.state == "ok"]
    if not coming:
        return []
    modes = available_modes([*there, *coming])
    if modes["random"] is not None:
        return [modes["random"]]
    return [modes["speaker"]] if modes["speaker"] is not None else []


def _as_utterance(row: PreviewRow, corpus: str) -> Utterance:
    assert row.recording is not None
    return Utterance(
        id=-1 - row.number,  # no catalog hands these out
        corpus=corpus,
        name=row.file,
        content=row.recording.content,
        start=0.0,
        end=None,
        duration=row.recording.duration,
        sentence=row.sentence,
        sentence_text=row.text,
        speaker=row.speaker,
        emotion=row.emotion,
        take=row.take or 1,
        status="active",
    )
