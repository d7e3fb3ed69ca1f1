"""Voices for a browser: a microphone that says what a test lets it say, when it lets it."""

import base64
import io

import soundfile as sf

from core.settings import demo_folder

# Before any page script: `navigator.mediaDevices.getUserMedia` gives a stream that is silent but
# for a faint offset, until `window.say(base64 WAV)` plays something into it.
MICROPHONE = """
(() => {
  let context = null, heard = null;
  const open = () => {
    context = new AudioContext({ sampleRate: 48000 });
    heard = context.createMediaStreamDestination();
    const floor = new ConstantSourceNode(context, { offset: 1e-4 });
    floor.connect(heard);
    floor.start();
  };
  navigator.mediaDevices.getUserMedia = async () => {
    if (window.refuse) throw new DOMException("no", window.refuse);
    if (!context) open();
    await context.resume();
    const silent = () => new AudioContext().createMediaStreamDestination().stream;
    return window.dead ? silent() : heard.stream.clone();
  };
  window.say = async (text) => {
    if (!context) open();
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const source = context.createBufferSource();
    source.buffer = await context.decodeAudioData(bytes.buffer);
    source.connect(heard);
    source.start();
    await new Promise((done) => { source.onended = done; });
  };
})();
"""


def demo_voice(sentence: int, speaker: int, code: str) -> str:
    """A clip of the demo as base64 WAV."""
    clip = next((demo_folder() / "audio").glob(f"{sentence}_{speaker}_{code}.*"))
    y, sr = sf.read(clip, dtype="float32")
    file = io.BytesIO()
    sf.write(file, y, sr, format="WAV", subtype="PCM_16")
    return base64.b64encode(file.getvalue()).decode("ascii")
