"""The right side of the training page: a run as it goes, and what came of it."""

import time

import numpy as np
import streamlit as st

from core.corpus import Catalog
from core.errors import MalgyeolError
from core.models import set_active
from core.plots import SpeakerScore, confusion_figure, learning_figure, per_speaker_figure
from core.training.events import (
    EpochEnded,
    FeaturesRead,
    Finished,
    FoldEnded,
    KnownVoiceLearnt,
    Prepared,
)
from core.training.jobs import JobView, cancel, watch
from core.training.known_voice import gap_in_words
from core.training.publish import keep_as_model
from pages.parts.frame import Frame, guarded

__all__ = ["draw_run"]

POLL = 0.5  # s between two looks at a running job
WAITING = "queued"


def draw_run(page: Frame, catalog: Catalog, job_id: str) -> None:
    """Draw a run: live while it goes, its result when it is over.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    job_id : str
    """
    if watch(catalog, job_id).over:
        _draw_over(page, catalog, watch(catalog, job_id))
    else:
        _draw_live(page, catalog, job_id)


@st.fragment(run_every=POLL)
@guarded
def _draw_live(page: Frame, catalog: Catalog, job_id: str) -> None:
    view = watch(catalog, job_id)
    if view.over:
        st.rerun()
    _ = page._
    bar, button = st.columns([4, 1], vertical_alignment="bottom")
    share, text = _progress(view, page)
    bar.progress(share, text=text)
    if button.button(_("Stop"), key="training.stop", width="content"):
        cancel(catalog, job_id)
    _draw_curve(page, view)


def _progress(view: JobView, page: Frame) -> tuple[float, str]:
    """How far a run is, 0 to 1, and that in words with the time left."""
    _ = page._
    if view.job.state == WAITING:
        if view.position:
            return 0.0, _("Waiting: {n} runs are before this one").format(n=view.position)
        return 0.0, _("Getting ready…")
    prepared = _last(view, Prepared)
    if prepared is None:
        read = _last(view, FeaturesRead)
        if read is None:
            return 0.0, _("Reading the clips…")
        return read.done / read.total, _("Measuring clips · {done} of {total}").format(
            done=read.done, total=read.total
        )
    share, text = _learning_progress(view, prepared, page)
    left = _seconds_left(prepared, share)
    if left is not None:
        text += " · " + _("about {seconds:.0f} s left").format(seconds=left)
    return share, text


def _learning_progress(view: JobView, prepared: Prepared, page: Frame) -> tuple[float, str]:
    _ = page._
    n_folds = len(prepared.fold_names)
    folds_done = sum(isinstance(e, FoldEnded) for e in view.events)
    if _last(view, KnownVoiceLearnt) is not None:
        return 1.0, _("Putting known voices beside…")
    if prepared.max_epochs is None:
        text = _("Fold {done} of {total}").format(done=folds_done, total=n_folds)
        return folds_done / n_folds, text
    if folds_done == n_folds:
        return 1.0, _("Scoring and keeping the model…")
    epochs = [e for e in view.events if isinstance(e, EpochEnded)]
    epoch = max((e.epoch for e in epochs), default=0)
    text = _("Epoch {epoch} of {total} · {folds} folds side by side").format(
        epoch=epoch, total=prepared.max_epochs, folds=n_folds
    )
    return epoch / prepared.max_epochs, text


def _seconds_left(prepared: Prepared, share: float) -> float | None:
    if not 0.02 < share < 1:
        return None
    return (time.time() - prepared.at) * (1 - share) / share


def _last(view: JobView, kind: type):
    return next((e for e in reversed(view.events) if isinstance(e, kind)), None)


def _draw_curve(page: Frame, view: JobView) -> None:
    prepared = _last(view, Prepared)
    epochs = [e for e in view.events if isinstance(e, EpochEnded)]
    if prepared is None or not epochs:
        return
    figure = learning_figure(
        epochs,
        chance=1 / len(prepared.scheme),
        max_epochs=_axis_end(prepared, epochs, view),
        theme=page.theme,
        translate=page._,
    )
    st.plotly_chart(figure, theme=None, key="training.curve", config={"displayModeBar": False})


def _axis_end(prepared: Prepared, epochs: list[EpochEnded], view: JobView) -> int | None:
    """The whole way while it runs; what was really needed afterwards."""
    return max(e.epoch for e in epochs) if view.over else prepared.max_epochs


