"""What an examination of a corpus found: what it is, what to do, and the clips themselves."""

import streamlit as st

from core.corpus import Catalog, CorpusInfo
from core.corpus.finding import Finding
from core.corpus.quality import Examining, QualityReport, examine
from core.i18n import N_, clip_count
from pages.parts.background import Task, draw_progress, find_task, start_task
from pages.parts.desk import Desk
from pages.parts.frame import Frame, guarded

__all__ = ["draw_findings"]

VIEW = "dataset.view"  # key of the choice of view on the data page

SEVERITIES = {
    "high": (N_("Look at this first"), "wrong"),
    "medium": (N_("Worth a look"), "caution"),
    "low": (N_("Good to know"), "info"),
}


def draw_findings(page: Frame, catalog: Catalog, corpus: CorpusInfo, desk: Desk) -> None:
    """Draw the findings of a corpus, or the way to them.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    corpus : CorpusInfo
    desk : Desk
        Its listing becomes the clips of the finding that is chosen.
    """
    _, key = page._, ("quality", str(catalog.place.root), corpus.name)
    task = find_task(key)
    if task is not None and not task.over:
        draw_progress(page, task, _("Listening to every clip"), key="dataset.examine.stop")
        return
    if task is not None and task.error is not None:
        page.note("wrong", _("The examination broke off; the log has the details. Start it again."))
    report = _kept_report(catalog, corpus.name)
    if report is None:
        page.empty_state(
            _("Not examined yet"),
            _("Every clip is listened to once: level, noise, clipping, doubles, doubtful labels."),
        )
        with st.container(horizontal_alignment="center"):
            asked = st.button(_("Examine the corpus"), type="primary", key="dataset.examine")
        if asked:
            start_task(key, lambda task: _examine(task, catalog, corpus.name))
            st.rerun()
        return
    _draw_report(page, report, desk)


def _examine(task: Task, catalog: Catalog, corpus: str) -> None:
    """Drive the examination to its end; its report is kept in the catalog."""
    for item in examine(catalog, corpus):
        if isinstance(item, Examining) and not task.go_on(item.done, item.total):
            return


def _kept_report(catalog: Catalog, corpus: str) -> QualityReport | None:
    """The report that is still true; None where a clip, a label or nothing was looked at since."""
    first = next(iter(examine(catalog, corpus)))
    return first if isinstance(first, QualityReport) else None


def _draw_report(page: Frame, report: QualityReport, desk: Desk) -> None:
    _ = page._
    for error in report.unreadable.values():
        page.note("wrong", error.describe(_))
    if not report.findings:
        page.note("good", _("Nothing stands out: every clip sounds as it should."))
        return
    st.caption(
        _("Findings: {found}, in {clips}. A finding is a reason to listen, not a verdict.").format(
            found=len(report.findings), clips=clip_count(len(report.clips), _)
        )
    )
    order = list(SEVERITIES)
    for finding in sorted(report.findings, key=lambda f: order.index(f.severity)):
        _draw_finding(page, finding, desk)


def _draw_finding(page: Frame, finding: Finding, desk: Desk) -> None:
    _ = page._
    message, advice = finding.describe(_)
    caption, kind = SEVERITIES[finding.severity]
    said, button = st.columns([5, 1], vertical_alignment="center")
    with said:
        page.note(kind, f"{_(caption)}: {message} {advice}")
    if finding.clips:
        button.button(
            clip_count(len(finding.clips), _),
            key=f"dataset.finding.{finding.id}.{hash(finding.clips)}",
            on_click=guarded(_list),
            args=(desk, finding, message),
            width="stretch",
        )


def _list(desk: Desk, finding: Finding, message: str) -> None:
    """List the clips of a finding in the view of clips, the worst first."""
    desk.list_clips(finding.clips, message, source="finding")
    st.session_state[VIEW] = "clips"
