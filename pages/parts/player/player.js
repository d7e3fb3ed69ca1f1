// One sound: heard, seen, and a playhead that keeps to what is heard.
// Text comes in as data and goes out through textContent; nothing of it is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = { play: "M3 1.5v13l11-6.5z", pause: "M3 1.5h3.5v13H3zM9.5 1.5H13v13H9.5z" };
const PITCH = [60, 500]; // Hz, the range of the contour's log axis
const LEVEL = [-80, 0]; // dBFS
const TICK_ROOM = 48; // px between two marks of the time axis
const UNIT_ROOM = 84; // px for the name of the axis at its end
const CLOSEST = 0.25; // s that fill the picture at the strongest zoom
const STEP = 1.5; // of one press on a magnifier
const players = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  let player = players.get(parentElement);
  if (!player) players.set(parentElement, (player = new Player(parentElement)));
  player.tell = (position) => setStateValue("position", position);
  player.tellPart = (part) => setStateValue("part", part);
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
      failed: find(".failed"), audio: find("audio"), list: find(".list"), lens: find(".lens"),
      closer: find(".closer"), wider: find(".wider"),
      clip: null, next: null, early: null, opened: 0, started: 0, frame: 0,
      zoom: 1, shift: 0, stopAt: null, part: null,
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
    on(this.closer, "click", () => this.magnify(STEP));
    on(this.wider, "click", () => this.magnify(1 / STEP));
    this.plot.addEventListener("wheel", (event) => this.wheel(event), {
      passive: false, signal: this.off.signal,
    });
    on(this.list, "click", (event) => {
      const row = event.target.closest("[data-part]");
      if (row) this.playPart(Number(row.dataset.part));
    });
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
    if (!same) Object.assign(this, { zoom: 1, shift: 0, stopAt: null, part: clip.part ?? null });
    this.title.textContent = clip.title;
    const drawn = lanes(clip, this.captions, this.data.pictures);
    this.lanes.replaceChildren(...drawn, text("div", "axis", ""));
    this.lens.hidden = !this.data.pictures || this.data.compact;
    this.closer.title = this.captions.closer;
    this.wider.title = this.captions.wider;
    this.closer.setAttribute("aria-label", this.captions.closer);
    this.wider.setAttribute("aria-label", this.captions.wider);
    this.enlist(same);
    this.width = 0;
    this.plot.setAttribute("aria-label", this.captions.seek);
    this.plot.setAttribute("aria-valuemax", clip.duration.toFixed(2));
    if (!same) {
      this.failed.hidden = true;
      this.audio.src = source(clip.src);
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

  playPart(index) {
    const { start, end } = this.clip.parts[index];
    const same = this.part === index && !this.audio.paused;
    this.choose(index);
    if (same) return this.audio.pause();
    this.reveal(start, end);
    this.play(start);
    this.stopAt = end;
  }

  choose(index) {
    if (this.part === index) return;
    this.part = index;
    if (this.data.report_parts) this.tellPart({ id: this.clip.id, part: index });
    this.light();
  }

  toggle() {
    this.stopAt = null;
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }

  follow() {
    cancelAnimationFrame(this.frame);
    const tick = () => {
      if (this.stopAt !== null && this.audio.currentTime >= this.stopAt) {
        this.stopAt = null;
        this.audio.pause();
      }
      if (this.zoom > 1) this.keepInSight();
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
    const box = event.target.closest("[data-part]");
    if (box) return this.playPart(Number(box.dataset.part));
    this.stopAt = null;
    this.held = true;
    this.plot.setPointerCapture(event.pointerId);
    this.seek(event);
  }

  seek(event) {
    const box = this.lanes.getBoundingClientRect();
    const share = this.shift + (event.clientX - box.left) / box.width / this.zoom;
    this.audio.currentTime = Math.min(1, Math.max(0, share)) * this.clip.duration;
    this.draw();
  }

  drop() {
    if (!this.held) return;
    this.held = false;
    this.report();
  }

  // --- zoom ---------------------------------------------------------------------------------

  // The moment at `place` (0 to 1 across the picture) stays where it is.
  magnify(by, place = this.headPlace() ?? 0.5) {
    const moment = this.shift + place / this.zoom;
    const strongest = Math.max(1, this.clip.duration / CLOSEST);
    this.zoom = Math.min(strongest, Math.max(1, this.zoom * by));
    this.pan(moment - place / this.zoom);
  }

  pan(shift) {
    this.shift = Math.min(1 - 1 / this.zoom, Math.max(0, shift));
    this.width = 0;
    this.draw();
  }

  wheel(event) {
    if (this.lens.hidden) return;
    const box = this.lanes.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.magnify(Math.exp(-event.deltaY / 200), (event.clientX - box.left) / box.width);
    } else if (this.zoom > 1 && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))) {
      event.preventDefault();
      this.pan(this.shift + (event.deltaX || event.deltaY) / box.width / this.zoom);
    }
  }

  // Where the playhead is across the picture, or null where it is out of sight.
  headPlace() {
    const place = (this.audio.currentTime / this.clip.duration - this.shift) * this.zoom;
    return place >= 0 && place <= 1 ? place : null;
  }

  keepInSight() {
    if (this.headPlace() === null) this.pan(this.audio.currentTime / this.clip.duration - 0.05 / this.zoom);
  }

  reveal(start, end) {
    const [from, to] = [start / this.clip.duration, end / this.clip.duration];
    if (from < this.shift || to > this.shift + 1 / this.zoom) this.pan(from - 0.05 / this.zoom);
  }

  // --- parts --------------------------------------------------------------------------------

  enlist(same) {
    const scrolled = this.list.scrollTop;
    const { parts } = this.clip;
    this.list.hidden = !(parts.length && this.data.listed);
    this.list.replaceChildren(...(this.list.hidden ? [] : parts.map((part, i) => row(part, i))));
    this.list.scrollTop = same ? scrolled : 0;
    this.light();
  }

  light() {
    for (const shown of this.root.querySelectorAll("[data-part]")) {
      shown.classList.toggle("chosen", Number(shown.dataset.part) === this.part);
    }
  }

  // The part that sounds just now, lit up in picture and list.
  sound(now) {
    const { parts } = this.clip;
    if (!parts.length) return;
    const playing = !this.audio.paused;
    const index = playing ? parts.findIndex((p) => p.start <= now && now < p.end) : -1;
    if (index === this.sounding) return;
    this.sounding = index;
    for (const shown of this.root.querySelectorAll("[data-part]")) {
      const on = Number(shown.dataset.part) === index;
      shown.classList.toggle("sounds", on);
      if (on && shown.parentElement === this.list) follow(this.list, shown);
    }
  }

  step(event) {
    const lens = { "+": STEP, "=": STEP, "-": 1 / STEP, 0: 1 / this.zoom }[event.key];
    if (lens !== undefined && !this.lens.hidden) {
      event.preventDefault();
      return this.magnify(lens);
    }
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
    this.lanes.style.setProperty("--zoom", this.zoom);
    this.lanes.style.setProperty("--shift", this.shift);
    this.wider.disabled = this.zoom <= 1;
    const span = this.clip.duration / this.zoom;
    const first = this.shift * this.clip.duration;
    const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300];
    const step = steps.find((s) => (s / span) * this.width > TICK_ROOM) ?? 600;
    const marks = [];
    const digits = step < 0.1 ? 2 : step < 1 ? 1 : 0;
    for (let n = Math.ceil(first / step - 1e-6); ; n += 1) {
      const place = (n * step - first) / span;
      if ((1 - place) * this.width <= UNIT_ROOM) break;
      const mark = text("span", place < 0.01 ? "first" : "", (n * step).toFixed(digits));
      mark.style.left = `${place * 100}%`;
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
    const place = (share - this.shift) * this.zoom;
    this.head.style.visibility = place >= 0 && place <= 1.0001 ? "" : "hidden";
    this.head.style.transform = `translateX(${place * this.lanes.clientWidth}px)`;
    this.sound(now);
    this.time.textContent = this.data.captions.lasts.replace("{n}", `${now.toFixed(2)} / ${this.clip.duration.toFixed(2)}`);
    this.plot.setAttribute("aria-valuenow", now.toFixed(2));
  }
}

