"""The map of a corpus: clips that sound alike lie near each other; a lasso lists them."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.corpus import Catalog, CorpusInfo, Utterance
from core.corpus.clip_features import feature_rows, feature_store, measure_clips
from core.emotions import EMOTION_IDS, emotion
from core.features.projection import MIN_ROWS, Method, Projection, project
from core.i18n import clip_count, percent
from core.plots import MapGroup, map_figure, palette
from core.settings import FunctionalsSpec, spec_digest, workspace
from pages.parts.background import Task, draw_progress, find_task, start_task
from pages.parts.desk import Desk
from pages.parts.flags import flag_captions
from pages.parts.frame import Frame, guarded

__all__ = ["draw_map"]

SPEC = FunctionalsSpec()
MOST = 4_000  # dots; of more clips an even share is drawn
QUICK = 12  # clips that are measured without asking
FIGURE = "dataset.map"
METHODS: tuple[Method, ...] = ("pca", "tsne")


def draw_map(
    page: Frame, catalog: Catalog, corpus: CorpusInfo, desk: Desk, filters: Mapping[str, Any]
) -> None:
    """Draw the map, or what is missing for it.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    corpus : CorpusInfo
    desk : Desk
        Its listing becomes what is chosen on the map.
    filters : mapping
        Which clips are dots, as `Catalog.utterances` takes them.
    """
    colour, method = _choose_look(page)
    clips, n_all = _even_share(catalog.utterances(corpus.name, **filters))
    if len(clips) < MIN_ROWS:
        page.empty_state(
            page._("Too few clips for a map"), page._("Three are the least; loosen a filter.")
        )
        return
    shown = _measured(page, catalog, clips)
    if shown is None:
        return
    place = _places(page, shown, method)
    if place is None:
        return
    _draw_dots(page, desk, shown, place, colour, method)
    _draw_remarks(page, place, len(shown), len(clips), n_all)


def _choose_look(page: Frame) -> tuple[str, Method]:
    _ = page._
    colours = {"emotion": _("Emotion"), "speaker": _("Voice"), "flag": _("Flags")}
    methods = {"pca": "PCA", "tsne": "t-SNE"}
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    colour = left.segmented_control(
        _("Coloured by"),
        list(colours),
        default="emotion",
        required=True,
        format_func=colours.__getitem__,
        key="dataset.map.colour",
        persist_state="session",
    )
    method = right.segmented_control(
        _("Laid out by"),
        METHODS,
        default="pca",
        required=True,
        format_func=methods.__getitem__,
        key="dataset.map.method",
        persist_state="session",
        help=_("PCA is there at once; t-SNE takes longer and shows closer neighbourhoods."),
    )
    return colour, method


def _even_share(clips: Sequence[Utterance]) -> tuple[list[Utterance], int]:
    """At most `MOST` of the clips, evenly from the first to the last, and how many there are."""
    step = max(1.0, len(clips) / MOST)
    return [clips[int(i * step)] for i in range(min(len(clips), MOST))], len(clips)


def _digest(clips: Sequence[Utterance]) -> str:
    """What the features of the clips depend on."""
    named = "".join(f"{c.id}|{c.content}|{c.start}|{c.end}|{c.correction};" for c in clips)
    return hashlib.blake2b((spec_digest(SPEC) + named).encode(), digest_size=16).hexdigest()


# --- features ----------------------------------------------------------------------------------


def _measured(page: Frame, catalog: Catalog, clips: Sequence[Utterance]) -> list[Utterance] | None:
    """The clips that have features; None while they are being measured or nobody asked for it."""
    _, store = page._, feature_store(workspace())
    key = ("measure", str(workspace().root), _digest(clips))
    task = find_task(key)
    if task is not None and not (task.over or task.stopped):
        draw_progress(page, task, _("Measuring clips"), key="dataset.map.stop")
        return None
    known = _known(_digest(clips), clips)
    unreadable = set(task.result or ()) if task is not None else set()
    missing = [c for c in clips if c.id not in known and c.id not in unreadable]
    if missing and len(missing) <= QUICK:
        unreadable |= set(measure_clips(catalog, missing, SPEC, store))
        known = _known(_digest(clips), clips)
    elif missing:
        _offer(page, catalog, missing, key)
        return None
    return [c for c in clips if c.id in known]


def _known(digest: str, clips: Sequence[Utterance]) -> set[int]:
    """Ids of the clips that have features."""
    kept = st.session_state.get("dataset.map.known", ("", set()))
    if kept[0] != digest or len(kept[1]) < len(clips):
        rows = feature_rows(clips, SPEC, feature_store(workspace()))
        kept = st.session_state["dataset.map.known"] = (digest, set(rows))
    return kept[1]


def _offer(page: Frame, catalog: Catalog, missing: Sequence[Utterance], key: tuple) -> None:
    _ = page._

    def work(task: Task) -> tuple[int, ...]:
        store = feature_store(workspace())
        return measure_clips(catalog, missing, SPEC, store, go_on=task.go_on)

    page.empty_state(
        _("{n} clips are not measured yet").format(n=f"{len(missing):,}"),
        _("The map lies over 592 measures of each clip. Training uses the same ones."),
    )
    with st.container(horizontal_alignment="center"):
        st.button(
            _("Measure them"),
            type="primary",
            key="dataset.map.measure",
            on_click=guarded(lambda: start_task(key, work)),
        )


# --- places ------------------------------------------------------------------------------------


def _places(page: Frame, clips: Sequence[Utterance], method: Method) -> Projection | None:
    """Where the dots lie; None while it is being worked out."""
    digest = _digest(clips)
    if method == "pca":
        return _pca(digest, clips)
    key = ("tsne", str(workspace().root), digest)
    task = find_task(key) or start_task(key, lambda _task: _project(clips, "tsne"))
    if not task.over:
        text = page._("Laying out {clips}; this takes a while").format(
            clips=clip_count(len(clips), page._)
        )
        draw_progress(page, task, text, key="dataset.map.stop", on_stop=_back_to_pca)
        return None
    if task.error is not None:
        raise task.error
    return task.result


def _back_to_pca() -> None:
    st.session_state["dataset.map.method"] = "pca"


@st.cache_data(show_spinner=False, max_entries=8)
def _pca(digest: str, _clips: Sequence[Utterance]) -> Projection:
    return _project(_clips, "pca")


def _project(clips: Sequence[Utterance], method: Method) -> Projection:
    import numpy as np

    rows = feature_rows(clips, SPEC, feature_store(workspace()))
    return project(np.stack([rows[clip.id] for clip in clips]), method)


# --- dots --------------------------------------------------------------------------------------


def _draw_dots(
    page: Frame,
    desk: Desk,
    clips: Sequence[Utterance],
    place: Projection,
    colour: str,
    method: Method,
) -> None:
    captions = page.emotion_captions()
    hovers = [
        " · ".join(
            [
                clip.sentence_text or clip.sentence or clip.name,
                clip.speaker or "–",
                captions.get(clip.emotion or "", "–"),
            ]
        )
        for clip in clips
    ]
    listed = desk.listing.ids if desk.listing and desk.listing.source == "map" else ()
    figure = map_figure(
        place.xy,
        [clip.id for clip in clips],
        hovers,
        _groups(page, clips, colour),
        chosen=listed,
        theme=page.theme,
    )
    key = f"{FIGURE}.{desk.corpus}.{method}.{colour}"
    st.plotly_chart(
        figure,
        theme=None,
        key=key,
        on_select=lambda: guarded(_choose)(page, desk, key),
        selection_mode=("points", "box", "lasso"),
        config={"displaylogo": False},
    )


def _choose(page: Frame, desk: Desk, key: str) -> None:
    """List what the lasso holds."""
    points = st.session_state[key].selection.points
    ids = [
        int(p["customdata"][0] if isinstance(p["customdata"], list) else p["customdata"])
        for p in points
    ]
    desk.list_clips(ids, page._("Chosen on the map"), source="map")


def _groups(page: Frame, clips: Sequence[Utterance], colour: str) -> list[MapGroup]:
    _, colors = page._, palette(page.theme)
    if colour == "emotion":
        captions = page.emotion_captions()
        found = _rows_by(clips, lambda c: c.emotion)
        groups = [
            MapGroup(captions[e], emotion(e).color, found[e]) for e in EMOTION_IDS if e in found
        ]
        rest = [MapGroup(_("no emotion"), colors.ghost, found[None])] if None in found else []
        return groups + rest
    if colour == "speaker":
        found = _rows_by(clips, lambda c: c.speaker)
        return [
            MapGroup(voice or _("unknown"), colors.series[i % len(colors.series)], rows)
            for i, (voice, rows) in enumerate(found.items())
        ]
    found = _rows_by(clips, lambda c: c.flags[0] if c.flags else None)
    words = flag_captions([f for f in found if f is not None], _)
    plain = [MapGroup(_("without a flag"), colors.ghost, found[None])] if None in found else []
    return plain + [
        MapGroup(caption, colors.series[i % len(colors.series)], found[flag])
        for i, (flag, caption) in enumerate(words.items())
    ]


def _rows_by(clips: Sequence[Utterance], value: Any) -> dict[str | None, tuple[int, ...]]:
    """Row numbers by a label, in the order in which people count."""
    from core.corpus.ordering import natural_key

    found: dict[str | None, list[int]] = {}
    for row, clip in enumerate(clips):
        found.setdefault(value(clip), []).append(row)
    ordered = sorted(found, key=lambda v: (v is None, natural_key(v) or ""))
    return {v: tuple(found[v]) for v in ordered}


def _draw_remarks(page: Frame, place: Projection, n_shown: int, n_drawn: int, n_all: int) -> None:
    _ = page._
    said = [_("Draw a loop around dots, or click one: those clips are listed below.")]
    if place.explained is not None:
        said.append(
            _("These two axes hold {share} of the differences.").format(
                share=percent(place.explained)
            )
        )
    if n_all > n_drawn:
        said.append(
            _("{drawn} of {n} clips are drawn, evenly chosen.").format(
                drawn=f"{n_drawn:,}", n=f"{n_all:,}"
            )
        )
    if n_shown < n_drawn:
        said.append(_("{n} clips cannot be read and are left out.").format(n=n_drawn - n_shown))
    st.caption(" ".join(said))
