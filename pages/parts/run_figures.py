"""A run's figures, each of which leads to its clips: click one, hear them, put them right."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.corpus import Catalog
from core.corpus.listening_test import attach_listening_test, detach_listening_test
from core.errors import MalgyeolError
from core.i18n import N_, percent
from core.plots import SpeakerScore, confusion_figure, per_speaker_figure, reliability_figure
from core.training.held_out import Confidence, HardClip, HeldOut, confidence_of, hard_clips
from pages.parts.clip_grid import draw_grid
from pages.parts.desk import Desk, desk_of
from pages.parts.escape import esc_html, esc_md
from pages.parts.frame import Frame, guarded
from pages.parts.run_result import answers_of, people_of

__all__ = ["draw_figures", "draw_listed_clips"]

SOURCE = "result"  # of listings that a figure here has made
QUIET = {"displayModeBar": False}
CLICKS = "result.clicks"
LOOKS = {
    "speaker": N_("Each voice"),
    "sentence": N_("Each sentence"),
    "sure": N_("How sure"),
    "hard": N_("Always wrong"),
    "people": N_("Listeners"),
}


def draw_figures(
    page: Frame, catalog: Catalog, run_id: str, report: dict[str, Any], *, stacked: bool = False
) -> None:
    """Draw what is taken for what, and beside it one more look at the run.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    run_id : str
        Of a run that is kept.
    report : dict
    stacked : bool
        One below the other, where there is no room beside each other.
    """
    _ = page._
    answers = answers_of(run_id, catalog)
    left, right = (st.container(), st.container()) if stacked else st.columns(2, gap="large")
    with left:
        st.markdown(f"#### {_('What is taken for what')}")
        _draw_confusion(page, catalog, run_id, report, answers)
    with right:
        look = st.segmented_control(
            _("Look at"),
            list(LOOKS),
            default="speaker",
            required=True,
            format_func=lambda name: _(LOOKS[name]),
            key="result.look",
            label_visibility="collapsed",
            persist_state="session",
        )
        if look in ("speaker", "sentence"):
            _draw_groups(page, catalog, run_id, report, answers, look)
        elif answers is None:
            st.caption(_("The answers of this run are gone; run it again exactly to have them."))
        elif look == "sure":
            _draw_confidence(page, run_id, answers)
        elif look == "hard":
            _draw_hard(page, catalog, run_id, report)
        else:
            _draw_people(page, catalog, run_id, report)


def draw_listed_clips(page: Frame, catalog: Catalog) -> None:
    """The clips that were clicked on last, with player and labels; nothing where none were.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    """
    desk = _listing_desk()
    if desk is None:
        return
    page.html('<a id="listed-clips"></a>')
    corpus = next((info for info in catalog.corpora() if info.name == desk.corpus), None)
    if corpus is not None:
        desk.learn_scheme(corpus)
        draw_grid(page, catalog, corpus, desk, {})


def _listing_desk() -> Desk | None:
    """The desk while it lists what was clicked on here."""
    desk = st.session_state.get("dataset.desk")
    listing = desk.listing if isinstance(desk, Desk) else None
    return desk if listing is not None and listing.source == SOURCE else None


def _list(page: Frame, catalog: Catalog, corpus: str, ids: Sequence[int], title: str) -> None:
    """List some clips below the figures."""
    info = next((info for info in catalog.corpora() if info.name == corpus), None)
    if info is not None:
        desk_of(info).list_clips(ids, title, source=SOURCE)


def _clicked(key: str) -> list[Any] | None:
    """The custom data of the point that was clicked; the next drawing has no selection."""
    points = st.session_state[key].selection.points
    if not points:
        return None
    st.session_state[CLICKS] = st.session_state.get(CLICKS, 0) + 1
    return list(points[0]["customdata"])


def _chart(page: Frame, figure: go.Figure, key: str, on_click: Any, *args: Any) -> None:
    # A new key after each click: a selection that stayed would fade everything else.
    key = f"{key}.{st.session_state.get(CLICKS, 0)}"
    st.plotly_chart(
        figure,
        theme=None,
        key=key,
        on_select=lambda: guarded(on_click)(page, *args, key),
        selection_mode="points",
        config=QUIET,
    )


def _draw_confusion(
    page: Frame, catalog: Catalog, run_id: str, report: dict[str, Any], answers: HeldOut | None
) -> None:
    figure = _confusion(run_id, page.theme, page.language, page, report)
    key = f"result.confusion.{run_id}"
    if answers is None:
        st.plotly_chart(figure, theme=None, key=key, config=QUIET)
        return
    _chart(page, figure, key, _list_cell, catalog, report, answers)
    st.caption(page._("Click a cell: its clips are listed below, to be heard and put right."))
    if _has_moved_on(catalog, report["spec"]):
        page.note(
            "info",
            page._("Clips or labels have changed since this run: train again to see what it does."),
        )
    if (desk := _listing_desk()) is not None:
        page.html(f'<a class="mg-jump" href="#listed-clips">{esc_html(desk.listing.title)} ↓</a>')


def _has_moved_on(catalog: Catalog, spec: dict[str, Any]) -> bool:
    """Whether a run's clips are no longer what they were when it learnt."""
    there = any(info.name == spec["corpus"] for info in catalog.corpora())
    return there and catalog.snapshot(spec["corpus"], spec["scheme"]).digest != spec["snapshot"]


