// A take of the microphone (../microphone.js): a button, a level meter and what became of it.
// Text comes in as data and goes out through textContent; nothing of it is ever read as HTML.

const FLOOR = -60; // dBFS, the left end of the meter
const LOUD = -1; // dBFS, from where on it is clipping
const HOLD = 1.2; // s that the meter keeps its peak
const SCOPE = 120; // columns of the moving waveform
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
    this.mic = new Microphone({ heard: (block) => this.heard(block), lost: () => this.lost() });
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
    if (data.open && this.state === "idle" && !this.mic.live && !this.refused) this.listen();
    if (!data.open && this.state === "idle") this.release();
    this.mark();
  }

  // --- the microphone -----------------------------------------------------------------------

  async listen() {
    const reason = await this.mic.open();
    if (reason) return this.fail(reason);
    if (this.closed) this.release();
    return !this.closed;
  }

  release() {
    this.mic.close();
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
    const seconds = this.count / this.mic.rate;
    this.time.textContent = this.data.captions.lasts.replace("{n}", `${seconds.toFixed(1)} / ${this.data.limit}`);
    if (seconds >= this.data.limit) this.stop();
  }

  stop() {
    this.state = "stopping";
    this.mic.flush();
    this.mark();
  }

  async finish() {
    if (this.state !== "stopping") return;
    this.state = "sending";
    const { rate } = this.mic;
    const seconds = this.count / rate;
    const file = wavFile(this.blocks, rate);
    this.blocks = [];
    if (!this.data.open) this.release();
    this.mark();
    const number = Date.now();
    const data = await base64Of(file);
    if (this.closed) return;
    this.tell({ data, number, rate, processed: this.mic.processed, device: this.mic.device });
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
