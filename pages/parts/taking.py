"""What was heard, to take along: subtitles, a table, JSON."""

import streamlit as st

from core.inference import Timeline, timeline_csv, timeline_json, timeline_srt, timeline_vtt
from pages.parts.frame import Frame

__all__ = ["draw_downloads"]


def draw_downloads(page: Frame, timeline: Timeline) -> None:
    """Draw the buttons that give a timeline as a file.

    Parameters
    ----------
    page : Frame
    timeline : Timeline
    """
    _, captions = page._, page.emotion_captions()
    files = {
        "srt": (timeline_srt(timeline, captions), "application/x-subrip"),
        "vtt": (timeline_vtt(timeline, captions), "text/vtt"),
        "csv": (timeline_csv(timeline), "text/csv"),
        "json": (timeline_json(timeline), "application/json"),
    }
    stem = timeline.name.rsplit(".", 1)[0] or "clip"
    with st.container(horizontal=True, gap="small"):
        for kind, (data, mime) in files.items():
            st.download_button(
                kind.upper(),
                data,
                file_name=f"{stem}.{kind}",
                mime=mime,
                key=f"inference.take.{kind}",
                on_click="ignore",
            )
    st.caption(_("Subtitles carry the colour of the emotion; the tables carry every probability."))
