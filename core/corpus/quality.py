"""The quality of a corpus: listen to every clip once, then say what is worth knowing.

`examine` is a generator like a training run: a page, the command line and the tests drive the same
one, and stopping is ceasing to ask. The report is kept until a clip, a label or a threshold
changes.
"""

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from core.cluster import MANY
from core.corpus.balance import balance_findings
from core.corpus.catalog import Catalog
from core.corpus.clip_features import feature_key, feature_store
from core.corpus.clip_findings import duplicate_findings, flag_findings, format_findings
from core.corpus.clips import ClipLoad
from core.corpus.duplicates import exact_groups, joined, near_duplicates
from core.corpus.finding import FINDING_IDS, Finding
from core.corpus.heard import VERSION, measures_of, piece_of
from core.corpus.judging import ClipDoubt, Doubts, judge, shortcut_findings
from core.corpus.listening import listen
from core.corpus.records import Recording, Utterance
from core.corpus.results import find_result, keep_result, result_digest
from core.errors import MalgyeolError
from core.features import FeatureStore, features_of
from core.settings import FunctionalsSpec, QualityThresholds, spec_digest
from core.signal import FLAGS, ClipMeasures, clip_flags

__all__ = ["ClipQuality", "Examining", "QualityReport", "examine"]

_KIND = "report"
_RULES = 1  # another number makes kept reports stale
_BATCH = 48  # clips between two events

Stage = Literal["listening", "features", "comparing", "judging"]


@dataclass(frozen=True)
class Examining:
    """How far an examination has come."""

    stage: Stage
    done: int  # clips
    total: int
    seconds_left: float | None = None


@dataclass(frozen=True)
class ClipQuality:
    """What is known about one clip."""

    id: int  # of the utterance
    name: str
    measures: ClipMeasures | None  # None where it cannot be read
    flags: tuple[str, ...]  # keys of `core.signal.FLAGS` and `core.audio.FLAGS`
    doubt: ClipDoubt | None = None
    unreadable: str | None = None  # why, in English


@dataclass(frozen=True)
class QualityReport:
    """The quality of a corpus at one moment."""

    corpus: str
    clips: tuple[ClipQuality, ...]  # in the order of their names
    findings: tuple[Finding, ...]  # in the order of `FINDING_IDS`
    unreadable: Mapping[int, MalgyeolError] = field(default_factory=dict)  # by utterance id

    def names(self, ids: Sequence[int]) -> list[str]:
        """The file names of some clips, in the same order.

        Parameters
        ----------
        ids : sequence of int

        Returns
        -------
        names : list of str
        """
        known = {clip.id: clip.name for clip in self.clips}
        return [known[i] for i in ids]


def examine(
    catalog: Catalog,
    corpus: str,
    *,
    store: FeatureStore | None = None,
    thresholds: QualityThresholds | None = None,
    n_jobs: int | None = None,
) -> Iterator[Examining | QualityReport]:
    """Examine the active clips of a corpus.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
    store : FeatureStore, optional
        The workspace's own by default.
    thresholds : QualityThresholds, optional
    n_jobs : int, optional
        Threads; as many as there are processors by default.

    Yields
    ------
    item : Examining or QualityReport
        The report comes last, once. Flags and measures are in the catalog by then, too.

    Raises
    ------
    UnknownCorpusError
        If there is no such corpus.
    """
    t = thresholds or QualityThresholds()
    utterances = catalog.utterances(corpus)
    digest = _digest(utterances, t)
    kept = find_result(catalog.database, corpus, _KIND, digest)
    if kept is not None:
        yield _from_json(kept)
        return
    unreadable: dict[int, MalgyeolError] = {}
    for step in listen(catalog, utterances, n_jobs=n_jobs):
        unreadable = step.unreadable
        yield Examining("listening", step.done, step.total, step.seconds_left)
    heard = {i: m for i, (m, _) in measures_of(catalog.database, utterances).items()}
    flags = _flags(catalog, utterances, heard, t)
    _keep_flags(catalog, utterances, heard, flags)
    voiced = [u for u in utterances if u.id in heard and "silent" not in flags[u.id]]
    store = store or feature_store(catalog.place)
    for done in _read_features(catalog, voiced, store, n_jobs):
        yield Examining("features", done, len(voiced))
    yield Examining("comparing", 0, len(utterances))
    exact = exact_groups(catalog, utterances)
    near = near_duplicates(catalog, utterances, thresholds=t)
    yield Examining("judging", 0, len(voiced))
    doubts = _doubts(
        catalog, voiced, store, joined([*exact, *((p.first, p.second) for p in near)]), t
    )
    found = [
        *duplicate_findings(utterances, exact, near),
        *flag_findings(utterances, flags, heard),
        *doubts.findings,
        *balance_findings(utterances, t),
        *shortcut_findings(voiced, heard, t)[0],
        *format_findings(utterances, _recordings(catalog, utterances), flags, t),
    ]
    report = QualityReport(
        corpus=corpus,
        clips=tuple(_clip(u, heard, flags, doubts, unreadable) for u in utterances),
        findings=tuple(sorted(found, key=lambda f: FINDING_IDS.index(f.id))),
        unreadable=unreadable,
    )
    if not unreadable:
        keep_result(catalog.database, corpus, _KIND, digest, _to_json(report))
    yield report


