// A microphone as it is: echo cancellation, noise suppression and gain control are asked to stay
// off, and what the browser left on is told. A take is mono 16-bit WAV at the microphone's own rate.
// Text comes in as data and goes out through textContent; nothing of it is ever read as HTML.

const FLOOR = -60; // dBFS, the left end of the meter
const LOUD = -1; // dBFS, from where on it is clipping
const HOLD = 1.2; // s that the meter keeps its peak
const SCOPE = 120; // columns of the moving waveform
const BLOCK = 1024; // samples that the tap sends at once
const PROCESSING = ["echoCancellation", "noiseSuppression", "autoGainControl"];
const TAP = `registerProcessor("tap", class extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Float32Array(${BLOCK});
    this.filled = 0;
    this.port.onmessage = () => {
      this.port.postMessage(this.block.slice(0, this.filled));
      this.filled = 0;
      this.port.postMessage(null);
    };
  }
  process(inputs) {
    const channel = inputs[0][0];
    if (!channel) return true;
    this.block.set(channel, this.filled);
    this.filled += channel.length;
    if (this.filled >= ${BLOCK}) {
      this.port.postMessage(this.block.slice(0, this.filled));
      this.filled = 0;
    }
    return true;
  }
});`;
const recorders = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  let recorder = recorders.get(parentElement);
  if (!recorder) recorders.set(parentElement, (recorder = new Recorder(parentElement)));
  recorder.tell = (take) => setTriggerValue("take", take);
  recorder.update(data);
  return () => {
    recorder.close();
    recorders.delete(parentElement);
  };
}

