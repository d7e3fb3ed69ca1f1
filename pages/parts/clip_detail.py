"""One clip: heard, seen, every fact that is known of it, and what can be put right."""

import streamlit as st

from core.audio import Sound
from core.corpus import Catalog, Utterance
from core.corpus.records import LabelChange
from core.errors import AudioError
from core.i18n import moment
from pages.parts.clip_bulk import draw_outcome
from pages.parts.clip_changes import relabel, set_status, undo
from pages.parts.desk import Desk
from pages.parts.emotion_buttons import draw_emotion_buttons
from pages.parts.flags import flag_captions
from pages.parts.frame import Frame, esc_html, guarded
from pages.parts.player import Cue, draw_player
from pages.parts.resources import clip_sound

__all__ = ["draw_clip"]

HISTORY = 12  # changes that are shown


def draw_clip(
    page: Frame,
    catalog: Catalog,
    desk: Desk,
    clip: Utterance,
    *,
    upcoming: Utterance | None = None,
) -> None:
    """Draw a clip's player, labels and facts.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    desk : Desk
    clip : Utterance
    upcoming : Utterance, optional
        Made ready to be heard next.
    """
    sound = _draw_player(page, desk, clip, upcoming)

    def put(emotion: str) -> None:
        relabel(page, catalog, desk, [clip.id], emotion=emotion)

    draw_emotion_buttons(page, desk.scheme, clip.emotion, key="dataset.label", on_choice=put)
    _draw_actions(page, catalog, desk, clip)
    draw_outcome(page, desk)
    _draw_facts(page, clip, sound)
    _draw_history(page, catalog.history(clip.id))


def _draw_player(
    page: Frame, desk: Desk, clip: Utterance, upcoming: Utterance | None
) -> Sound | None:
    try:
        sound = clip_sound(clip)
    except AudioError as error:
        page.note("wrong", error.describe(page._))
        return None
    draw_player(
        page,
        sound,
        key="dataset.player",
        id=str(clip.id),
        title=_title(clip),
        autoplay=desk.opened,
        seen=desk.opened,
        upcoming=None if upcoming is None else _cue(upcoming),
    )
    return sound


def _cue(clip: Utterance) -> Cue | None:
    try:
        return Cue(clip_sound(clip), str(clip.id), _title(clip))
    except AudioError:
        return None


def _title(clip: Utterance) -> str:
    return clip.sentence_text or clip.sentence or clip.name


def _draw_actions(page: Frame, catalog: Catalog, desk: Desk, clip: Utterance) -> None:
    _ = page._
    active = clip.status == "active"
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Leave out") if active else _("Use again"),
            key="dataset.turn",
            on_click=guarded(set_status),
            args=(page, catalog, desk, [clip.id], "disabled" if active else "active"),
            help=_("A clip that is left out stays here, but nothing learns from it."),
        )
        with st.popover(_("Edit")):
            _draw_form(page, catalog, desk, clip)
        st.button(
            _("Undo"),
            key="dataset.undo",
            on_click=guarded(undo),
            args=(page, catalog, desk),
            help=_("Takes back your latest change, and then the one before it."),
        )


def _draw_form(page: Frame, catalog: Catalog, desk: Desk, clip: Utterance) -> None:
    _ = page._
    with st.form(f"dataset.edit.{clip.id}", border=False):
        speaker = st.text_input(_("Voice"), clip.speaker or "", key=f"dataset.speaker.{clip.id}")
        sentence = st.text_input(
            _("Sentence"), clip.sentence or "", key=f"dataset.sentence.{clip.id}"
        )
        if st.form_submit_button(_("Save"), type="primary", key=f"dataset.save.{clip.id}"):
            relabel(page, catalog, desk, [clip.id], speaker=speaker, sentence=sentence)
            st.rerun()


def _draw_facts(page: Frame, clip: Utterance, sound: Sound | None) -> None:
    _ = page._
    facts = [
        (_("Voice"), clip.speaker or "–"),
        (_("Sentence"), clip.sentence or "–"),
        (_("Take"), str(clip.take)),
        (_("Length"), _("{n} s").format(n=f"{clip.duration:.2f}")),
        (_("File"), clip.name),
    ]
    if clip.start or clip.end is not None:
        end = "" if clip.end is None else f"{clip.end:.2f}"
        facts.append((_("Piece of the recording"), _("{n} s").format(n=f"{clip.start:.2f}–{end}")))
    if sound is not None:
        facts.append((_("Recorded as"), f"{sound.format} · {sound.source_sr:,} Hz"))
    if clip.correction:
        facts.append((_("Corrected"), clip.correction[:8]))
    rows = "".join(f"<span>{esc_html(k)}</span><b>{esc_html(v)}</b>" for k, v in facts)
    page.html(f"<style>{FACTS_STYLE}</style>", f'<div class="mg-facts">{rows}</div>')
    flags = list(clip.flags) + [f for f in (sound.flags if sound else ()) if f not in clip.flags]
    for caption in flag_captions(flags, _).values():
        page.note("caution", caption)


FACTS_STYLE = (
    ".mg-facts{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;"
    "font-size:.875rem;line-height:1.5}"
    ".mg-facts span{color:var(--mg-muted)}.mg-facts b{font-weight:500;overflow-wrap:anywhere}"
)


def _draw_history(page: Frame, changes: list[LabelChange]) -> None:
    if not changes:
        return
    _ = page._
    with st.expander(_("What was changed · {n}").format(n=len(changes))):
        lines = [_change(page, change) for change in reversed(changes[-HISTORY:])]
        page.html("<ul class='mg-small' style='padding-left:1rem'>", *lines, "</ul>")


def _change(page: Frame, change: LabelChange) -> str:
    _ = page._
    captions = {
        **page.emotion_captions(),
        "active": _("in use"),
        "disabled": _("left out"),
    }
    names = {
        "emotion": _("Emotion"),
        "speaker": _("Voice"),
        "sentence": _("Sentence"),
        "status": _("Status"),
        "take": _("Take"),
        "correction": _("Corrected"),
    }
    before, after = (
        captions.get(str(v), str(v)) if v is not None else "–"
        for v in (change.before, change.after)
    )
    when = moment(change.at, page.language)
    undone = f" ({_('undone')})" if change.undoes is not None else ""
    said = (
        f"{when} · {change.by or '–'} · {names.get(change.field, change.field)}: {before} → {after}"
    )
    return f"<li>{esc_html(said + undone)}</li>"
