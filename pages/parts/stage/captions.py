"""Every word that the stage says, in one document for the browser."""

from typing import Any

from core.emotions import EMOTION_IDS, emotion
from core.i18n import N_, Translate
from core.plots.theme import DARK, LIGHT, level_scale
from core.stage.show import PICTURES
from pages.parts.heard import HEARD
from pages.parts.pieces import drawing_uri

__all__ = [
    "SCENE_CAPTIONS",
    "answer_words",
    "emotion_captions",
    "palettes",
    "pictures",
    "stage_captions",
]

SCENE_CAPTIONS = {
    "say": N_("Say it"),
    "act": N_("Act it"),
    "four": N_("Four ways"),
    "learn": N_("How it learns"),
    "good": N_("How good is it"),
}
PICTURE_CAPTIONS = {
    "rain": N_("Rain at the window"),
    "gift": N_("A present"),
    "train": N_("A train that leaves"),
    "cup": N_("A broken cup"),
}
_ROLES = ("surface", "raised", "line", "ink", "muted", "good", "caution", "wrong")
# A projector in a bright room: what is grey on paper is lost on a wall.
BRIGHT = {"surface": "#FFFFFF", "ink": "#10141C", "muted": "#454B57", "line": "#A9A294"}


def palettes() -> dict[str, dict[str, Any]]:
    """The dark room and the bright projector: colours by role, and the scale of levels."""
    dark = {role: getattr(DARK, role) for role in _ROLES} | {"accent": DARK.accent_text}
    bright = {role: getattr(LIGHT, role) for role in _ROLES} | {"accent": LIGHT.accent_text}
    return {
        "dark": {"colors": dark, "stops": _stops("dark")},
        "bright": {"colors": bright | BRIGHT, "stops": _stops("light")},
    }


def _stops(theme) -> list[list[Any]]:
    return [
        [place, [int(v) for v in rgb.removeprefix("rgb(").removesuffix(")").split(",")]]
        for place, rgb in level_scale(theme)
    ]


def pictures(_: Translate) -> dict[str, dict[str, str]]:
    """The picture prompts by their line."""
    return {
        f"picture:{name}": {"uri": drawing_uri(name), "caption": _(PICTURE_CAPTIONS[name])}
        for name in PICTURES
    }


def emotion_captions(_: Translate) -> dict[str, dict[str, str]]:
    """Caption and colour by emotion id."""
    return {i: {"caption": _(emotion(i).caption), "color": emotion(i).color} for i in EMOTION_IDS}


def answer_words(_: Translate) -> dict[str, Any]:
    """What `pages.parts.stage.desk.told` says of an answer."""
    return {
        "translate": _,
        "heard": {i: _(message) for i, message in HEARD.items()},
        "unsure": _("I'm not sure"),
        "closest": _("Closest: {answer}"),
        "failed": _("This take could not be answered (number {number} in the log). Go on."),
    }


def stage_captions(_: Translate) -> dict[str, Any]:
    """The captions as `stage.js` and its scenes take them."""
    return {
        **_of_scenes(_),
        **_of_checks(_),
        "keys": _keys(_),
        "mic": _microphone(_),
        "scenes": {kind: _(caption) for kind, caption in SCENE_CAPTIONS.items()},
        "led": {
            "recording": _("Listening"),
            "opening": _("Opening the microphone…"),
            "stopping": _("One moment…"),
        },
        "before": _("Before the show"),
        "lasts": _("{n} s"),
        "the_end": _("That was the last scene. ← goes back, Esc twice leaves the stage."),
        "leave": _("Press Esc once more to leave the stage."),
        "no_sound": _("The browser cannot play this clip."),
        "qr": _("QR code of the vote page"),
        "same_network": _("on the same network"),
        "instead": _("Instead you hear “{clip}”."),
        "stand_ins": _("{n} recorded takes stand in for it."),
        "no_stand_ins": _("No recorded takes were chosen to stand in; do so before the show."),
    }