def _draw_over(page: Frame, catalog: Catalog, view: JobView) -> None:
    _ = page._
    finished = _last(view, Finished)
    if view.error is not None:
        page.note("wrong", view.error.describe(_))
    if view.job.state == "cancelled":
        page.note("info", _("Stopped. Nothing was saved; the curve shows how far it came."))
    if finished is None:
        _draw_curve(page, view)
        return
    _draw_headline(page, finished.report)
    _draw_voices(page, finished.report)
    if view.job.state == "done":
        _draw_save(page, catalog, view, finished.report)
    _draw_details(page, finished.report)
    _draw_curve(page, view)


def _draw_headline(page: Frame, report: dict) -> None:
    _ = page._
    low, high = report["uar_interval"]
    protocol = report["protocol_ko" if page.language == "ko" else "protocol"]
    page.score(
        report["uar"],
        chance=report["chance"],
        interval=(low, high),
        caption=_(
            "UAR {uar:.1%} on held-out clips: {protocol}. 95 % interval {low:.0%} to {high:.0%}."
        ).format(uar=report["uar"], protocol=protocol, low=low, high=high),
    )
    page.stats(
        [
            (_("UAR"), f"{report['uar']:.1%}", _("held out, {n} clips").format(n=report["n"])),
            (_("Accuracy"), f"{report['accuracy']:.1%}", ""),
            (_("Chance"), f"{report['chance']:.0%}", _("what guessing scores")),
        ]
    )
    small_print = [
        _("On the clips it learnt from it scores {train:.0%}; that says nothing about new ones."),
        _("Knowing only the speaker, without listening, {share:.0%} would be right."),
    ]
    values = {"train": report["train_uar"], "share": report["speaker_only_accuracy"]}
    st.caption(" ".join(small_print).format(**values))


def _draw_voices(page: Frame, report: dict) -> None:
    """Known voice and new voice side by side, with what the gap says."""
    _ = page._
    gap = gap_in_words(report, _)
    if gap is None:
        return
    known = report["known_voice"]
    between = _("95 % interval {low:.0%} to {high:.0%}")
    page.stats(
        [
            (caption, f"{uar:.1%}", between.format(low=low, high=high))
            for caption, uar, (low, high) in (
                (_("Known voice"), known["uar"], known["interval"]),
                (_("New voice"), report["uar"], report["uar_interval"]),
            )
        ]
    )
    st.caption(gap)


def _draw_save(page: Frame, catalog: Catalog, view: JobView, report: dict) -> None:
    _ = page._
    kept = st.session_state.get("training.kept", {})
    if view.job.id in kept:
        page.note(
            "good",
            _("Saved as “{name}”; the inference page answers with it now.").format(
                name=kept[view.job.id]
            ),
        )
        return
    name_field, button = st.columns([3, 1], vertical_alignment="bottom")
    spec = report["spec"]
    suggestion = f"{spec['corpus']}-{spec['model']['kind']}-{spec['features']['kind']}"
    name = name_field.text_input(_("Model name"), suggestion, key=f"training.name.{view.job.id}")
    if button.button(_("Save model"), type="primary", key="training.save", width="stretch"):
        try:
            saved = keep_as_model(catalog, view.job.id, name)
            set_active(saved)
        except MalgyeolError as error:
            page.note("wrong", error.describe(_))
            return
        st.session_state["training.kept"] = {**kept, view.job.id: saved}
        st.rerun()


def _draw_details(page: Frame, report: dict) -> None:
    _ = page._
    left, right = st.columns(2)
    with left:
        st.subheader(_("What is taken for what"))
        figure = confusion_figure(
            np.array(report["confusion"]),
            report["emotions"],
            captions=page.emotion_captions(),
            theme=page.theme,
            translate=_,
        )
        st.plotly_chart(
            figure, theme=None, key="training.confusion", config={"displayModeBar": False}
        )
    with right:
        st.subheader(_("Each voice"))
        scores = [
            SpeakerScore(speaker=s["speaker"], n=s["n"], uar=s["uar"])
            for s in report["per_speaker"]
        ]
        if not scores:
            st.caption(_("The clips name no speakers."))
            return
        figure = per_speaker_figure(
            scores,
            chance=report["chance"],
            overall=report["uar"],
            overall_interval=tuple(report["uar_interval"]),
            theme=page.theme,
            translate=_,
        )
        st.plotly_chart(
            figure, theme=None, key="training.speakers", config={"displayModeBar": False}
        )