def _digest(utterances: Sequence[Utterance], t: QualityThresholds) -> str:
    """Of everything that a report depends on."""
    labels = ((u.id, u.name, *piece_of(u), u.emotion, u.speaker, u.sentence) for u in utterances)
    return result_digest([VERSION, _RULES, spec_digest(t), *labels])


def _recordings(catalog: Catalog, utterances: Sequence[Utterance]) -> dict[str, Recording]:
    found = {u.content: catalog.recording(u.content) for u in utterances}
    return {content: recording for content, recording in found.items() if recording is not None}


def _flags(
    catalog: Catalog,
    utterances: Sequence[Utterance],
    heard: Mapping[int, ClipMeasures],
    t: QualityThresholds,
) -> dict[int, tuple[str, ...]]:
    """Flags of decoding and of quality together, by utterance id."""
    recordings = _recordings(catalog, utterances)
    flags = {}
    for u in utterances:
        decoded = recordings[u.content].flags if u.content in recordings else ()
        own = clip_flags(heard[u.id], t) if u.id in heard else ()
        both = [flag for flag in FLAGS if flag in own or flag in decoded]
        flags[u.id] = (*both, *(flag for flag in decoded if flag not in FLAGS))
    return flags


def _keep_flags(
    catalog: Catalog,
    utterances: Sequence[Utterance],
    heard: Mapping[int, ClipMeasures],
    flags: Mapping[int, tuple[str, ...]],
) -> None:
    """Put flags and measures where the grid sorts and filters by them."""
    rows = [
        (json.dumps(flags[u.id]), json.dumps(dataclasses.asdict(heard[u.id])), u.id)
        for u in utterances
        if u.id in heard
    ]
    with catalog.database.write() as connection:
        connection.executemany(
            """UPDATE utterances SET flags = ?1, measures = ?2
               WHERE id = ?3 AND (flags != ?1 OR measures != ?2)""",
            rows,
        )


# --- features and judges -----------------------------------------------------------------------


def _features(
    catalog: Catalog,
    utterances: Sequence[Utterance],
    store: FeatureStore,
    n_jobs: int | None,
    apart: bool = False,
):
    clips = [(feature_key(u), ClipLoad(catalog, u)) for u in utterances]
    return features_of(clips, FunctionalsSpec(), store, n_jobs=n_jobs, apart=apart)


def _read_features(
    catalog: Catalog, utterances: Sequence[Utterance], store: FeatureStore, n_jobs: int | None
) -> Iterator[int]:
    """Fill the store a batch at a time, so that the caller may stop in between."""
    for start in range(0, len(utterances), _BATCH):
        batch = utterances[start : start + _BATCH]
        _features(catalog, batch, store, n_jobs, apart=len(utterances) >= MANY)
        yield start + len(batch)


def _doubts(
    catalog: Catalog,
    voiced: Sequence[Utterance],
    store: FeatureStore,
    groups: Sequence[Sequence[int]],
    t: QualityThresholds,
) -> Doubts:
    if len(voiced) < 2:
        return Doubts((), {})
    return judge(voiced, _features(catalog, voiced, store, 1), groups, t)


def _clip(
    u: Utterance,
    heard: Mapping[int, ClipMeasures],
    flags: Mapping[int, tuple[str, ...]],
    doubts: Doubts,
    unreadable: Mapping[int, MalgyeolError],
) -> ClipQuality:
    return ClipQuality(
        id=u.id,
        name=u.name,
        measures=heard.get(u.id),
        flags=flags[u.id],
        doubt=doubts.by_clip.get(u.id),
        unreadable=str(unreadable[u.id]) if u.id in unreadable else None,
    )


# --- keeping -----------------------------------------------------------------------------------


def _to_json(report: QualityReport) -> dict[str, Any]:
    return {
        "corpus": report.corpus,
        "clips": [dataclasses.asdict(clip) for clip in report.clips],
        "findings": [dataclasses.asdict(finding) for finding in report.findings],
    }


def _from_json(document: dict[str, Any]) -> QualityReport:
    return QualityReport(
        corpus=document["corpus"],
        clips=tuple(_clip_from_json(clip) for clip in document["clips"]),
        findings=tuple(_finding_from_json(finding) for finding in document["findings"]),
    )


def _clip_from_json(values: dict[str, Any]) -> ClipQuality:
    measures, doubt = values["measures"], values["doubt"]
    return ClipQuality(
        **{
            **values,
            "measures": measures and ClipMeasures(**measures),
            "flags": tuple(values["flags"]),
            "doubt": doubt and ClipDoubt(**doubt),
        }
    )


def _finding_from_json(values: dict[str, Any]) -> Finding:
    groups = tuple(tuple(group) for group in values["groups"])
    return Finding(**{**values, "clips": tuple(values["clips"]), "groups": groups})
