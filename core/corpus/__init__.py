"""The corpus: naming conventions, import, catalog, splits, snapshots."""

from core.corpus.catalog import Catalog
from core.corpus.demo import ensure_demo
from core.corpus.import_records import ImportResult
from core.corpus.importing import import_path
from core.corpus.records import CorpusFacts, CorpusInfo, CrossTable, Snapshot, Utterance

__all__ = [
    "Catalog",
    "CorpusFacts",
    "CorpusInfo",
    "CrossTable",
    "ImportResult",
    "Snapshot",
    "Utterance",
    "ensure_demo",
    "import_path",
]
