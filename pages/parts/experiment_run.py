"""One run: its score, what it confuses, each voice, its curve, its settings, and what to do."""

import streamlit as st

from core.corpus import Catalog
from core.corpus.runs import Run
from core.errors import MalgyeolError
from core.i18n import moment
from core.models import set_active
from core.plots import learning_figure
from core.training.history import KeptRun, RunFilesError, read_run, rerun, twin_of
from core.training.publish import keep_as_model
from pages.parts.clip_changes import owner
from pages.parts.experiment_words import by_whom, run_title
from pages.parts.frame import Frame, guarded
from pages.parts.model_shelf import CHOSEN
from pages.parts.run_figures import draw_figures, draw_listed_clips
from pages.parts.run_result import draw_headline, draw_voices, people_of

__all__ = ["STARTED", "draw_curves", "draw_run_details", "draw_undo"]

STARTED = "experiments.started"  # id of the run that was asked for last
PUT_AWAY = "experiments.put_away"
SAID = "experiments.said"
QUIET = {"displayModeBar": False}


def draw_run_details(page: Frame, catalog: Catalog, run: Run) -> None:
    """Draw everything that is known of a run.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    run : Run
    """
    _ = page._
    st.subheader(run_title(run, str if run.name else _))
    st.caption(f"{run.id} · {moment(run.created, page.language)} · {by_whom(catalog, run, _)}")
    draw_headline(page, run.report, people_of(catalog, run.id, run.report))
    draw_voices(page, run.report)
    _draw_twin(page, catalog, run)
    _draw_actions(page, catalog, run)
    _draw_notes(page, catalog, run)
    draw_figures(page, catalog, run.id, run.report)
    draw_listed_clips(page, catalog)
    try:
        draw_curves(page, read_run(catalog, run.id))
    except RunFilesError as error:
        page.note("caution", error.describe(_))
    with st.expander(_("All settings, as JSON: enough to repeat the run")):
        st.json(run.spec)


def _draw_twin(page: Frame, catalog: Catalog, run: Run) -> None:
    """Whether a run that was repeated gave the same numbers again."""
    _ = page._
    try:
        twin = twin_of(catalog, run.id)
    except RunFilesError:
        return
    if twin is None:
        return
    if twin.same:
        text = _("The run {run} again: all {n} answers are the same to the last digit.")
        page.note("good", text.format(run=twin.id, n=twin.n))
    else:
        text = _(
            "The run {run} again, but other numbers: another machine, or other versions of its"
            " libraries."
        )
        page.note("caution", text.format(run=twin.id))


def _draw_actions(page: Frame, catalog: Catalog, run: Run) -> None:
    _ = page._
    name, promote, again, away = st.columns([4, 3, 3, 2], vertical_alignment="bottom")
    spec = run.spec
    suggestion = f"{spec['corpus']}-{spec['model']['kind']}-{spec['features']['kind']}"
    model = name.text_input(_("Model name"), suggestion, key=f"experiments.name.{run.id}")
    promote.button(
        _("Use this model"),
        type="primary",
        key="experiments.promote",
        width="stretch",
        help=_("Keeps it under this name; the inference page answers with it from now on."),
        on_click=guarded(_promote),
        args=(page, catalog, run.id, model),
    )
    again.button(
        _("Run again exactly"),
        key="experiments.rerun",
        width="stretch",
        help=_("The same settings and seed on the same clips: the same numbers."),
        on_click=guarded(_rerun),
        args=(page, catalog, run.id),
    )
    away.button(
        _("Delete"),
        key="experiments.delete",
        width="stretch",
        on_click=guarded(_put_away),
        args=(page, catalog, run),
    )
    with st.container():
        if (said := st.session_state.get(SAID, ("", "", "")))[0] == run.id:
            page.note(said[1], said[2])


def _promote(page: Frame, catalog: Catalog, run_id: str, name: str) -> None:
    try:
        saved = keep_as_model(catalog, run_id, name)
        set_active(saved)
    except MalgyeolError as error:
        st.session_state[SAID] = (run_id, "wrong", error.describe(page._))
        return
    st.session_state[CHOSEN] = saved  # the shelf shows it
    text = page._("Saved as “{name}”; the inference page answers with it now.")
    st.session_state[SAID] = (run_id, "good", text.format(name=saved))


def _rerun(page: Frame, catalog: Catalog, run_id: str) -> None:
    st.session_state[STARTED] = rerun(catalog, run_id, owner=owner(page) or None)


def _put_away(page: Frame, catalog: Catalog, run: Run) -> None:
    catalog.runs.remove(run.id)
    st.session_state[PUT_AWAY] = (run.id, run_title(run, page._))


def draw_undo(page: Frame, catalog: Catalog) -> None:
    """Offer to bring back the run that was deleted last, if one was.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    """
    if PUT_AWAY not in st.session_state:
        return
    _, (run_id, title) = page._, st.session_state[PUT_AWAY]
    said, button = st.columns([5, 1], vertical_alignment="center")
    with said:
        page.note("info", _("“{title}” is deleted.").format(title=title))
    button.button(
        _("Undo"), key="experiments.undo", on_click=guarded(_restore), args=(catalog, run_id)
    )


def _restore(catalog: Catalog, run_id: str) -> None:
    catalog.runs.restore(run_id)
    del st.session_state[PUT_AWAY]


def _draw_notes(page: Frame, catalog: Catalog, run: Run) -> None:
    _ = page._
    keys = (f"experiments.star.{run.id}", f"experiments.notes.{run.id}")
    for key, kept in zip(keys, (run.star, run.notes), strict=True):
        st.session_state.setdefault(key, kept)
    kept_by = {"on_change": guarded(_annotate), "args": (catalog, run.id, *keys)}
    star, notes = st.columns([2, 7], vertical_alignment="center")
    star.toggle(_("Star"), key=keys[0], **kept_by)
    notes.text_input(
        _("Notes"), key=keys[1], placeholder=_("What did you try, and why?"), **kept_by
    )


def _annotate(catalog: Catalog, run_id: str, star: str, notes: str) -> None:
    """Keep what stands in the controls; before the page is drawn, so the table shows the star."""
    state = st.session_state
    catalog.runs.annotate(run_id, star=state[star], notes=state[notes])


def draw_curves(page: Frame, new: KeptRun, old: KeptRun | None = None) -> None:
    """Draw a run's learning curve, with an older one as a ghost; nothing where it has no epochs.

    Parameters
    ----------
    page : Frame
    new : KeptRun
    old : KeptRun, optional
    """
    if not new.epochs:
        return
    figure = learning_figure(
        new.epochs,
        chance=new.run.report["chance"],
        previous=old.epochs if old is not None else (),
        theme=page.theme,
        translate=page._,
    )
    st.plotly_chart(figure, theme=None, key="experiments.curve", config=QUIET)
