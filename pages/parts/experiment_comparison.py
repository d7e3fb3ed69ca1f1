"""Two runs: the verdict in large words, its interval, what was set differently, both curves."""

from collections.abc import Sequence

import streamlit as st

from core.corpus import Catalog
from core.corpus.runs import Run
from core.errors import MalgyeolError
from core.i18n import N_, Translate, clip_count, moment
from core.plots import Curve, mean_held_out, overlay_figure
from core.plots.theme import palette
from core.training.comparison import (
    Comparison,
    DifferentClipsError,
    DifferentFoldsError,
    compare_runs,
)
from core.training.data import SnapshotChangedError
from core.training.history import (
    RunFilesError,
    SettingDifference,
    read_run,
    rerun,
    settings_diff,
)
from pages.parts.clip_changes import owner
from pages.parts.desk import show_clips
from pages.parts.experiment_run import STARTED, draw_curves
from pages.parts.experiment_words import (
    feature_name,
    own_settings,
    run_title,
    setting_name,
    setting_value,
)
from pages.parts.frame import Frame, esc_html, esc_md, guarded
from pages.parts.pieces import score_difference

__all__ = ["difference_html", "draw_comparison", "draw_many"]

VERDICTS = {
    "better": (N_("Better"), "var(--mg-good)"),
    "no-difference": (N_("No difference"), "var(--mg-muted)"),
    "worse": (N_("Worse"), "var(--mg-wrong)"),
}
MOST_CURVES = 8  # that can be told apart
OF_TWO_KINDS = ("features.kind", "model.kind")
LEAST_REACH = 0.1  # UAR; the scale of the drawn interval goes at least so far to both sides


def draw_comparison(page: Frame, catalog: Catalog, old: Run, new: Run) -> None:
    """Draw what can be said of a newer run against an older one.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    old, new : Run
    """
    _ = page._
    st.subheader(_("Is the newer one better?"))
    st.caption(
        _("{new} ({new_when}) against {old} ({old_when})").format(
            new=esc_md(run_title(new, _)),
            new_when=_at(page, new),
            old=esc_md(run_title(old, _)),
            old_when=_at(page, old),
        )
    )
    try:
        found = compare_runs(catalog, old.id, new.id)
    except (DifferentClipsError, DifferentFoldsError) as error:
        _draw_not_comparable(page, catalog, old, new, error)
        _draw_settings(page, old, new, settings_diff(old.spec, new.spec))
        return
    except MalgyeolError as error:
        page.note("caution", error.describe(_))
        _draw_settings(page, old, new, settings_diff(old.spec, new.spec))
        return
    _draw_verdict(page, found)
    _draw_clips(page, found)
    _draw_settings(page, old, new, found.settings)
    draw_curves(page, found.new, found.old)


def _at(page: Frame, run: Run) -> str:
    """When a run was finished; it stays on one line."""
    return moment(run.created, page.language).replace(" ", "\u00a0")


def draw_many(page: Frame, catalog: Catalog, runs: Sequence[Run]) -> None:
    """Draw the curves of several runs on held-out clips over one another.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    runs : sequence of Run
        The oldest first; those that learnt in one go, or whose files are gone, have no curve.
    """
    _, curves = page._, []
    for run in runs[-MOST_CURVES:]:
        try:
            epochs = read_run(catalog, run.id).epochs
        except RunFilesError:
            continue
        if epochs:
            at, uar = mean_held_out(epochs)
            colour = palette(page.theme).series[len(curves)]
            title = f"{run_title(run, _)} · {run.report['uar']:.2f}"
            curves.append(Curve(title, colour, at, uar))
    if len(curves) < 2:
        st.caption(_("Fewer than two of these runs learnt epoch by epoch: no curves to overlay."))
        return
    figure = overlay_figure(
        curves,
        y_title=_("UAR on held-out clips"),
        unit="",
        decimals=2,
        x_title=_("Epoch"),
        y_range=(0, 1),
        theme=page.theme,
        translate=_,
        height=320,
    )
    st.markdown(f"#### {_('Their curves over one another')}")
    st.plotly_chart(figure, theme=None, key="experiments.overlay", config={"displayModeBar": False})


def _draw_verdict(page: Frame, found: Comparison) -> None:
    _, verdict = page._, found.verdict
    low, high = verdict.interval
    word, colour = VERDICTS[verdict.verdict]
    sentence = _("UAR {difference}, 95 % interval {low} to {high}").format(
        difference=score_difference(verdict.difference),
        low=score_difference(low),
        high=score_difference(high),
    )
    page.html(difference_html(_(word), sentence, verdict.difference, (low, high), colour))
    facts = [
        _("The same {n} held-out clips, {folds} folds, {speakers} voices.").format(
            n=found.n, folds=verdict.n_folds, speakers=found.n_speakers
        ),
        _("A verdict needs other speakers and other folds to agree; the interval spans both."),
    ]
    if verdict.verdict == "no-difference":
        facts.append(
            _("None shown is not the same as none there: more voices narrow the interval.")
        )
    st.caption(" ".join(facts))


