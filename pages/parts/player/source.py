"""Where the browser gets a sound from: from the data itself, or from the media store."""

from base64 import b64encode

import streamlit as st
from streamlit import runtime

from core.audio import Sound, encode_wav

__all__ = ["sound_source"]

INLINE = 10.0  # s; a longer sound goes once, by its own request, and not with every redraw
KEPT = 4  # long sounds, up to 58 MB each
KEPT_SHORT = 128


def sound_source(sound: Sound, digest: str) -> str:
    """The address of a sound for an audio element.

    Parameters
    ----------
    sound : Sound
    digest : str
        Names its samples.

    Returns
    -------
    source : str
        A data URI, or the path of a file that lives as long as a session shows it.
    """
    if sound.duration <= INLINE or not runtime.exists():
        return _data_uri(digest, sound)
    name = f"{digest}.wav"  # a part of the store's own key, which samples only pieces of the data
    store = runtime.get_instance().media_file_mgr
    return store.add(_wav(digest, sound), "audio/wav", f"player.{digest}", file_name=name)


@st.cache_resource(show_spinner=False, max_entries=KEPT_SHORT)
def _data_uri(digest: str, _sound: Sound) -> str:
    return f"data:audio/wav;base64,{b64encode(encode_wav(_sound.y)).decode()}"


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _wav(digest: str, _sound: Sound) -> bytes:
    return encode_wav(_sound.y)