// --- lanes ------------------------------------------------------------------------------------

function lanes(clip, captions, pictures) {
  const drawn = clip.parts.length ? [timeline(clip)] : [];
  if (pictures) drawn.push(wave(clip, captions), spectrogram(clip, captions));
  if (clip.f0) drawn.push(contours(clip, captions));
  return drawn;
}

// What was heard, stretch by stretch: its colour is the emotion, the words stand inside.
function timeline(clip) {
  const picture = text("div", "boxes", "");
  clip.parts.forEach((part, i) => {
    const box = text("div", `box${part.sure ? "" : " unsure"}`, part.text || part.caption);
    box.dataset.part = i;
    box.title = `${part.caption} ${part.detail}\n${part.text}`.trim();
    box.style.setProperty("--fill", part.color);
    box.style.left = `${(part.start / clip.duration) * 100}%`;
    box.style.width = `${((part.end - part.start) / clip.duration) * 100}%`;
    picture.append(box);
  });
  const drawn = text("div", "lane timeline", "");
  const view = text("div", "view", "");
  view.append(picture);
  drawn.append(view);
  return drawn;
}

function row(part, index) {
  const shown = text("button", "part", "");
  shown.type = "button";
  shown.dataset.part = index;
  const chip = text("span", `chip${part.sure ? "" : " unsure"}`, `${part.caption} ${part.detail}`);
  chip.style.setProperty("--fill", part.color);
  const said = text("span", `said${part.doubtful ? " doubtful" : ""}`, part.text || part.note);
  if (!part.text) said.classList.add("nothing");
  if (part.doubtful) said.append(text("em", "", part.note));
  shown.append(text("span", "when", part.when), chip, said);
  return shown;
}

// A row that sounds comes into sight; the page around the list does not move.
function follow(list, shown) {
  const top = shown.offsetTop - list.offsetTop;
  if (top < list.scrollTop) list.scrollTop = top;
  const over = top + shown.offsetHeight - list.clientHeight;
  if (over > list.scrollTop) list.scrollTop = over;
}

// A sound comes in the data, or from the media store of the server that sent this page.
function source(src) {
  if (src.startsWith("data:audio/")) return src;
  return /^\/media\/[\w.-]+$/.test(src) ? new URL(src.slice(1), document.baseURI).href : "";
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
  box.setAttribute("class", "span");
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
  const view = text("div", "view", "");
  view.append(picture);
  drawn.append(view, text("span", "unit", unit), ...ticks);
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