def _of_scenes(_: Translate) -> dict[str, Any]:
    return {
        "say_anything": _("Say anything"),
        "thinking": _("Listening to how it sounds…"),
        "writing": _("Writing it down…"),
        "no_engine": _("No speech engine: the emotion stands by itself."),
        "no_words": _("No words could be made out"),
        "secret": _("A secret"),
        "peek": _("for the actor: hold ↑, the room looks away"),
        "room_first": _("What does the room say?"),
        "by_hand": _("Raise hands, then press the number of what most say."),
        "votes": _("Votes: {n}"),
        "the_room": _("Room"),
        "the_actor": _("Actor"),
        "the_model": _("Model"),
        "nothing": _("no answer"),
        "right": _("right"),
        "wrong": _("wrong"),
        "pitch": _("Pitch over time, in semitones around the voice's middle"),
        "epoch": _("Epoch"),
        "at_epoch": _("Epoch {epoch} · UAR {uar}"),
        "curve": _("UAR: clips held out (thick), clips learnt from (thin), chance (dashed)"),
        "confusion": _("Rows: what was meant. Columns: what was heard."),
        "fate": _("“{clip}”, meant as {emotion}"),
        "fate_now": _("heard as {emotion} · {share}"),
        "known_voice": _("Known voice"),
        "new_voice": _("New voice"),
        "people": _("Listeners"),
        "human": _("This room"),
        "human_unknown": _("play “Act it” first"),
        "chance": _("Chance"),
        "of": _("{k} of {n}"),
        "between": _("95 %: {low} to {high}"),
        "fails": _("Where it fails"),
    }


def _of_checks(_: Translate) -> dict[str, Any]:
    return {
        "checks": _("Looking at everything…"),
        "checks_good": _("All is ready ({seconds} s)"),
        "checks_caution": _("Ready, with a word of caution ({seconds} s)"),
        "checks_wrong": _("Something needs mending first ({seconds} s)"),
        "be_quiet": _("One moment of silence, please…"),
        "say_something": _("Now say something"),
        "check_slow": _("no answer yet"),
        "check_names": {
            "level": _("Microphone"),
            "noise": _("Room noise"),
            "model": _("Model"),
            "words": _("Words"),
            "network": _("Network"),
            "display": _("Display"),
            "clock": _("Clock"),
        },
        "states": {
            "good": _("good"),
            "caution": _("caution"),
            "wrong": _("not good"),
            "waiting": _("looking…"),
        },
        "well_heard": _("Loud enough, and it does not clip."),
        "still": _("The room is quiet."),
        "not_measured": _("not measured"),
        "too_loud": _("It clips. Turn the input down or step back."),
        "too_soft": _("Soft. Come nearer, or turn the input up."),
        "not_heard": _("Nobody was heard. Is it the right microphone, and is it on?"),
        "noisy": _("Close doors, turn the fan off, hold the microphone near the mouth."),
        "processed": _("The browser still processes the sound; loudness may tell less."),
        "small": _("Small for the last row. Use the projector's full size, and press F."),
        "press_f": _("Press F for full screen."),
        "clock_off": _("The clocks of this screen and the server differ."),
    }


def _keys(_: Translate) -> dict[str, tuple[str, str]]:
    return {
        "record": ("Space", _("record, stop")),
        "next": ("→", _("next")),
        "back": ("←", _("back")),
        "again": ("R", _("hear it again")),
        "blank": ("B", _("black")),
        "peek": ("↑", _("peek")),
        "choose": ("1-9", _("the room's answer")),
        "reveal": ("→", _("reveal")),
        "phones": ("V", _("phones vote")),
        "play_all": ("Space", _("play all")),
        "hear_one": ("1-9", _("hear one")),
        "replay": ("Space", _("play, pause")),
        "scrub": ("↑ ↓", _("epoch by epoch")),
        "choose_clip": ("1-9", _("another clip")),
        "check_again": ("Space", _("check again")),
        "fullscreen": ("F", _("full screen")),
    }


def _microphone(_: Translate) -> dict[str, str]:
    return {
        "refused": _("The browser may not use the microphone: allow it left of the address."),
        "missing": _("No microphone was found. Plug one in; P checks again."),
        "taken": _("Another program has the microphone. Close it; P checks again."),
        "insecure": _("Browsers give the microphone only to localhost and to HTTPS addresses."),
        "failed": _("The microphone could not be opened."),
        "dead": _("The microphone gives no sound. Unmute it; P checks again."),
        "lost": _("The microphone went away."),
    }