class Recorder {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    Object.assign(this, {
      root: find(".recorder"), button: find(".record"), hint: find(".hint"), time: find(".time"),
      scope: find(".scope"), meter: find(".meter"), level: find(".level"), peak: find(".hold"),
      told: find(".told"),
      state: "idle", blocks: [], count: 0, bars: [], hold: FLOOR, holdAt: 0, closed: false,
    });
    this.off = new AbortController();
    const { signal } = this.off;
    this.button.addEventListener("click", () => this.toggle(), { signal });
    window.addEventListener("keydown", (event) => this.key(event), { capture: true, signal });
  }

  close() {
    this.closed = true;
    this.off.abort();
    this.release();
  }

  update(data) {
    const first = !this.data;
    this.data = data;
    this.captions = data.captions;
    this.meter.setAttribute("aria-label", this.captions.level);
    if (!first && data.start && data.start !== this.started && this.state === "idle") this.start();
    this.started = data.start;
    if (data.open && this.state === "idle" && !this.stream && !this.refused) this.listen();
    if (!data.open && this.state === "idle") this.release();
    this.mark();
  }

  // --- the microphone -----------------------------------------------------------------------

  async listen() {
    if (this.stream) return true;
    if (this.opening) return this.opening;
    this.opening = this.ask().finally(() => { this.opening = null; });
    return this.opening;
  }

  async ask() {
    if (!window.isSecureContext || !navigator.mediaDevices) return this.fail("insecure");
    try {
      const audio = { channelCount: 1, sampleRate: { ideal: this.data.rate } };
      for (const name of PROCESSING) audio[name] = false;
      this.stream = await navigator.mediaDevices.getUserMedia({ audio, video: false });
    } catch (error) {
      return this.fail(REFUSED[error.name] ?? "failed");
    }
    try {
      await this.wire();
    } catch {
      return this.fail("failed");
    }
    if (this.closed) this.release();
    return !this.closed;
  }

  async wire() {
    const track = this.stream.getAudioTracks()[0];
    const settings = track.getSettings();
    this.processed = PROCESSING.filter((name) => settings[name] === true);
    track.addEventListener("ended", () => this.lost());
    try {
      this.context = new AudioContext({ sampleRate: this.data.rate });
      this.source = this.context.createMediaStreamSource(this.stream);
    } catch {
      this.context?.close(); // where the two rates must agree, the microphone's own is taken
      this.context = new AudioContext();
      this.source = this.context.createMediaStreamSource(this.stream);
    }
    const module = URL.createObjectURL(new Blob([TAP], { type: "text/javascript" }));
    await this.context.audioWorklet.addModule(module);
    URL.revokeObjectURL(module);
    this.tap = new AudioWorkletNode(this.context, "tap", {
      numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit",
    });
    this.tap.port.onmessage = (event) => this.heard(event.data);
    this.source.connect(this.tap);
    await this.context.resume();
  }

  release() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.tap?.port.close();
    if (this.context && this.context.state !== "closed") this.context.close();
    this.stream = this.context = this.tap = this.source = null;
    this.show(FLOOR);
  }

  lost() {
    if (this.closed) return;
    if (this.state === "recording") this.stop();
    this.fail("lost");
  }

  fail(reason) {
    this.refused = true;
    this.release();
    if (this.state !== "sending") this.state = "idle";
    this.say(this.captions[reason], true);
    this.mark();
    return false;
  }

  // --- a take -------------------------------------------------------------------------------

  toggle() {
    if (this.state === "recording") this.stop();
    else if (this.state === "idle") this.start();
  }

  async start() {
    this.state = "opening";
    this.refused = false;
    this.mark();
    window.dispatchEvent(new CustomEvent("malgyeol:playing", { detail: this })); // players fall silent
    if (!(await this.listen())) return;
    this.blocks = [];
    this.bars = [];
    this.count = 0;
    this.say("");
    this.state = "recording";
    this.mark();
  }

  heard(block) {
    if (block === null) return this.finish();
    let peak = 0;
    for (const value of block) peak = Math.max(peak, Math.abs(value));
    this.show(peak > 0 ? Math.max(FLOOR, 20 * Math.log10(peak)) : FLOOR);
    if (this.state !== "recording" && this.state !== "stopping") return;
    this.blocks.push(block);
    this.count += block.length;
    this.bars.push(peak);
    if (this.state !== "recording") return;
    const seconds = this.count / this.context.sampleRate;
    this.time.textContent = `${seconds.toFixed(1)} / ${this.data.limit} s`;
    if (seconds >= this.data.limit) this.stop();
  }

  stop() {
    this.state = "stopping";
    if (this.tap) this.tap.port.postMessage("flush"); // the last block, then null
    else this.finish();
    this.mark();
  }

  async finish() {
    if (this.state !== "stopping") return;
    this.state = "sending";
    const rate = this.context ? this.context.sampleRate : this.data.rate;
    const seconds = this.count / rate;
    const file = wav(this.blocks, this.count, rate);
    this.blocks = [];
    if (!this.data.open) this.release();
    this.mark();
    const number = Date.now();
    const data = await base64(file);
    if (this.closed) return;
    this.tell({ data, number, rate, processed: this.processed ?? [] });
    this.say(this.captions.recorded.replace("{seconds}", seconds.toFixed(1)));
    this.state = "idle";
    this.mark();
  }

  key(event) {
    if (event.code !== "Space" || event.repeat || event.defaultPrevented) return;
    if (event.composedPath().includes(this.button)) return; // the button's own
    const mine = this.state === "recording" || (this.data?.page_keys && !busy(event));
    if (!mine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.toggle();
  }

  // --- picture ------------------------------------------------------------------------------

  mark() {
    const on = this.state === "recording";
    this.root.classList.toggle("on", on);
    this.button.disabled = !["idle", "recording"].includes(this.state);
    const caption = on ? this.captions.stop : this.captions.record;
    this.button.setAttribute("aria-label", caption);
    this.button.setAttribute("aria-pressed", String(on));
    this.button.title = caption;
    const waits = { opening: this.captions.asking, stopping: this.captions.sending };
    waits.sending = waits.stopping;
    this.hint.textContent = on ? this.captions.listening : waits[this.state] ?? this.data.hint;
    if (this.state === "idle" && !this.count) this.time.textContent = "";
  }

  say(text, wrong = false) {
    this.told.textContent = text;
    this.told.classList.toggle("wrong", wrong);
    this.told.hidden = !text;
  }

  show(db) {
    const now = performance.now() / 1000;
    if (db >= this.hold || now - this.holdAt > HOLD) Object.assign(this, { hold: db, holdAt: now });
    const share = (level) => (level - FLOOR) / -FLOOR;
    this.level.style.transform = `scaleX(${share(db)})`;
    this.level.classList.toggle("loud", this.hold >= LOUD);
    this.peak.style.left = `calc(${100 * share(this.hold)}% - 2px)`;
    this.peak.style.opacity = this.hold > FLOOR ? 1 : 0;
    this.meter.setAttribute("aria-valuenow", db.toFixed(0));
    this.draw();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.scope;
    const ratio = window.devicePixelRatio || 1;
    if (this.scope.width !== width * ratio) {
      this.scope.width = width * ratio;
      this.scope.height = height * ratio;
    }
    const pen = this.scope.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.fillStyle = getComputedStyle(this.level).backgroundColor;
    const bars = this.bars.slice(-SCOPE);
    const step = width / SCOPE;
    bars.forEach((peak, i) => {
      const tall = Math.max(1, peak * height);
      pen.fillRect((SCOPE - bars.length + i) * step, (height - tall) / 2, Math.max(1, step - 1), tall);
    });
  }
}

const REFUSED = {
  NotAllowedError: "refused", SecurityError: "refused",
  NotFoundError: "missing", OverconstrainedError: "missing",
  NotReadableError: "taken", AbortError: "taken",
};

// A RIFF file: mono, 16-bit PCM.
function wav(blocks, count, rate) {
  const bytes = new ArrayBuffer(44 + 2 * count);
  const view = new DataView(bytes);
  const word = (at, text) => [...text].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, 36 + 2 * count, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, 2 * count, true);
  let at = 44;
  for (const block of blocks) {
    for (const value of block) {
      const clipped = Math.max(-1, Math.min(1, value));
      view.setInt16(at, Math.round(clipped * 32767), true);
      at += 2;
    }
  }
  return new Blob([bytes], { type: "audio/wav" });
}

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
