// A take of the microphone (../microphone.js): a button, a level meter and what became of it.
// Text comes in as data and goes out through textContent; nothing of it is ever read as HTML.

const FLOOR = -60; // dBFS, the left end of the meter
const LOUD = -1; // dBFS, from where on it is clipping
const HOLD = 1.2; // s that the meter keeps its peak
const SCOPE = 120; // columns of the moving waveform
const FLUSH = 3000; // ms of silence from the tap after which a take ends without its last block
const PART = 4 << 20; // bytes that are sent at once; half an hour is more than a message may hold
const PATIENCE = 10_000; // ms until a part is sent again that Python has not said to have
const recorders = new WeakMap();
// Takes that Python does not have yet, by the name of their recorder. They outlive its element;
// only closing or reloading the page ends them.
const unsent = (window.malgyeolUnsent ??= new Map()); // this file is read anew by a new server
let ending = false; // whether a take is stopped and its last block on its way
let counted = 0; // number of the latest take; it rises even when the clock is set back
window.addEventListener("beforeunload", (event) => {
  const busy = document.documentElement.classList.contains("mg-recording");
  if (busy || ending || [...unsent.values()].some((takes) => takes.length)) event.preventDefault();
});

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
    if (this.data?.salvage && ["recording", "stopping"].includes(this.state)) this.keep();
    this.closed = true;
    if (this.state === "stopping") ending = false;
    this.state = "idle";
    this.off.abort();
    clearTimeout(this.again);
    clearTimeout(this.flushing);
    this.release();
    this.busy(false);
  }

  update(data) {
    const first = !this.data;
    // A choice that was just made keeps the focus, and would keep the space bar.
    const at = document.activeElement;
    const chosen = data.page_keys && data.tag !== this.data?.tag;
    if (chosen && at?.matches('[role="combobox"]:not([aria-expanded="true"])')) at.blur();
    this.data = data;
    if (first) for (const take of this.queue) take.posted = false; // by a recorder that is gone
    this.confirm(data.got);
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
    this.state = "idle";
    this.say(this.captions[reason], true);
    this.mark();
    return false;
  }

  // --- a take -------------------------------------------------------------------------------

  toggle() {
    if (this.state === "recording") this.stop();
    else if (this.state === "idle") this.start();
    else if (this.state === "opening") this.state = "leaving"; // pressed twice: no take begins
  }

  async start() {
    this.state = "opening";
    this.refused = false;
    this.mark();
    window.dispatchEvent(new CustomEvent("malgyeol:playing", { detail: this })); // players fall silent
    if (!(await this.listen())) return;
    if (this.state === "leaving") {
      this.state = "idle";
      if (!this.data.open) this.release();
      return this.mark();
    }
    this.blocks = [];
    this.bars = [];
    this.count = 0;
    this.tag = this.data.tag; // what is being read, whatever the page shows when it ends
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
    if (this.state === "stopping") this.wait();
    if (this.count >= this.data.limit * this.mic.rate) return; // what a slow browser still had
    this.blocks.push(pcm16(block));
    this.count += block.length;
    this.bars.push(peak);
    if (this.state !== "recording") return;
    const seconds = this.count / this.mic.rate;
    this.time.textContent = this.data.captions.lasts.replace("{n}", `${seconds.toFixed(1)} / ${this.data.limit}`);
    if (seconds >= this.data.limit) this.stop();
  }

  stop() {
    this.state = "stopping";
    ending = true;
    this.wait();
    this.mic.flush();
    this.mark();
  }

  wait() {
    clearTimeout(this.flushing);
    this.flushing = setTimeout(() => this.finish(), FLUSH);
  }

  finish() {
    if (this.state !== "stopping") return;
    clearTimeout(this.flushing);
    this.state = "idle";
    this.keep();
    if (!this.data.open) this.release();
    this.say(this.captions.recorded.replace("{seconds}", (this.count / this.mic.rate).toFixed(1)));
    this.mark();
    this.post();
  }

  // --- to Python ----------------------------------------------------------------------------

  get queue() {
    const { name } = this.data;
    if (!unsent.has(name)) unsent.set(name, []);
    return unsent.get(name);
  }

  keep() {
    ending = false;
    const { rate, processed, device } = this.mic;
    counted = Math.max(Date.now(), counted + 1);
    const facts = { number: counted, rate, processed, device, tag: this.tag ?? "" };
    this.queue.push({ facts, file: wavFile(this.blocks, rate), part: 0 });
    this.blocks = [];
  }

  // What Python says to have: of which take, and how many of its parts.
  confirm(got) {
    const [take] = this.queue;
    if (!take) return;
    if (got && got.number === take.facts.number) {
      if (take.posted && got.parts === take.part && !got.over) return; // nothing new
      take.part = got.parts;
      take.posted = false;
      if (got.over) this.queue.shift();
    }
    if (!this.queue[0]?.posted) this.post();
  }

  async post() {
    clearTimeout(this.again);
    const [take] = this.queue;
    if (!take || this.closed) return;
    take.posted = true;
    const { part, file, facts } = take;
    const data = await base64Of(file.slice(part * PART, (part + 1) * PART));
    if (this.closed || take !== this.queue[0] || part !== take.part) return;
    this.tell({ ...facts, data, part, parts: Math.ceil(file.size / PART) });
    this.again = setTimeout(() => this.post(), PATIENCE);
  }

  key(event) {
    if (event.code !== "Space" || event.repeat || event.defaultPrevented) return;
    if (event.composedPath().includes(this.button)) return; // the button's own
    const other = document.documentElement.classList.contains("mg-recording");
    const mine = this.state === "recording" || (this.data?.page_keys && !other && !busy(event));
    if (!mine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.toggle();
  }

  // --- picture ------------------------------------------------------------------------------

  mark() {
    const on = this.state === "recording";
    this.root.classList.toggle("on", on);
    this.busy(on);
    this.button.disabled = !["idle", "recording", "opening"].includes(this.state);
    const caption = on ? this.captions.stop : this.captions.record;
    this.button.setAttribute("aria-label", caption);
    this.button.setAttribute("aria-pressed", String(on));
    this.button.title = caption;
    const waits = { opening: this.captions.asking, leaving: this.captions.sending };
    waits.stopping = waits.leaving;
    this.hint.textContent = on ? this.captions.listening : waits[this.state] ?? this.data.hint;
    if (this.state === "idle" && !this.count) this.time.textContent = "";
  }

  // Tells the page, whose other keys then wait; one recorder at a time.
  busy(on) {
    if (on === Boolean(this.isBusy)) return;
    this.isBusy = on;
    document.documentElement.classList.toggle("mg-recording", on);
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
