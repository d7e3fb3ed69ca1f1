"""Preparing a show: its scenes in their order, what they need, and the show as a file."""

import dataclasses
from collections.abc import Callable, Sequence

import streamlit as st

from core.errors import MalgyeolError
from core.models import list_models
from core.stage.content import default_show, voices_of
from core.stage.show import (
    MAX_LINE,
    MAX_LINES,
    MAX_TAKES,
    SCENES,
    Scene,
    Show,
    show_from_json,
    show_to_json,
)
from core.stt import engines
from pages.parts.frame import Frame, guarded
from pages.parts.resources import catalog
from pages.parts.stage import CONSENTED
from pages.parts.stage.captions import SCENE_CAPTIONS
from pages.parts.stage.keeping import current_show, keep_show

__all__ = ["draw_file", "draw_scenes", "draw_settings"]

MOST_TAKES = 200  # clips that the choice of recorded takes offers
_TURN = "stage.turn"  # part of the widgets' keys: rises when the show changes from outside them


def _change(**values: object) -> None:
    keep_show(dataclasses.replace(st.session_state["stage.show"], **values))


def _set_scene(index: int, scene: Scene) -> None:
    scenes = list(st.session_state["stage.show"].scenes)
    scenes[index] = scene
    _change(scenes=tuple(scenes))


def _renew() -> None:
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def _turn() -> int:
    return st.session_state.get(_TURN, 0)


# --- scenes --------------------------------------------------------------------------------------


def draw_scenes(page: Frame) -> None:
    """Draw the scenes, each with its place and what it needs.

    Parameters
    ----------
    page : Frame
    """
    _ = page._
    show = current_show(page)
    for index, scene in enumerate(show.scenes):
        with st.container(key=f"card-stage-scene-{index}"):
            _draw_head(page, show, index)
            with st.container(key=f"stage-scene-{index}"):
                _EDIT[scene.kind](page, index, scene)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    kind = left.selectbox(
        _("Another scene"), SCENES, format_func=lambda k: _(SCENE_CAPTIONS[k]), key="stage.kind"
    )
    right.button(_("Add"), key="stage.add", on_click=_add, args=(page, kind), width="stretch")


def _draw_head(page: Frame, show: Show, index: int) -> None:
    _, scene = page._, show.scenes[index]
    last = index == len(show.scenes) - 1
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.markdown(f"**{index + 1} · {_(SCENE_CAPTIONS[scene.kind])}**", width="content")
        with st.container(horizontal=True, width="content", gap="small"):
            _mover("↑", _("Earlier"), f"stage.up.{index}", index, index - 1, disabled=index == 0)
            _mover("↓", _("Later"), f"stage.down.{index}", index, index + 1, disabled=last)
            st.button(_("Take out"), key=f"stage.away.{index}", on_click=_drop, args=(index,))


def _mover(sign: str, said: str, key: str, index: int, to: int, *, disabled: bool) -> None:
    st.button(sign, key=key, help=said, disabled=disabled, on_click=_move, args=(index, to))


@guarded
def _move(index: int, to: int) -> None:
    scenes = list(st.session_state["stage.show"].scenes)
    scenes.insert(to, scenes.pop(index))
    _change(scenes=tuple(scenes))
    _renew()


@guarded
def _drop(index: int) -> None:
    scenes = list(st.session_state["stage.show"].scenes)
    del scenes[index]
    _change(scenes=tuple(scenes))
    _renew()


@guarded
def _add(page: Frame, kind: str) -> None:
    ready = default_show(catalog(), page._).scenes
    scene = next((s for s in ready if s.kind == kind), Scene(kind))
    _change(scenes=(*st.session_state["stage.show"].scenes, scene))
    _renew()


