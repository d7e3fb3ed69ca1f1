// A live stream as it is heard: a level, a picture and a timeline that roll with the sound.
// Text comes in as data and goes out through textContent; nothing of it is ever read as HTML.

const FLOOR = -60; // dBFS, the left end of the meter
const FRAME = 33; // ms between two drawings
const BEHIND = 0.8; // s behind the newest sound from which on the picture jumps
const boards = new WeakMap();

export default function ({ parentElement, data }) {
  let board = boards.get(parentElement);
  if (!board) boards.set(parentElement, (board = new Board(parentElement)));
  board.update(data);
  return () => {
    board.close();
    boards.delete(parentElement);
  };
}

class Board {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    Object.assign(this, {
      name: find(".name"), meter: find(".meter"), level: find(".meter i"), number: find(".level b"),
      state: find(".level em"), canvas: find("canvas"), ago: find(".ago"), now: find(".now"),
      frequency: find(".frequency"), said: find(".said"), bars: find(".bars"), line: find(".line"),
      strip: find(".strip"), facts: find(".facts"),
      time: 0, drawn: 0, frame: 0, kept: {},
    });
    this.film = document.createElement("canvas");
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.canvas);
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.resized.disconnect();
  }

  update(data) {
    const first = this.data?.stream !== data.stream;
    this.data = data;
    if (first) this.begin();
    this.take(data.picture, data.scale);
    this.write(data);
    const late = data.time - this.time;
    if (first || late > BEHIND || this.calm.matches) this.time = data.time;
    this.draw();
    if (!this.calm.matches) this.roll();
  }

  begin() {
    const { picture, span } = this.data;
    this.length = Math.ceil(span / picture.step) + 2;
    this.rows = picture.rows;
    this.shades = new Uint8Array(this.length * this.rows);
    this.film.width = this.length;
    this.film.height = this.rows;
    Object.assign(this, { time: this.data.time, oldest: Infinity, newest: -1, kept: {} });
  }

  // --- the picture --------------------------------------------------------------------------

  // New columns into a ring, each at its number.
  take({ first, rows, data }, scale) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const count = bytes.length / rows;
    if (first > this.newest + 1) this.oldest = first; // what lies between never came
    this.oldest = Math.min(this.oldest, first);
    this.newest = Math.max(this.newest, first + count - 1);
    this.oldest = Math.max(this.oldest, this.newest - this.length + 1);
    for (let i = Math.max(0, count - this.length); i < count; i += 1) {
      this.shades.set(bytes.subarray(i * rows, (i + 1) * rows), ((first + i) % this.length) * rows);
    }
    const palette = JSON.stringify(scale);
    if (palette !== this.palette) {
      this.palette = palette;
      this.colors = colors(scale);
      this.paint(this.oldest, this.newest);
    } else {
      this.paint(first, first + count - 1);
    }
  }

  paint(from, to) {
    const pen = this.film.getContext("2d");
    const column = pen.createImageData(1, this.rows);
    for (let n = Math.max(from, this.oldest); n <= to; n += 1) {
      const place = n % this.length;
      for (let row = 0; row < this.rows; row += 1) {
        const shade = 3 * this.shades[place * this.rows + row];
        for (let c = 0; c < 3; c += 1) column.data[4 * row + c] = this.colors[shade + c];
        column.data[4 * row + 3] = 255;
      }
      pen.putImageData(column, place, 0);
    }
  }

  // --- words and bars -----------------------------------------------------------------------

  write(data) {
    const { captions } = data;
    const level = Math.max(FLOOR, data.level);
    this.name.textContent = captions.level;
    this.meter.setAttribute("aria-label", captions.level);
    this.meter.setAttribute("aria-valuenow", level);
    this.level.style.transform = `scaleX(${Math.min(1, (level - FLOOR) / -FLOOR)})`;
    this.number.textContent = level;
    this.state.textContent = data.speaking ? captions.speaking : captions.quiet;
    this.state.classList.toggle("on", data.speaking);
    this.canvas.setAttribute("aria-label", captions.spectrogram);
    this.ago.textContent = captions.ago;
    this.frequency.textContent = captions.frequency;
    this.said.textContent = data.said;
    this.line.setAttribute("aria-label", captions.timeline);
    this.facts.textContent = data.facts;
    this.changed("bars", data.bars, () => this.bars.replaceChildren(...data.bars.map(bar)));
    this.changed("parts", data.parts, () => this.enlist(data.parts));
  }

  // What stays the same is not made anew.
  changed(name, value, action) {
    const text = JSON.stringify(value);
    if (this.kept[name] === text) return;
    this.kept[name] = text;
    action();
  }

  enlist(parts) {
    const { shown } = this.data;
    const boxes = parts.map((part) => {
      const box = element("span", `mg-live-box${part.sure ? "" : " unsure"}`, part.text || part.caption);
      box.title = part.text ? `${part.caption}\n${part.text}` : part.caption;
      box.style.setProperty("--fill", part.color);
      box.style.left = `${(100 * part.start) / shown}%`;
      box.style.width = `${(100 * (part.end - part.start)) / shown}%`;
      return box;
    });
    this.going = element("span", "mg-live-box now", "");
    this.going.hidden = true;
    this.strip.replaceChildren(...boxes, this.going);
  }

  // --- rolling ------------------------------------------------------------------------------

  // The picture goes on at the pace of the sound, up to the newest that came.
  roll() {
    cancelAnimationFrame(this.frame);
    let before = performance.now();
    const tick = (at) => {
      if (at - before >= FRAME) {
        this.time = Math.min(this.data.time, this.time + (at - before) / 1000);
        before = at;
        this.draw();
      }
      if (this.time < this.data.time) this.frame = requestAnimationFrame(tick);
    };
    this.frame = requestAnimationFrame(tick);
  }

  draw() {
    if (!this.data) return;
    const { canvas, time } = this;
    const { span, shown, since, picture } = this.data;
    this.now.textContent = `${time.toFixed(1)} s`;
    this.strip.style.transform = `translateX(${(-100 * Math.max(0, time - shown)) / shown}%)`;
    this.going.hidden = since === null || since >= time;
    if (!this.going.hidden) {
      this.going.style.left = `${(100 * since) / shown}%`;
      this.going.style.width = `${(100 * (time - since)) / shown}%`;
    }
    const ratio = window.devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * ratio);
    const height = Math.round(canvas.clientHeight * ratio);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, width, height);
    if (this.newest < 0) return;
    const wide = (width * picture.step) / span; // px of a column
    const right = Math.min(this.newest + 1, time / picture.step);
    const left = Math.max(this.oldest, right - span / picture.step);
    for (const [from, to] of this.runs(left, right)) {
      const x = width - (right - from) * wide;
      pen.drawImage(this.film, from % this.length, 0, to - from, this.rows, x, 0, (to - from) * wide, height);
    }
  }

  // Stretches of columns that lie in one piece in the ring.
  runs(left, right) {
    const seam = Math.ceil((left + 1e-9) / this.length) * this.length;
    return seam < right ? [[left, seam], [seam, right]] : [[left, right]];
  }
}

// A colour for each of 256 shades, between the stops of a scale.
function colors(scale) {
  const stops = scale.map(([place, rgb]) => [place * 255, rgb.match(/\d+/g).map(Number)]);
  const table = new Uint8Array(3 * 256);
  for (let shade = 0; shade < 256; shade += 1) {
    const next = Math.max(1, stops.findIndex(([place]) => place >= shade));
    const [[a, from], [b, to]] = [stops[next - 1], stops[next]];
    from.forEach((low, c) => {
      table[3 * shade + c] = Math.round(low + ((to[c] - low) * (shade - a)) / (b - a));
    });
  }
  return table;
}

// As `core.i18n.percent`: what is nearly all is not all.
function percent(share) {
  return `${share < 1 ? Math.min(99, Math.round(100 * share)) : 100}\u00a0%`;
}

function bar({ caption, color, share, best }) {
  const row = element("div", best ? "bar best" : "bar", "");
  const fill = element("i", "", "");
  fill.style.setProperty("--fill", color);
  fill.style.setProperty("--share", share);
  row.append(element("span", "", caption), fill, element("b", "", percent(share)));
  return row;
}

function element(tag, kind, content) {
  const made = document.createElement(tag);
  made.className = kind;
  made.textContent = content;
  return made;
}
