"""A run as a film to take along."""

import numpy as np
import streamlit as st

from core.errors import MalgyeolError
from core.plots.film import FilmReel, write_gif, write_mp4
from core.stage.lessons import replay_of
from pages.parts.background import Task, draw_progress, find_task, start_task
from pages.parts.frame import Frame
from pages.parts.resources import catalog

__all__ = ["draw_film"]

WRITE = {"gif": (write_gif, "image/gif"), "mp4": (write_mp4, "video/mp4")}


def draw_film(page: Frame) -> None:
    """Draw the choice of a run and a form, and the film once it is made.

    Parameters
    ----------
    page : Frame
    """
    _ = page._
    runs = {
        run.id: run.name or run.id
        for run in catalog().runs.runs()
        if (catalog().place.runs / run.id / "events.jsonl").is_file()
    }
    if not runs:
        st.caption(_("No run here has learnt by epochs; train an MLP, and it can be told again."))
        page.link("training", _("To training"), key="stage-film-training")
        return
    run = st.selectbox(_("Run"), list(runs), format_func=runs.__getitem__, key="stage.film.run")
    form = st.segmented_control(
        _("Form"),
        list(WRITE),
        default="mp4",
        required=True,
        format_func=str.upper,
        key="stage.film.form",
    )
    key = ("film", run, form, page.language, page.theme)
    task = find_task(key)
    if task is None or task.stopped or (task.over and task.result is None):
        _draw_start(page, task, key, run, form)
    elif not task.over:
        draw_progress(page, task, _("Drawing the film"), key="stage.film.stop")
    else:
        name = f"malgyeol-{run}.{form}"
        st.download_button(
            _("Save the film"),
            task.result,
            file_name=name,
            mime=WRITE[form][1],
            key="stage.film.save",
            width="stretch",
        )


def _draw_start(page: Frame, task: Task | None, key, run: str, form: str) -> None:
    _ = page._
    if task is not None and task.error is not None:
        said = _("The film could not be made.")
        if isinstance(task.error, MalgyeolError):
            said = task.error.describe(_)
        page.note("caution", said)
    if st.button(_("Make the film"), key="stage.film.make", width="stretch"):
        opened, write, theme = catalog(), WRITE[form][0], page.theme

        def work(task: Task) -> bytes | None:
            film = write(_reel(page, opened, run), theme=theme, progress=task.go_on)
            return None if task.stopped else film

        start_task(key, work)
        st.rerun()


def _reel(page: Frame, opened, run: str) -> FilmReel:
    _, captions = page._, page.emotion_captions()
    told, replay = replay_of(opened, run)
    row = int(np.argmax(replay.turns()))
    clip = opened.utterance(replay.utterances[row])
    meant = captions[replay.scheme[int(replay.reference[row])]]
    name = (clip.sentence_text or clip.name) if clip else "–"
    return FilmReel(
        title=told.name or _("{n} clips, told again").format(n=len(replay.reference)),
        epoch=_("Epoch {epoch} · UAR {uar}"),
        fate=_("“{clip}”, meant as {emotion}").format(clip=name, emotion=meant),
        captions=captions,
        scheme=replay.scheme,
        chance=1 / len(replay.scheme),
        train=replay.train,
        held_out=replay.held_out,
        confusions=np.stack([replay.confusion(e + 1) for e in range(replay.n_epochs)]),
        answers=replay.proba[:, row].argmax(axis=1),
    )
