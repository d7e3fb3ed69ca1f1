"""The consent ledger: who agreed to what and when, and the way out of it."""

from datetime import datetime

import streamlit as st

from core.corpus import Catalog
from core.corpus.consents import USES, consents, note_consent, speakers_of
from core.corpus.withdrawal import Withdrawal, plan_withdrawal, withdraw
from core.errors import MalgyeolError
from core.i18n import clip_count
from pages.parts.frame import Frame, guarded

__all__ = ["draw_consent"]

SAID = "recording.consent.said"
PROBLEM = "recording.consent.problem"


def draw_consent(page: Frame, catalog: Catalog) -> None:
    """Draw the ledger.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    """
    _ = page._
    for place, kind in ((SAID, "good"), (PROBLEM, "caution")):
        if said := st.session_state.pop(place, ""):
            page.note(kind, said)  # type: ignore[arg-type]
    entries = consents(catalog)
    if entries:
        st.dataframe(
            [
                {
                    "speaker": c.speaker or _("withdrawn"),
                    "uses": ", ".join(_(USES[use]) for use in c.uses if use in USES),
                    "note": c.note,
                    "agreed": _day(c.agreed),
                    "withdrawn": _day(c.withdrawn) if c.withdrawn else "",
                }
                for c in entries
            ],
            hide_index=True,
            column_config={
                "speaker": st.column_config.TextColumn(_("Speaker")),
                "uses": st.column_config.TextColumn(_("Agreed to"), width="large"),
                "note": st.column_config.TextColumn(_("Note")),
                "agreed": st.column_config.TextColumn(_("Since")),
                "withdrawn": st.column_config.TextColumn(_("Withdrawn")),
            },
        )
    else:
        page.empty_state(
            _("The ledger is empty"), _("Note here who agreed to what, before you record.")
        )
    note_place, out_place = st.columns(2, gap="large")
    known = speakers_of(catalog)
    with note_place:
        _draw_note(page, catalog, list(known))
    with out_place:
        _draw_withdrawal(page, catalog, known)


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M}"


def _draw_note(page: Frame, catalog: Catalog, known: list[str]) -> None:
    _ = page._
    st.subheader(_("Note a consent"))
    with st.form("recording.consent.note", border=False):
        speaker = st.selectbox(
            _("Speaker"),
            known,
            index=None,
            accept_new_options=True,
            placeholder=_("a short name or a number"),
        )
        uses = st.multiselect(
            _("Agreed to"),
            list(USES),
            default=["train"],
            format_func=lambda use: _(USES[use]),
            placeholder=_("Choose"),
        )
        note = st.text_input(_("Note"), max_chars=200, placeholder=_("where the paper lies"))
        pressed = st.form_submit_button(_("Note it"), type="primary")
    if pressed and not (speaker and uses):
        page.note("caution", _("Say who agrees, and to what."))
    elif pressed:
        note_consent(catalog, speaker.strip()[:40], uses, note=note)
        st.session_state[SAID] = _("Noted.")
        st.rerun()


def _draw_withdrawal(page: Frame, catalog: Catalog, known: dict[str, int]) -> None:
    _ = page._
    st.subheader(_("Withdraw a voice"))
    speaker = st.selectbox(
        _("Speaker"),
        list(known),
        index=None,
        format_func=lambda s: _("{speaker} · {clips}").format(
            speaker=s, clips=clip_count(known.get(s, 0), _)
        ),
        placeholder=_("whose voice"),
        key="recording.withdraw.speaker",
    )
    if speaker is None:
        st.caption(_("You see everything made of it first."))
        return
    plan = plan_withdrawal(catalog, speaker)
    _draw_plan(page, plan)
    sure = st.checkbox(
        _("I know that this cannot be undone."), key=f"recording.withdraw.sure.{speaker}"
    )
    st.button(
        _("Remove all of it"),
        type="primary",
        disabled=not sure,
        key="recording.withdraw",
        on_click=guarded(_withdraw),
        args=(page, catalog, speaker),
    )


def _draw_plan(page: Frame, plan: Withdrawal) -> None:
    _ = page._
    page.stats(
        [
            (_("Clips"), f"{len(plan.clips)}", ""),
            (_("Recordings"), f"{len(plan.contents)}", ""),
            (_("Runs"), f"{len(plan.runs)}", ""),
            (_("Models"), f"{len(plan.models)}", ""),
        ]
    )
    with st.expander(_("All of it, by name")):
        st.text("\n".join(f"{corpus}: {name}" for corpus, name in plan.clips[:500]))
        st.text("\n".join((*plan.runs, *plan.models)))
    if plan.shared:
        page.note(
            "info",
            _("Others speak in {n} of these recordings; there only this voice goes.").format(
                n=len(plan.shared)
            ),
        )
    st.caption(
        _("Features, findings and pictures of it go as well. Exports and backups made before stay.")
    )


def _withdraw(page: Frame, catalog: Catalog, speaker: str) -> None:
    _ = page._
    try:
        done = withdraw(catalog, speaker)
    except MalgyeolError as error:
        st.session_state[PROBLEM] = error.describe(_)
        return
    st.cache_data.clear()
    st.session_state[SAID] = _("Removed: {clips} clips, {runs} runs, {models} models.").format(
        clips=len(done.clips), runs=len(done.runs), models=len(done.models)
    )
