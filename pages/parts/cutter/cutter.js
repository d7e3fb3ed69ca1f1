// Segments on the waveform of a long take. They change here at once; every finished change goes to
// Python as the whole list. Text comes in as data and goes out through textContent.

const SHORTEST = 0.1; // s
const cutters = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  let cutter = cutters.get(parentElement);
  if (!cutter) cutters.set(parentElement, (cutter = new Cutter(parentElement)));
  cutter.send = (cuts) => setTriggerValue("cuts", cuts);
  cutter.update(data);
  return () => {
    cutter.close();
    cutters.delete(parentElement);
  };
}

class Cutter {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    Object.assign(this, {
      scroll: find(".scroll"), lane: find(".lane"), canvas: find("canvas"), parts: find(".parts"),
      head: find(".head"), audio: find("audio"), hint: find(".hint"),
      buttons: [...root.querySelectorAll("button")], cuts: [], chosen: 0, zoom: 1,
    });
    this.off = new AbortController();
    const options = { signal: this.off.signal };
    for (const button of this.buttons) {
      button.addEventListener("click", () => this.act(button.dataset.do), options);
    }
    this.lane.addEventListener("pointerdown", (event) => this.press(event), options);
    this.scroll.addEventListener("scroll", () => this.draw(), options);
    window.addEventListener("keydown", (event) => this.key(event), { capture: true, ...options });
    this.audio.addEventListener("timeupdate", () => this.listen(), options);
    this.sizes = new ResizeObserver(() => this.lay());
    this.sizes.observe(this.scroll);
  }

  close() {
    this.off.abort();
    this.sizes.disconnect();
    this.audio.pause();
    cancelAnimationFrame(this.frame);
  }

  update(data) {
    const other = !this.data || data.take !== this.data.take;
    const moved = other || data.version !== this.data.version;
    this.data = data;
    if (other) {
      this.audio.src = data.src;
      this.zoom = Math.max(1, data.duration / 40); // at first, 40 s are in view
      this.chosen = 0;
    }
    if (moved || this.cuts.length === data.cuts.length) this.cuts = data.cuts.map((cut) => ({ ...cut }));
    this.hint.textContent = data.captions.hint;
    this.lane.setAttribute("aria-label", data.captions.take);
    for (const button of this.buttons) {
      const caption = data.captions[button.dataset.do];
      if (button.textContent.length !== 1) button.textContent = caption;
      button.title = caption;
      button.setAttribute("aria-label", caption);
    }
    this.lay();
  }

  // --- picture ------------------------------------------------------------------------------

  get width() { return this.scroll.clientWidth * this.zoom; }
  x(time) { return (time / this.data.duration) * this.width; }
  time(x) { return Math.min(this.data.duration, Math.max(0, (x / this.width) * this.data.duration)); }

  lay() {
    if (!this.data) return;
    this.lane.style.width = `${this.width}px`;
    this.canvas.style.width = `${this.scroll.clientWidth}px`;
    this.chosen = Math.min(this.chosen, Math.max(0, this.cuts.length - 1));
    this.parts.replaceChildren(...this.cuts.map((cut, i) => this.part(cut, i)));
    for (const button of this.buttons) {
      const needs = ["play", "split", "remove"].includes(button.dataset.do) && !this.cuts.length;
      button.disabled = needs || (button.dataset.do === "merge" && this.chosen >= this.cuts.length - 1);
    }
    this.draw();
  }

  part(cut, i) {
    const box = document.createElement("div");
    box.className = `part ${cut.mark === "doubt" ? "doubt" : ""} ${i === this.chosen ? "chosen" : ""}`;
    box.style.left = `${this.x(cut.start)}px`;
    box.style.width = `${Math.max(2, this.x(cut.end) - this.x(cut.start))}px`;
    box.dataset.at = i;
    box.title = `${this.data.captions.segment} ${i + 1} · ${cut.name ?? ""} · ${(cut.end - cut.start).toFixed(2)} s`;
    const name = document.createElement("span");
    name.textContent = `${i + 1} ${cut.name ?? ""}`;
    box.append(name);
    for (const side of ["start", "end"]) {
      const grip = document.createElement("div");
      grip.className = `grip ${side}`;
      grip.dataset.side = side;
      box.append(grip);
    }
    return box;
  }

  draw() {
    if (!this.data) return;
    const { clientWidth: width, clientHeight: height } = this.scroll;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    pen.fillStyle = getComputedStyle(this.hint).color;
    const wave = this.data.wave;
    const tallest = Math.max(8, ...sample(wave));
    for (let x = 0; x < width; x += 1) {
      const from = ((x + this.scroll.scrollLeft) / this.width) * wave.length;
      const to = Math.max(from + 1, ((x + 1 + this.scroll.scrollLeft) / this.width) * wave.length);
      let peak = 0;
      for (let i = Math.floor(from); i < to && i < wave.length; i += 1) peak = Math.max(peak, wave[i]);
      const tall = Math.max(1, (peak / tallest) * (height - 24));
      pen.fillRect(x, (height - tall) / 2 + 8, 1, tall);
    }
  }

  // --- work ---------------------------------------------------------------------------------

  press(event) {
    const at = this.lane.getBoundingClientRect().left;
    const time = this.time(event.clientX - at);
    const part = event.target.closest(".part");
    if (!part) return this.begin(event, time, at);
    this.chosen = Number(part.dataset.at);
    const side = event.target.dataset.side;
    if (!side) {
      this.lay();
      this.playFrom(time);
      return;
    }
    this.drag(event, at, (now) => this.move(this.chosen, side, now));
  }

  begin(event, time, at) {
    const next = this.cuts.findIndex((cut) => cut.start > time);
    const place = next < 0 ? this.cuts.length : next;
    const made = { start: time, end: time, name: "", mark: "" };
    let added = false;
    this.drag(event, at, (now) => {
      if (!added && Math.abs(now - time) > SHORTEST) {
        this.cuts.splice(place, 0, made);
        this.chosen = place;
        added = true;
      }
      if (added) {
        made.start = Math.min(time, now);
        made.end = Math.max(time, now);
        this.bound(place);
      }
    }, () => added);
  }

  drag(event, at, moved, wanted = () => true) {
    event.preventDefault();
    this.scroll.setPointerCapture?.(event.pointerId);
    const off = new AbortController();
    const options = { signal: off.signal };
    window.addEventListener("pointermove", (e) => { moved(this.time(e.clientX - at)); this.lay(); }, options);
    const over = () => { off.abort(); this.lay(); if (wanted()) this.tell(); };
    window.addEventListener("pointerup", over, options);
    window.addEventListener("pointercancel", over, options);
  }

  move(i, side, time) {
    const cut = this.cuts[i];
    if (side === "start") cut.start = Math.min(time, cut.end - SHORTEST);
    else cut.end = Math.max(time, cut.start + SHORTEST);
    this.bound(i);
  }

  bound(i) {
    const cut = this.cuts[i];
    cut.start = Math.max(cut.start, i ? this.cuts[i - 1].end : 0);
    cut.end = Math.min(cut.end, i + 1 < this.cuts.length ? this.cuts[i + 1].start : this.data.duration);
  }

  act(what) {
    const cut = this.cuts[this.chosen];
    if (what === "closer" || what === "wider") {
      const middle = (this.scroll.scrollLeft + this.scroll.clientWidth / 2) / this.width;
      this.zoom = Math.min(600, Math.max(1, this.zoom * (what === "closer" ? 1.6 : 1 / 1.6)));
      this.lay();
      this.scroll.scrollLeft = middle * this.width - this.scroll.clientWidth / 2;
      return;
    }
    if (!cut) return;
    if (what === "play") return this.playFrom(cut.start);
    if (what === "split") {
      const now = this.audio.currentTime;
      const inside = now > cut.start + SHORTEST && now < cut.end - SHORTEST;
      const at = inside ? now : (cut.start + cut.end) / 2;
      if (cut.end - cut.start < 2 * SHORTEST) return;
      this.cuts.splice(this.chosen + 1, 0, { ...cut, start: at });
      cut.end = at;
    } else if (what === "merge") {
      const [next] = this.cuts.splice(this.chosen + 1, 1);
      if (!next) return;
      cut.end = next.end;
    } else if (what === "remove") {
      this.cuts.splice(this.chosen, 1);
    }
    this.lay();
    this.tell();
  }

  tell() {
    this.send(this.cuts.map((cut) => [Number(cut.start.toFixed(3)), Number(cut.end.toFixed(3))]));
  }

  key(event) {
    if (event.defaultPrevented || busy(event)) return;
    const does = { s: "split", m: "merge", p: "play", Delete: "remove", "+": "closer", "-": "wider" }[event.key];
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!does && !step) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (does) return this.act(does);
    this.chosen = Math.min(this.cuts.length - 1, Math.max(0, this.chosen + step));
    this.lay();
    this.reveal();
    this.act("play");
  }

  reveal() {
    const cut = this.cuts[this.chosen];
    if (!cut) return;
    const x = this.x(cut.start);
    if (x < this.scroll.scrollLeft || this.x(cut.end) > this.scroll.scrollLeft + this.scroll.clientWidth) {
      this.scroll.scrollLeft = x - 40;
    }
  }

  // --- sound --------------------------------------------------------------------------------

  playFrom(time) {
    const cut = this.cuts[this.chosen];
    this.until = cut ? cut.end : this.data.duration;
    window.dispatchEvent(new CustomEvent("malgyeol:playing", { detail: this }));
    this.audio.currentTime = time;
    this.audio.play().catch(() => {});
    const follow = () => {
      this.listen();
      if (!this.audio.paused) this.frame = requestAnimationFrame(follow);
    };
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(follow);
  }

  listen() {
    if (this.until && this.audio.currentTime >= this.until) this.audio.pause();
    this.head.style.transform = `translateX(${this.x(this.audio.currentTime)}px)`;
  }
}

// Enough of a long list to know its greatest, without passing 20,000 arguments.
function sample(values) {
  const step = Math.max(1, Math.floor(values.length / 5000));
  return values.filter((_, i) => i % step === 0);
}
