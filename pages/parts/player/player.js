// One sound: heard, seen, and a playhead that keeps to what is heard.
// Text comes in as data and goes out through textContent; nothing of it is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = { play: "M3 1.5v13l11-6.5z", pause: "M3 1.5h3.5v13H3zM9.5 1.5H13v13H9.5z" };
const PITCH = [60, 500]; // Hz, the range of the contour's log axis
const LEVEL = [-80, 0]; // dBFS
const TICK_ROOM = 48; // px between two marks of the time axis
const UNIT_ROOM = 84; // px for the name of the axis at its end
const players = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  let player = players.get(parentElement);
  if (!player) players.set(parentElement, (player = new Player(parentElement)));
  player.tell = (position) => setStateValue("position", position);
  player.update(data);
  return () => {
    player.close();
    players.delete(parentElement);
  };
}

class Player {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    Object.assign(this, {
      root: find(".player"), button: find(".play"), icon: find(".icon"), title: find(".title"),
      time: find(".time"), plot: find(".plot"), lanes: find(".lanes"), head: find(".head"),
      failed: find(".failed"), audio: find("audio"),
      clip: null, next: null, early: null, opened: 0, started: 0, frame: 0,
    });
    this.off = new AbortController();
    const on = (target, kind, action) =>
      target.addEventListener(kind, action, { signal: this.off.signal });
    on(this.button, "click", () => this.toggle());
    on(this.audio, "play", () => this.follow());
    on(this.audio, "pause", () => this.rest(true));
    on(this.audio, "ended", () => this.rest(false));
    on(this.audio, "seeked", () => this.draw());
    on(this.plot, "pointerdown", (event) => this.grab(event));
    on(this.plot, "pointermove", (event) => event.buttons === 1 && this.held && this.seek(event));
    on(this.plot, "pointerup", () => this.drop());
    on(this.plot, "pointercancel", () => this.drop());
    on(this.plot, "keydown", (event) => this.step(event));
    const first = { capture: true, signal: this.off.signal }; // before a button that has the focus
    window.addEventListener("keydown", (event) => this.key(event), first);
    on(window, "malgyeol:open", (event) => this.open(event.detail));
    on(window, "malgyeol:playing", (event) => event.detail !== this && this.audio.pause());
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.plot);
  }

  close() {
    this.audio.pause();
    cancelAnimationFrame(this.frame);
    this.resized.disconnect();
    this.off.abort();
  }

  // --- what the page says -------------------------------------------------------------------

  update(data) {
    if (data.seen < this.opened) return; // drawn before the latest click was known
    this.data = data;
    this.captions = data.captions;
    this.next = data.next;
    this.root.classList.toggle("compact", data.compact);
    this.show(data.clip);
    if (data.play && data.play !== this.started) {
      this.started = data.play;
      if (this.early !== data.clip.id) this.play(0);
    }
    this.early = null;
  }

  show(clip) {
    const same = this.clip && this.clip.id === clip.id;
    this.clip = clip;
    this.title.textContent = clip.title;
    const drawn = lanes(clip, this.captions, this.data.pictures);
    this.lanes.replaceChildren(...drawn, text("div", "axis", ""));
    this.width = 0;
    this.plot.setAttribute("aria-label", this.captions.seek);
    this.plot.setAttribute("aria-valuemax", clip.duration.toFixed(2));
    if (!same) {
      this.failed.hidden = true;
      this.audio.src = clip.src.startsWith("data:audio/") ? clip.src : "";
    }
    this.button.disabled = false;
    this.head.hidden = false;
    this.mark();
    this.draw();
  }

  // Another part of the page has opened a clip: begin at once where it is ready.
  open({ id, play, number }) {
    const ready = [this.clip, this.next].find((clip) => clip && clip.id === id);
    this.opened = number;
    this.early = ready ? id : null;
    if (!ready) {
      this.audio.pause();
      return;
    }
    this.show(ready);
    if (play) this.play(0);
  }

  // --- sound --------------------------------------------------------------------------------

  play(from) {
    if (from !== undefined) this.audio.currentTime = from;
    window.dispatchEvent(new CustomEvent("malgyeol:playing", { detail: this }));
    this.audio.play().then(
      () => { this.failed.hidden = true; },
      (error) => {
        if (error.name === "AbortError") return; // the next clip came first
        this.failed.textContent =
          error.name === "NotAllowedError" ? this.captions.blocked : this.captions.failed;
        this.failed.hidden = false;
      },
    );
  }

  toggle() {
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }

  follow() {
    cancelAnimationFrame(this.frame);
    const tick = () => {
      this.draw();
      this.frame = requestAnimationFrame(tick);
    };
    this.mark();
    tick();
  }

  rest(told) {
    cancelAnimationFrame(this.frame);
    this.mark();
    this.draw();
    if (told) this.report();
  }

  report() {
    if (this.data.report) this.tell(Math.round(this.audio.currentTime * 1000) / 1000);
  }

  // --- hands --------------------------------------------------------------------------------

  grab(event) {
    if (event.button !== 0) return;
    this.held = true;
    this.plot.setPointerCapture(event.pointerId);
    this.seek(event);
  }

  seek(event) {
    const box = this.lanes.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    this.audio.currentTime = share * this.clip.duration;
    this.draw();
  }

  drop() {
    if (!this.held) return;
    this.held = false;
    this.report();
  }

  step(event) {
    const by = { ArrowLeft: -0.1, ArrowRight: 0.1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const wanted = this.audio.currentTime + by;
    this.audio.currentTime = Math.min(this.clip.duration, Math.max(0, wanted));
  }

  key(event) {
    if (event.code !== "Space" || event.repeat || !this.clip || event.defaultPrevented) return;
    const own = event.composedPath().includes(this.plot);
    if (!own && !(this.data.page_keys && !busy(event))) return;
    event.preventDefault();
    event.stopPropagation();
    this.toggle();
  }

  // --- picture -----------------------------------------------------------------------------

  // Seconds below, as many as there is room for.
  scale() {
    this.width = this.lanes.clientWidth;
    const { duration } = this.clip;
    const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 300];
    const step = steps.find((s) => (s / duration) * this.width > TICK_ROOM) ?? 600;
    const marks = [];
    for (let at = 0; (1 - at / duration) * this.width > UNIT_ROOM; at += step) {
      const mark = text("span", "", at.toFixed(step < 1 ? 1 : 0));
      mark.style.left = `${(at / duration) * 100}%`;
      marks.push(mark);
    }
    const unit = text("span", "last", this.captions.seconds);
    unit.style.left = "100%";
    this.lanes.lastElementChild.replaceChildren(...marks, unit);
  }

  mark() {
    const playing = !this.audio.paused && !this.audio.ended;
    this.icon.setAttribute("d", playing ? ICONS.pause : ICONS.play);
    const caption = playing ? this.captions.pause : this.captions.play;
    this.button.setAttribute("aria-label", caption);
    this.button.title = caption;
  }

  draw() {
    if (!this.clip) return;
    if (this.width !== this.lanes.clientWidth) this.scale();
    const now = Math.min(this.audio.currentTime, this.clip.duration);
    const share = this.clip.duration ? now / this.clip.duration : 0;
    this.head.style.transform = `translateX(${share * this.lanes.clientWidth}px)`;
    this.time.textContent = `${now.toFixed(2)} / ${this.clip.duration.toFixed(2)} s`;
    this.plot.setAttribute("aria-valuenow", now.toFixed(2));
  }
}