@st.cache_resource(show_spinner=False, max_entries=64)
def _confusion(
    run_id: str, theme: str, language: str, _page: Frame, _report: dict[str, Any]
) -> go.Figure:
    return confusion_figure(
        np.array(_report["confusion"]),
        _report["emotions"],
        captions=_page.emotion_captions(),
        theme=_page.theme,
        translate=_page._,
    )


def _list_cell(
    page: Frame, catalog: Catalog, report: dict[str, Any], answers: HeldOut, key: str
) -> None:
    clicked = _clicked(key)
    if clicked is None:
        return
    reference, heard = (report["emotions"].index(e) for e in clicked[:2])
    captions = page.emotion_captions()
    title = page._("meant as {reference}, heard as {heard}").format(
        reference=captions[clicked[0]], heard=captions[clicked[1]]
    )
    _list(page, catalog, report["spec"]["corpus"], answers.cell(reference, heard), title)


def _draw_groups(
    page: Frame,
    catalog: Catalog,
    run_id: str,
    report: dict[str, Any],
    answers: HeldOut | None,
    kind: str,
) -> None:
    _ = page._
    if not report[f"per_{kind}"]:
        none = (
            _("The clips name no speakers.") if kind == "speaker" else _("They name no sentence.")
        )
        st.caption(none)
        return
    figure = _groups(run_id, kind, page.theme, page.language, page, report)
    key = f"result.{kind}.{run_id}"
    if answers is None:
        st.plotly_chart(figure, theme=None, key=key, config=QUIET)
        return
    _chart(page, figure, key, _list_group, catalog, report, answers, kind)
    st.caption(_("Click a dot: the clips that it got wrong there are listed below."))


@st.cache_resource(show_spinner=False, max_entries=64)
def _groups(
    run_id: str, kind: str, theme: str, language: str, _page: Frame, _report: dict[str, Any]
) -> go.Figure:
    scores = [SpeakerScore(speaker=s[kind], n=s["n"], uar=s["uar"]) for s in _report[f"per_{kind}"]]
    return per_speaker_figure(
        scores,
        chance=_report["chance"],
        overall=_report["uar"],
        overall_interval=tuple(_report["uar_interval"]),
        theme=_page.theme,
        translate=_page._,
    )


def _list_group(
    page: Frame, catalog: Catalog, report: dict[str, Any], answers: HeldOut, kind: str, key: str
) -> None:
    _, clicked = page._, _clicked(key)
    if clicked is None:
        return
    corpus, name = report["spec"]["corpus"], str(clicked[0])
    filters: dict[str, Any] = {f"{kind}s": [name], "status": None}
    ids = answers.wrong([u.id for u in catalog.utterances(corpus, **filters)])
    said = (
        _("Voice {name}, taken for something else")
        if kind == "speaker"
        else _("Sentence {name}, taken for something else")
    )
    _list(page, catalog, corpus, ids, said.format(name=name))


