"""A clip on its way to an answer: decoded and heard in a thread, looked at by the page.

Conventions
-----------
A `Listening` belongs to one clip and one model. What it has found carries the clip's id, so that
no answer is ever shown for another clip. A short clip is over before the page has drawn its frame;
a long one shows how far it is and can be stopped.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from threading import Event, Thread

import streamlit as st

from core.audio import Sound, decode_apart
from core.corpus.clips import read_clip
from core.errors import FileTooLargeError, MalgyeolError, SignalTooLongError
from core.inference import GuestVoice, HeardSegment, Timeline, classify_many, hear
from core.models import Bundle
from core.plots import Theme
from core.settings import LONG_TAKE, SR
from pages.parts.clip_source import Clip
from pages.parts.error_boundary import log_error
from pages.parts.player import prepare_player
from pages.parts.resources import catalog

__all__ = [
    "Listening",
    "clip_sound_of",
    "listen",
    "listen_again",
    "model_key",
    "piece_of",
    "voice_key",
]

AT_ONCE = 0.8  # s that a page waits before it shows progress instead
KEPT = 6  # a session
LONG = 60.0  # s; the pictures of a longer sound are made in the thread, too


class Listening:
    """One clip heard by one model.

    Parameters
    ----------
    clip : Clip
    bundle : Bundle
    theme : {"light", "dark"}
    """

    def __init__(self, clip: Clip, bundle: Bundle, theme: Theme):
        self.clip, self.bundle = clip, bundle
        self.sound: Sound | None = None
        self.timeline: Timeline | None = None
        self.error: MalgyeolError | None = None
        self.broke = ""  # number in the log, where nobody foresaw it
        self.stage, self.done, self.total = "reading", 0, 0
        self._theme = theme
        self._met: dict[str, Timeline] = {}
        self._over, self._stopped = Event(), False
        Thread(target=self._run, daemon=True, name="listening").start()

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self._over.is_set()

    @property
    def stopped(self) -> bool:
        """Whether it was asked to stop."""
        return self._stopped

    def wait(self, timeout: float) -> bool:
        """Wait until it is over, at most ``timeout`` seconds; whether it is."""
        return self._over.wait(timeout)

    def stop(self) -> None:
        """Ask it to stop; what was heard so far stays."""
        self._stopped = True

    def heard_by(self, voice: GuestVoice | None) -> Timeline:
        """What is heard in it once it is over, now that a voice is known; without one, as it is."""
        assert self.sound is not None and self.timeline is not None
        segments = self.timeline.segments
        if voice is None or not segments:
            return self.timeline
        key = voice_key(voice)
        if key not in self._met:
            pieces = [piece_of(self.sound, segment) for segment in segments]
            heard = classify_many(pieces, self.bundle, voice=voice)
            known = [replace(s, prediction=p) for s, p in zip(segments, heard, strict=True)]
            self._met = {key: replace(self.timeline, segments=tuple(known))}
        return self._met[key]

    def _run(self) -> None:
        try:
            self.sound = clip_sound_of(self.clip)
            self._hear(self.sound)
            if self.sound.duration > LONG and not self._stopped:
                self.stage = "pictures"
                prepare_player(self.sound, self._theme)
        except MalgyeolError as error:
            self.error = error
        except Exception as error:
            self.broke = log_error(error)
        self._over.set()

    def _hear(self, sound: Sound) -> None:
        for heard in hear(sound, self.bundle):
            self.stage, self.done, self.total = heard.stage, heard.done, heard.total
            self.timeline = heard.timeline
            if self._stopped:
                return


def clip_sound_of(clip: Clip) -> Sound:
    """The sound of a clip of any length.

    Parameters
    ----------
    clip : Clip

    Returns
    -------
    sound : Sound

    Raises
    ------
    MalgyeolError
        If it cannot be read.
    """
    if clip.utterance is not None:
        return read_clip(catalog(), clip.utterance)
    data = clip.read()
    try:
        return decode_apart(data, name=clip.name)
    except (SignalTooLongError, FileTooLargeError):
        return decode_apart(data, name=clip.name, limits=LONG_TAKE)


def piece_of(sound: Sound, segment: HeardSegment) -> Sound:
    """A segment alone, as a sound of its own.

    Parameters
    ----------
    sound : Sound
    segment : HeardSegment

    Returns
    -------
    piece : Sound
    """
    y = sound.y[round(segment.start * SR) : round(segment.end * SR)]
    return replace(sound, y=y, duration=len(y) / SR)


def model_key(bundle: Bundle) -> tuple[str, str]:
    """What a model is told apart by from another, and from its own later version.

    Parameters
    ----------
    bundle : Bundle

    Returns
    -------
    key : (str, str)
    """
    return bundle.name, str(bundle.manifest.get("created", ""))


def voice_key(voice: GuestVoice | None) -> str:
    """What a met voice is told apart by.

    Parameters
    ----------
    voice : GuestVoice or None

    Returns
    -------
    key : str
        Empty for the plain model.
    """
    if voice is None:
        return ""
    return hashlib.blake2b(voice.mean.tobytes() + voice.std.tobytes(), digest_size=8).hexdigest()


def listen(clip: Clip, bundle: Bundle, theme: Theme) -> Listening:
    """The listening of a clip, begun if need be, and waited for a moment.

    Parameters
    ----------
    clip : Clip
    bundle : Bundle
    theme : {"light", "dark"}

    Returns
    -------
    listening : Listening
        The session keeps the latest ones; those that fall out are stopped.
    """
    kept: dict = st.session_state.setdefault("inference.listenings", {})
    key = (clip.id, model_key(bundle))
    if key not in kept:
        kept[key] = Listening(clip, bundle, theme)
        _forget(kept, list(kept)[:-KEPT])
    kept[key].wait(AT_ONCE)
    return kept[key]


def listen_again(listening: Listening) -> None:
    """Forget a listening that was stopped, so that the next look begins anew.

    Parameters
    ----------
    listening : Listening
    """
    kept: dict = st.session_state.get("inference.listenings", {})
    kept.pop((listening.clip.id, model_key(listening.bundle)), None)


def _forget(kept: dict, keys: Sequence) -> None:
    for key in keys:
        kept.pop(key).stop()
