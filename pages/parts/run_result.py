"""What came of a run: the score in words, known voices beside new ones, and people beside both."""

from typing import Any

import streamlit as st

from core.corpus import Catalog
from core.corpus.listening_test import HumanScore, human_score
from core.errors import MalgyeolError
from core.i18n import percent
from core.training.held_out import HeldOut, held_out
from core.training.known_voice import gap_in_words
from core.training.protocol import protocol_in
from pages.parts.frame import Frame

__all__ = ["answers_of", "draw_headline", "draw_voices", "people_of"]


def draw_headline(page: Frame, report: dict[str, Any], people: HumanScore | None = None) -> None:
    """The score on its line, in a sentence, and beside it what it is worth.

    Parameters
    ----------
    page : Frame
    report : dict
        As `core.training.report.make_report` gives it.
    people : HumanScore, optional
        How well listeners name the same clips.
    """
    _ = page._
    low, high = report["uar_interval"]
    protocol = protocol_in(report, page.language)
    page.score(
        report["uar"],
        chance=report["chance"],
        interval=(low, high),
        caption=_(
            "UAR {uar:.2f} on held-out clips: {protocol}. 95 % interval {low:.2f} to {high:.2f}."
        ).format(uar=report["uar"], protocol=protocol, low=low, high=high),
    )
    held_out_note = _("held out, {n} clips").format(n=report["n"])
    stats = [
        (_("UAR"), f"{report['uar']:.2f}", held_out_note),
        (_("Accuracy"), f"{report['accuracy']:.2f}", ""),
        (_("Chance"), f"{report['chance']:.2f}", _("what guessing scores")),
    ]
    if people is not None:  # three fit beside each other; chance stands on the line above, too
        chance = _("chance {share:.2f}").format(share=report["chance"])
        stats[0] = (_("UAR"), f"{report['uar']:.2f}", f"{held_out_note} · {chance}")
        note = _("who heard {n} of these clips").format(n=people.n)
        stats[2] = (_("Listeners"), f"{people.uar:.2f}", note)
    page.stats(stats)
    small_print = [
        _("On the clips it learnt from it scores {train:.2f}; that says nothing about new ones."),
        _("Knowing only the speaker, without listening, {share} would be right."),
    ]
    values = {"train": report["train_uar"], "share": percent(report["speaker_only_accuracy"])}
    st.caption(" ".join(small_print).format(**values))


def draw_voices(page: Frame, report: dict[str, Any]) -> None:
    """Known voice and new voice side by side, with what the gap says.

    Parameters
    ----------
    page : Frame
    report : dict
    """
    _ = page._
    gap = gap_in_words(report, _)
    if gap is None:
        return
    known = report["known_voice"]
    between = _("95 % interval {low:.2f} to {high:.2f}")
    page.stats(
        [
            (caption, f"{uar:.2f}", between.format(low=low, high=high))
            for caption, uar, (low, high) in (
                (_("Known voice"), known["uar"], known["interval"]),
                (_("New voice"), report["uar"], report["uar_interval"]),
            )
        ]
    )
    st.caption(gap)


@st.cache_resource(show_spinner=False, max_entries=32)
def answers_of(run_id: str, _catalog: Catalog) -> HeldOut | None:
    """The held-out answers of a run that is kept, read once; None where they are gone.

    Parameters
    ----------
    run_id : str

    Returns
    -------
    answers : HeldOut or None
    """
    try:
        return held_out(_catalog, run_id)
    except MalgyeolError:
        return None


def people_of(catalog: Catalog, run_id: str, report: dict[str, Any]) -> HumanScore | None:
    """How well listeners name the clips that a run held out.

    Parameters
    ----------
    catalog : Catalog
    run_id : str
    report : dict

    Returns
    -------
    score : HumanScore or None
    """
    answers = answers_of(run_id, catalog)
    if answers is None:
        return None
    labels = dict(zip(answers.ids.tolist(), answers.reference.tolist(), strict=True))
    return human_score(catalog, report["spec"]["corpus"], labels, len(report["emotions"]))
