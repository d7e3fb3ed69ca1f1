"""What Home shows: the next step, the round of three steps, and what is there."""

from typing import Any

import streamlit as st
from babel import Locale

from core.corpus import CorpusInfo
from core.i18n import N_
from core.models import ModelEntry
from pages.parts.escape import esc_html
from pages.parts.frame import Frame
from pages.parts.pieces import balance_html, drawing_uri, score_html
from pages.parts.readiness import EngineState, Readiness

__all__ = ["draw_corpora", "draw_engines", "draw_hero", "draw_models", "draw_steps", "next_step"]


def next_step(ready: Readiness) -> tuple[str, str]:
    """The page to go to next, and the message id of the link there.

    Parameters
    ----------
    ready : Readiness

    Returns
    -------
    page, action : str
    """
    if not ready.n_utterances:
        return "dataset", N_("Bring in the first clips")
    if ready.active is None:
        return "training", N_("Train the first model")
    return "inference", N_("Let it hear a voice")


def draw_hero(page: Frame, ready: Readiness) -> None:
    """The first look: what this is, and the one next step."""
    _ = page._
    st.html(f'<style>:root{{--mg-grain:url("{drawing_uri("grain")}")}}</style>')
    to, action = next_step(ready)
    with st.container(key="home-hero"):
        page.header(
            _("Hear the grain of a voice"),
            _("Collect voices, teach a model, and show what it hears. All of it on this machine."),
        )
        page.link(to, _(action), primary=True, key="home-next")


def draw_steps(page: Frame, ready: Readiness) -> None:
    """The one-minute round, with how far it has come."""
    _ = page._
    clips = _("Clips: {n:,}").format(n=ready.n_utterances) if ready.n_utterances else _("none yet")
    models = _("Models: {n}").format(n=len(ready.models)) if ready.models else _("none yet")
    answer = _("Ready to listen") if ready.active else _("Needs a model first")
    collect = _("Bring in clips, look at each one, mend what is off.")
    teach = _("Move a setting and see whether it is really better.")
    hear = _("Speak, and read the words and the emotion.")
    steps = (
        ("dataset", _("Collect"), collect, clips, _("To the data")),
        ("training", _("Teach"), teach, models, _("To training")),
        ("inference", _("Hear"), hear, answer, _("To inference")),
    )
    columns = st.columns(3, gap="medium")
    for column, (to, title, text, figure, link) in zip(columns, steps, strict=True):
        with column:
            page.html(
                '<div class="mg-step">',
                f"<h3>{esc_html(title)}</h3><p>{esc_html(text)}</p>",
                f'<p class="mg-figure">{esc_html(figure)}</p></div>',
            )
            page.link(to, link, key=f"home-step-{to}")


def draw_corpora(page: Frame, corpora: tuple[CorpusInfo, ...]) -> None:
    """Each corpus: how much of what, how it is balanced, and whether people spoke it."""
    captions = page.emotion_captions()
    page.html(
        '<div class="mg-list">', *(_corpus_html(page, info, captions) for info in corpora), "</div>"
    )


def _corpus_html(page: Frame, info: CorpusInfo, captions: dict[str, str]) -> str:
    _ = page._
    title = _(info.title) if info.title else info.name  # the demo's title is a message id
    said = _("{clips:,} clips · {voices} voices · {sentences} sentences · {minutes:.0f} min")
    facts = said.format(
        clips=info.n_utterances,
        voices=info.n_speakers,
        sentences=info.n_sentences,
        minutes=info.duration / 60,
    )
    return (
        f'<section class="mg-item"><h3>{esc_html(title)}'
        f"{_warnings(page, info.language, info.synthesised)}</h3>"
        f'<p class="mg-small">{esc_html(facts)}</p>{balance_html(info.emotions, captions)}'
        f'<p class="mg-small">{esc_html(info.licence)}</p></section>'
    )


def _warnings(page: Frame, language: str | None, synthesised: bool) -> str:
    """Words of warning where no person spoke, or where the speech was not Korean."""
    words = [page._("synthesised")] if synthesised else []
    if language and language != "ko":
        words.append(Locale.parse(language).get_display_name(page.language) or language)
    return "".join(f'<span class="mg-tag">{esc_html(word)}</span>' for word in words)


def draw_models(page: Frame, ready: Readiness) -> None:
    """Each model: its held-out score with interval, protocol and chance; never a training score.

    The one that answers comes first.
    """
    active = ready.active.name if ready.active else None
    entries = sorted(ready.models, key=lambda entry: entry.name != active)
    page.html(
        '<div class="mg-list">',
        *(_model_html(page, entry, entry.name == active) for entry in entries),
        "</div>",
    )


def _model_html(page: Frame, entry: ModelEntry, answers: bool) -> str:
    _ = page._
    if entry.problem is not None:
        said = esc_html(entry.problem.describe(_))
        return (
            f'<section class="mg-item"><h3>{esc_html(entry.name)}</h3>'
            f'<p class="mg-small">{said}</p></section>'
        )
    corpus: dict[str, Any] = entry.manifest.get("corpus", {})
    tag = f'<span class="mg-tag">{esc_html(_("answers now"))}</span>' if answers else ""
    warnings = _warnings(page, corpus.get("language"), bool(corpus.get("synthesised")))
    heard = _("learnt from {corpus}").format(corpus=_(corpus.get("title") or "–"))
    return (
        f'<section class="mg-item"><h3>{esc_html(entry.name)}{tag}</h3>'
        f'<p class="mg-small">{esc_html(heard)}{warnings}</p>'
        f"{_score(page, entry.manifest)}</section>"
    )


def _score(page: Frame, manifest: dict[str, Any]) -> str:
    _, metrics = page._, manifest.get("metrics", {})
    if "uar" not in metrics:
        return f'<p class="mg-small">{esc_html(_("no held-out score is known"))}</p>'
    low, high = metrics.get("uar_interval") or (metrics["uar"], metrics["uar"])
    protocol = manifest.get("protocol", {})
    said = _("UAR {uar:.2f} (95 %: {low:.2f} to {high:.2f}), {protocol}; chance {chance:.2f}")
    caption = said.format(
        uar=metrics["uar"],
        low=low,
        high=high,
        chance=metrics["chance"],
        protocol=protocol.get(page.language, protocol.get("en", "–")),
    )
    return score_html(metrics["uar"], metrics["chance"], (low, high), caption)


def draw_engines(page: Frame, states: tuple[EngineState, ...]) -> None:
    """Each speech engine: whether it can write, where the voice goes, and how to mend it.

    Those that can write come first.
    """
    ordered = sorted(states, key=lambda state: state.status.state != "ready")
    page.html('<div class="mg-list">', *(_engine_html(page, state) for state in ordered), "</div>")


def _engine_html(page: Frame, state: EngineState) -> str:
    _, status = page._, state.status
    place = _("sends the voice away") if state.sends_voice_away else _("stays on this machine")
    ready = status.state == "ready"
    detail = f" · {esc_html(status.detail)}" if status.detail else ""
    mend = "" if ready else f'<p class="mg-small">{esc_html(_(status.fix))}</p>'
    dot = {"ready": "ready", "not-configured": "missing", "broken": "broken"}[status.state]
    return (
        f'<section class="mg-item"><h3>{esc_html(state.title)}'
        f'<span class="mg-tag">{esc_html(place)}</span></h3>'
        f'<div class="mg-state mg-state-{dot}">{esc_html(_(status.reason))}{detail}</div>'
        f"{mend}</section>"
    )