def _edit_lines(page: Frame, index: int, scene: Scene) -> None:
    _, key = page._, f"stage.lines.{index}.{_turn()}"

    @guarded
    def keep() -> None:
        typed = [line.strip()[:MAX_LINE] for line in st.session_state[key].splitlines()]
        lines = tuple(line for line in typed if line)[:MAX_LINES]
        _set_scene(index, dataclasses.replace(scene, lines=lines))

    st.text_area(
        _("One prompt a line; picture:rain, gift, train or cup shows a picture")
        if scene.kind == "say"
        else _("One sentence a line"),
        "\n".join(scene.lines),
        key=key,
        height="content",
        on_change=keep,
    )


def _edit_act(page: Frame, index: int, scene: Scene) -> None:
    _edit_lines(page, index, scene)
    key = f"stage.rounds.{index}.{_turn()}"

    @guarded
    def keep() -> None:
        _set_scene(index, dataclasses.replace(scene, rounds=int(st.session_state[key])))

    st.number_input(page._("Rounds"), 1, 50, scene.rounds, key=key, on_change=keep)


def _edit_four(page: Frame, index: int, scene: Scene) -> None:
    _, opened = page._, catalog()
    corpora = {info.name: _(info.title) for info in opened.corpora()}
    place = st.columns(3)
    corpus = _choice(place[0], _("Corpus"), list(corpora), scene.corpus, index, corpora.get)
    if corpus not in corpora:  # none is there, or the show's own is gone: that stays in sight
        return
    texts = opened.sentence_texts(corpus)
    sentences = [s for s in opened.facets(corpus)["sentence"] if s is not None]
    sentence = _choice(place[1], _("Sentence"), sentences, scene.sentence, index, texts.get)
    voices = [v for v in voices_of(opened, corpus, sentence) if v] if sentence else []
    speaker = _choice(place[2], _("Voice"), voices, scene.speaker, index)
    chosen = dataclasses.replace(scene, corpus=corpus, sentence=sentence, speaker=speaker)
    if chosen != scene:
        _set_scene(index, chosen)


def _choice(place, label, options: Sequence[str], chosen, index: int, name=None) -> str | None:
    """A choice that keeps what is not here in sight, so that it can be told."""
    if chosen is not None and chosen not in options:
        options = [chosen, *options]
    return place.selectbox(
        label,
        options,
        index=options.index(chosen) if chosen in options else 0 if options else None,
        format_func=lambda value: (name(value) if name else None) or value,
        key=f"stage.{label}.{index}.{_turn()}",
    )


def _edit_run(page: Frame, index: int, scene: Scene) -> None:
    _ = page._
    runs = {run.id: run.name or run.id for run in catalog().runs.runs()}
    latest = (
        _("the latest that can be told again")
        if scene.kind == "learn"
        else _("the model that answers")
    )
    options = ["", *runs]
    if scene.run and scene.run not in runs:
        options.append(scene.run)
    key = f"stage.run.{index}.{_turn()}"

    @guarded
    def keep() -> None:
        _set_scene(index, dataclasses.replace(scene, run=st.session_state[key] or None))

    st.selectbox(
        _("Run"),
        options,
        index=options.index(scene.run or ""),
        format_func=lambda run: runs.get(run, run) if run else latest,
        key=key,
        on_change=keep,
    )


_EDIT = {
    "say": _edit_lines,
    "act": _edit_act,
    "four": _edit_four,
    "learn": _edit_run,
    "good": _edit_run,
}


# --- the show as a whole -------------------------------------------------------------------------


def draw_settings(page: Frame) -> None:
    """Draw what holds for all scenes: palette, model, stand-ins, phones, consent.

    Parameters
    ----------
    page : Frame
    """
    _, show, turn = page._, current_show(page), _turn()

    @guarded
    def keep(field: str, key: str) -> None:
        value = st.session_state[key]
        _change(**{field: tuple(value) if isinstance(value, list) else value or None})

    st.segmented_control(
        _("The room"),
        ("dark", "bright"),
        default=show.palette,
        required=True,
        format_func={"dark": _("dark"), "bright": _("bright projector")}.__getitem__,
        key=f"stage.palette.{turn}",
        on_change=keep,
        args=("palette", f"stage.palette.{turn}"),
    )
    names = ["", *(entry.name for entry in list_models())]
    if show.model and show.model not in names:
        names.append(show.model)
    st.selectbox(
        _("Who answers"),
        names,
        index=names.index(show.model or ""),
        format_func=lambda name: name or _("the model that answers by default"),
        key=f"stage.model.{turn}",
        on_change=keep,
        args=("model", f"stage.model.{turn}"),
    )
    _draw_stand_ins(page, show, keep)
    _draw_consent(page)