// --- lanes ------------------------------------------------------------------------------------

function lanes(clip, captions, pictures) {
  const drawn = pictures ? [wave(clip, captions), spectrogram(clip, captions)] : [];
  if (clip.f0) drawn.push(contours(clip, captions));
  return drawn;
}

function wave(clip, captions) {
  const { low, high } = clip.wave;
  const x = (i) => ((i + 0.5) / high.length) * 1000;
  const y = (value) => 50 - value * 0.5; // hundredths of full scale
  const there = high.map((value, i) => `${x(i)} ${y(value)}`);
  const back = low.map((value, i) => `${x(i)} ${y(value)}`).reverse();
  const picture = svg();
  for (const [start, end] of clip.segments) picture.append(part(start, end, clip.duration));
  if (there.length) picture.append(shape("shape", `M${there.concat(back).join("L")}Z`));
  const ticks = [tick("1", 1, "top"), tick("0", 0.5), tick("-1", 0, "bottom")];
  return lane("wave", picture, captions.wave, ticks);
}

function part(start, end, duration) {
  const box = document.createElementNS(SVG, "rect");
  const place = { x: (start / duration) * 1000, width: ((end - start) / duration) * 1000 };
  for (const [name, value] of Object.entries({ ...place, y: 0, height: 100 })) {
    box.setAttribute(name, value);
  }
  box.setAttribute("class", "part");
  return box;
}

function spectrogram(clip, captions) {
  const picture = document.createElement("img");
  if (clip.picture.startsWith("data:image/png;base64,")) picture.src = clip.picture;
  picture.alt = captions.spectrogram;
  picture.draggable = false;
  const ticks = clip.frequencies.map(([place, name]) => tick(name, place));
  return lane("spectrogram", picture, captions.frequency, ticks);
}

function contours(clip, captions) {
  const [low, high] = PITCH.map(Math.log2);
  const height = (hz) => 1 - (Math.log2(hz) - low) / (high - low);
  const loudness = (db) => 1 - (db - LEVEL[0]) / (LEVEL[1] - LEVEL[0]);
  const picture = svg();
  picture.append(
    shape("strength", line(clip, clip.level, loudness)),
    shape("melody", line(clip, clip.f0, height)),
  );
  const ticks = [100, 200, 400].map((hz) => tick(String(hz), 1 - height(hz)));
  const drawn = lane("contours", picture, captions.pitch, ticks);
  drawn.querySelector(".unit").classList.add("pitch");
  drawn.append(text("span", "unit right", captions.level));
  return drawn;
}

// A path through the values, broken where one is null.
function line(clip, values, height) {
  let pen = "M";
  return values.map((value, i) => {
    if (value === null) {
      pen = "M";
      return "";
    }
    const x = ((clip.first + i * clip.hop) / clip.duration) * 1000;
    const step = `${pen}${x.toFixed(1)} ${(height(value) * 100).toFixed(1)}`;
    pen = "L";
    return step;
  }).join("");
}

function lane(kind, picture, unit, ticks) {
  const drawn = text("div", `lane ${kind}`, "");
  drawn.append(picture, text("span", "unit", unit), ...ticks);
  return drawn;
}

function tick(name, place, edge = "") {
  const drawn = text("span", `tick ${edge}`, name);
  drawn.style.bottom = `${place * 100}%`;
  return drawn;
}

function text(tag, kind, content) {
  const drawn = document.createElement(tag);
  drawn.className = kind;
  drawn.textContent = content;
  return drawn;
}

function svg() {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "0 0 1000 100");
  drawn.setAttribute("preserveAspectRatio", "none");
  drawn.setAttribute("aria-hidden", "true");
  return drawn;
}

function shape(kind, path) {
  const drawn = document.createElementNS(SVG, "path");
  drawn.setAttribute("class", kind);
  drawn.setAttribute("d", path);
  return drawn;
}
