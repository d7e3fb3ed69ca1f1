// A microphone as it is: echo cancellation, noise suppression and gain control are asked to stay
// off, and what the browser left on is told. Sound comes in blocks of mono samples; a take of them
// becomes a 16-bit WAV at the microphone's own rate.

const MIC_RATE = 48000; // Hz, asked for
const MIC_BLOCK = 1024; // samples that the tap sends at once
const MIC_PROCESSING = ["echoCancellation", "noiseSuppression", "autoGainControl"];
const MIC_REFUSED = {
  NotAllowedError: "refused", SecurityError: "refused",
  NotFoundError: "missing", OverconstrainedError: "missing",
  NotReadableError: "taken", AbortError: "taken",
};
const MIC_TAP = `registerProcessor("tap", class extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Float32Array(${MIC_BLOCK});
    this.filled = 0;
    this.port.onmessage = () => { this.send(); this.port.postMessage(null); };
  }
  send() {
    this.port.postMessage(this.block.slice(0, this.filled));
    this.filled = 0;
  }
  process(inputs) {
    const channel = inputs[0][0];
    if (!channel) return true;
    this.block.set(channel, this.filled);
    this.filled += channel.length;
    if (this.filled >= ${MIC_BLOCK}) this.send();
    return true;
  }
});`;

class Microphone {
  // `heard(block)` gets Float32Array blocks, and null after `flush()`; `lost()` when it is unplugged.
  constructor({ heard, lost }) {
    Object.assign(this, { heard, lost, processed: [], device: "", stream: null, opening: null });
  }

  get live() { return Boolean(this.stream?.active); }
  get rate() { return this.context?.sampleRate ?? this.known ?? MIC_RATE; }

  // Null when it is open, else why not: insecure, refused, missing, taken or failed.
  open() {
    if (this.live) return Promise.resolve(null);
    this.opening ??= this.ask().finally(() => { this.opening = null; });
    return this.opening;
  }

  async ask() {
    this.close();
    if (!window.isSecureContext || !navigator.mediaDevices) return "insecure";
    try {
      const audio = { channelCount: 1, sampleRate: { ideal: MIC_RATE } };
      for (const name of MIC_PROCESSING) audio[name] = false;
      this.stream = await navigator.mediaDevices.getUserMedia({ audio, video: false });
    } catch (error) {
      return MIC_REFUSED[error.name] ?? "failed";
    }
    try {
      await this.wire();
    } catch {
      this.close();
      return "failed";
    }
    return null;
  }

  async wire() {
    const track = this.stream.getAudioTracks()[0];
    const settings = track.getSettings();
    this.processed = MIC_PROCESSING.filter((name) => settings[name] === true);
    this.device = track.label;
    track.addEventListener("ended", () => { this.close(); this.lost?.(); });
    try {
      this.context = new AudioContext({ sampleRate: MIC_RATE });
      this.source = this.context.createMediaStreamSource(this.stream);
    } catch {
      this.context?.close(); // where the two rates must agree, the microphone's own is taken
      this.context = new AudioContext();
      this.source = this.context.createMediaStreamSource(this.stream);
    }
    const module = URL.createObjectURL(new Blob([MIC_TAP], { type: "text/javascript" }));
    await this.context.audioWorklet.addModule(module);
    URL.revokeObjectURL(module);
    this.tap = new AudioWorkletNode(this.context, "tap", {
      numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit",
    });
    this.known = this.context.sampleRate; // also once it is unplugged
    this.tap.port.onmessage = (event) => this.heard(event.data);
    this.source.connect(this.tap);
    await this.context.resume();
  }

  // Asks for what the tap still holds: the last block comes, then null.
  flush() {
    if (this.tap) this.tap.port.postMessage("flush");
    else this.heard(null);
  }

  close() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.tap?.port.close();
    if (this.context && this.context.state !== "closed") this.context.close();
    this.stream = this.context = this.tap = this.source = null;
  }
}

// 16-bit samples of a block: half the memory, which counts in half an hour.
function pcm16(block) {
  if (block instanceof Int16Array) return block;
  const samples = new Int16Array(block.length);
  for (let i = 0; i < block.length; i += 1) {
    samples[i] = Math.round(Math.max(-1, Math.min(1, block[i])) * 32767);
  }
  return samples;
}

// A RIFF file: mono, 16-bit PCM, of blocks of samples.
function wavFile(blocks, rate) {
  const parts = blocks.map(pcm16);
  const size = 2 * parts.reduce((sum, part) => sum + part.length, 0);
  const view = new DataView(new ArrayBuffer(44));
  const word = (at, text) => [...text].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, 36 + size, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, size, true);
  return new Blob([view.buffer, ...parts], { type: "audio/wav" });
}

function base64Of(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