def _draw_stand_ins(page: Frame, show: Show, keep: Callable[[str, str], None]) -> None:
    """What plays for a dead microphone, and from where the phones come."""
    _, turn = page._, _turn()
    clips = _clips(page, show)
    st.multiselect(
        _("Recorded takes, should the microphone be dead"),
        list(clips),
        default=list(show.takes),
        format_func=clips.__getitem__,
        key=f"stage.takes.{turn}",
        on_change=keep,
        args=("takes", f"stage.takes.{turn}"),
        max_selections=MAX_TAKES,
        placeholder=_("Choose"),
    )
    st.toggle(
        _("All phones come from one address (a hotspot behind a router)"),
        show.shared_address,
        key=f"stage.shared.{turn}",
        on_change=_keep_shared,
        args=(f"stage.shared.{turn}",),
    )


@guarded
def _keep_shared(key: str) -> None:
    _change(shared_address=bool(st.session_state[key]))


def _clips(page: Frame, show: Show) -> dict[str, str]:
    """Captions by content: what a take can be chosen from, and what was chosen."""
    opened, captions = catalog(), page.emotion_captions()
    clips = {
        clip.content: clip
        for info in opened.corpora()
        for clip in opened.utterances(info.name, limit=MOST_TAKES // 2)
    }
    clips |= opened.utterances_by_content(show.takes)
    named = {
        content: " · ".join(
            filter(None, (clip.sentence_text or clip.name, captions.get(clip.emotion or "")))
        )
        for content, clip in clips.items()
    }
    gone = {take: page._("not here") + f" ({take[:8]})" for take in show.takes if take not in named}
    return {**named, **gone}


def _draw_consent(page: Frame) -> None:
    """Consent to a cloud engine, for this session only; without one nothing leaves the machine."""
    cloud = {
        name: engine
        for name, engine in engines().items()
        if engine.sends_voice_away and engine.status().state == "ready"
    }
    agreed = [
        name
        for name, engine in cloud.items()
        if st.checkbox(
            page._("I agree that clips are sent to {engine} to be written down.").format(
                engine=engine.title
            ),
            key=f"stage.consent.{name}",
            persist_state="session",
        )
    ]
    st.session_state[CONSENTED] = tuple(agreed)


def draw_file(page: Frame) -> None:
    """Draw the way out as a file, the way in, and the way back to a fresh show.

    Parameters
    ----------
    page : Frame
    """
    _ = page._
    st.download_button(
        _("Save the show as a file"),
        show_to_json(current_show(page)),
        file_name="malgyeol-show.json",
        mime="application/json",
        key="stage.download",
        width="stretch",
    )
    st.button(_("Begin anew"), key="stage.anew", on_click=_anew, args=(page,), width="stretch")
    file = st.file_uploader(
        _("Open a show file"), type=["json"], max_upload_size=1, key=f"stage.upload.{_turn()}"
    )
    if file is None:
        return
    try:
        show = show_from_json(file.getvalue(), name=file.name)
    except MalgyeolError as error:
        page.note("wrong", error.describe(_))
        return
    st.button(
        _("Take over {file}: {n} scenes").format(file=file.name, n=len(show.scenes)),
        key="stage.take_over",
        on_click=_take_over,
        args=(show,),
        width="stretch",
    )


@guarded
def _anew(page: Frame) -> None:
    keep_show(default_show(catalog(), page._))
    _renew()


@guarded
def _take_over(show: Show) -> None:
    keep_show(show)
    _renew()