def _draw_confidence(page: Frame, run_id: str, answers: HeldOut) -> None:
    _ = page._
    found = _confidence(run_id, answers)
    figure = reliability_figure(found.bins, theme=page.theme, translate=_)
    st.plotly_chart(figure, theme=None, key=f"result.sure.{run_id}", config=QUIET)
    text = _(
        "Confidence and truth lie {ece} apart on average (ECE), {before} before"
        " calibration. On the dashed line it is right exactly as often as it is sure."
    ).format(ece=percent(found.ece, 1), before=percent(found.ece_before, 1))
    if found.apart:
        text += " " + _("Each fold is calibrated by the others alone.")
    else:
        text += " " + _("With one test part it is calibrated by the same clips: a little too good.")
    st.caption(text)


@st.cache_resource(show_spinner=False, max_entries=32)
def _confidence(run_id: str, _answers: HeldOut) -> Confidence:
    return confidence_of(_answers)


def _draw_hard(page: Frame, catalog: Catalog, run_id: str, report: dict[str, Any]) -> None:
    _, spec = page._, report["spec"]
    runs = [r.id for r in catalog.runs.runs(spec["corpus"]) if r.spec["scheme"] == spec["scheme"]]
    clips = [clip for clip in _hard(tuple(runs), catalog) if _still(catalog, clip, report)]
    if not clips:
        page.note("good", _("No clip is taken for something else by every run."))
        return
    most = clips[0].n_runs
    text = _("{n} clips were taken for something else by every run that was asked, up to {runs}.")
    st.markdown(text.format(n=len(clips), runs=most))
    st.caption(
        _("A wrong label, a bad take, or an emotion that is not heard: listen, then decide.")
    )
    title = _("Always taken for something else")
    st.button(
        _("Hear them, the worst first"),
        key=f"result.hard.{run_id}",
        on_click=guarded(_list),
        args=(page, catalog, spec["corpus"], [clip.id for clip in clips], title),
    )


@st.cache_resource(show_spinner=False, max_entries=16)
def _hard(run_ids: tuple[str, ...], _catalog: Catalog) -> tuple[HardClip, ...]:
    return hard_clips(_catalog, run_ids)


def _still(catalog: Catalog, clip: HardClip, report: dict[str, Any]) -> bool:
    """Whether a clip is still in use, with another label than the one that it is taken for."""
    now = catalog.utterance(clip.id)
    return (
        now is not None and now.status == "active" and now.emotion != report["emotions"][clip.heard]
    )


def _draw_people(page: Frame, catalog: Catalog, run_id: str, report: dict[str, Any]) -> None:
    _, corpus = page._, report["spec"]["corpus"]
    people = people_of(catalog, run_id, report)
    if people is None:
        st.markdown(
            _("How well do people name these emotions? A listening test is the ceiling to aim for.")
        )
    else:
        captions = page.emotion_captions()
        rows = [
            {
                "emotion": captions[emotion],
                "people": None if heard is None else 100 * heard,
                "model": None if recall is None else 100 * recall,
            }
            for emotion, heard, recall in zip(
                report["emotions"], people.recalls, report["recalls"], strict=True
            )
        ]
        number = st.column_config.NumberColumn
        columns = {
            "emotion": _("Emotion"),
            "people": number(_("Listeners"), format="%.0f %%"),
            "model": number(_("This run"), format="%.0f %%"),
        }
        st.dataframe(rows, hide_index=True, column_config=columns, key=f"result.people.{run_id}")
        st.caption(
            _("{n} clips judged in {file}; listeners reach UAR {uar:.2f} on them.").format(
                n=people.n, file=esc_md(people.source), uar=people.uar
            )
        )
        st.button(
            _("Take the listening test away"),
            key="result.people.detach",
            on_click=guarded(detach_listening_test),
            args=(catalog, corpus),
        )
    _attach(page, catalog, corpus)


def _attach(page: Frame, catalog: Catalog, corpus: str) -> None:
    _ = page._
    file = st.file_uploader(
        _("Attach a listening test: a table with a row a clip and the share who named its emotion"),
        type=["txt", "csv", "tsv"],
        max_upload_size=5,
        key=f"result.people.file.{corpus}.{st.session_state.get(CLICKS, 0)}",
    )
    if file is None:
        return
    try:
        attach_listening_test(catalog, corpus, file.getvalue(), file.name)
    except MalgyeolError as error:
        page.note("caution", error.describe(_))
        return
    st.session_state[CLICKS] = st.session_state.get(CLICKS, 0) + 1
    st.rerun()