def difference_html(
    word: str,
    sentence: str,
    difference: float,
    interval: tuple[float, float],
    colour: str,
) -> str:
    """A verdict in large type, and its interval on a line with zero in the middle.

    Parameters
    ----------
    word, sentence : str
        Plain text.
    difference : float
        UAR of the newer run minus that of the older one.
    interval : (float, float)
    colour : str
        CSS, our own.

    Returns
    -------
    html : str
    """
    low, high = interval
    reach = 1.1 * max(LEAST_REACH, abs(low), abs(high), abs(difference))

    def place(value: float) -> str:
        return f"left:{(value / reach + 1) / 2:.1%}"

    return (
        f'<div class="mg-verdict" role="status" style="border:2px solid {colour}">'
        f"<b>{esc_html(word)}</b><span>{esc_html(sentence)}</span>"
        '<div class="mg-score-line" aria-hidden="true">'
        f'<i class="mg-score-band" style="{place(low)};width:{(high - low) / reach / 2:.1%}">'
        f'</i><i class="mg-score-chance" style="{place(0)}"></i>'
        f'<i class="mg-score-dot" style="{place(difference)}"></i></div></div>'
    )


def _draw_clips(page: Frame, found: Comparison) -> None:
    """The clips that changed sides, one click from being heard."""
    _ = page._
    sides = (
        ("new", found.only_new, _("Right only in the newer run: {clips}")),
        ("old", found.only_old, _("Right only in the older run: {clips}")),
    )
    for column, (side, ids, text) in zip(st.columns(2), sides, strict=True):
        title = text.format(clips=clip_count(len(ids), _))
        if column.button(title, key=f"experiments.only_{side}", disabled=not ids, width="stretch"):
            show_clips(found.new.run.corpus, ids, title, source="comparison")
            st.switch_page("pages/dataset.py")


def _draw_not_comparable(
    page: Frame, catalog: Catalog, old: Run, new: Run, error: MalgyeolError
) -> None:
    _ = page._
    page.note("caution", error.describe(_))
    st.button(
        _("Run one again so that they can be compared"),
        type="primary",
        key="experiments.align",
        on_click=guarded(_align),
        args=(page, catalog, old.id, new.id),
    )


def _align(page: Frame, catalog: Catalog, old: str, new: str) -> None:
    """Repeat the newer run on the older one's clips and folds; the other way round if need be."""
    try:
        job = rerun(catalog, new, like=old, owner=owner(page) or None)
    except SnapshotChangedError:
        job = rerun(catalog, old, like=new, owner=owner(page) or None)
    st.session_state[STARTED] = job


def _draw_settings(
    page: Frame, old: Run, new: Run, differences: tuple[SettingDifference, ...]
) -> None:
    _ = page._
    st.markdown(f"#### {_('What was set differently')}")
    if not differences:
        st.caption(_("Nothing: every setting and the seed are the same."))
        return
    # of two kinds of features or models, each has settings of its own: no pairs for a table
    kinds = [d.name.removesuffix(".kind") for d in differences if d.name in OF_TWO_KINDS]
    rows = [
        {
            "setting": setting_name(d.name, _),
            "old": _value(d, "old", old, _),
            "new": _value(d, "new", new, _),
        }
        for d in sorted(differences, key=lambda d: d.old is None or d.new is None)
        if d.name.partition(".")[0] not in kinds or d.name.endswith((".kind", ".fuse"))
    ]
    captions = {"setting": _("Setting"), "old": _("Older"), "new": _("Newer")}
    st.dataframe(rows, hide_index=True, column_config=captions, key="experiments.diff")
    own = [
        (_(age), own_settings(run.spec, room, _))
        for age, run in ((N_("Older"), old), (N_("Newer"), new))
        for room in kinds
    ]
    lines = [f"- {age} · {esc_md(settings)}" for age, settings in own if settings]
    if lines:
        st.caption("\n".join([_("Each kind has settings of its own:"), "", *lines]))


def _value(difference: SettingDifference, age: str, run: Run, _: Translate) -> str:
    """One cell: features of another kind are told by name, several of them as what they are."""
    if difference.name == "features.kind":
        return feature_name(run.spec, _)
    return setting_value(difference.name, getattr(difference, age), _)
