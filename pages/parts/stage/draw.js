// Small pieces of the stage: elements with text that is only ever text, curves, and the picture of
// a sound while it is heard.

const ROLL = 6; // s that the picture is wide
const ROLL_RATE = 60; // columns a second
const STAGE_SVG = "http://www.w3.org/2000/svg";

function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "class") made.className = value;
    else if (name === "style") for (const [k, v] of Object.entries(value)) made.style.setProperty(k, v);
    else if (name in made && name !== "role") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function svg(tag, props = {}, ...children) {
  const made = document.createElementNS(STAGE_SVG, tag);
  for (const [name, value] of Object.entries(props)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// As `core.i18n.percent`: what is nearly all is not all.
const percent = (share) => `${share < 1 ? Math.min(99, Math.round(100 * share)) : 100}\u00a0%`;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

// Lines over one pair of axes, in a box of 1000 by 400; a gap where a value is null.
function curves(lines, { low, high, marks = [], label = "" }) {
  const y = (value) => 390 - (380 * (value - low)) / (high - low);
  const box = svg("svg", { viewBox: "0 0 1000 400", preserveAspectRatio: "none", role: "img", "aria-label": label });
  for (const mark of marks) {
    box.append(svg("line", { x1: 0, x2: 1000, y1: y(mark), y2: y(mark), class: "mark" }));
  }
  for (const line of lines) {
    let path = "", pen = false;
    line.values.forEach((value, i) => {
      if (value === null) { pen = false; return; }
      const x = line.x ? line.x(i) : (1000 * i) / Math.max(1, line.values.length - 1);
      path += `${pen ? "L" : "M"}${x.toFixed(1)} ${y(value).toFixed(1)}`;
      pen = true;
    });
    const drawn = svg("path", { d: path, fill: "none", stroke: line.color, "vector-effect": "non-scaling-stroke" });
    drawn.setAttribute("class", `curve ${line.kind ?? ""}`);
    box.append(drawn);
  }
  return box;
}

function bars(proba, emotions, best) {
  return el("ul", { class: "bars" }, ...proba.map(([id, share]) => {
    const one = emotions[id];
    return el("li", { class: id === best ? "best" : "" },
      el("span", { textContent: one.caption }),
      el("i", {}, el("b", { style: { width: `${Math.max(0.5, 100 * share)}%`, background: one.color } })),
      el("em", { textContent: percent(share) }));
  }));
}

// A spectrogram that runs while it is heard: a column a frame, low notes below.
class Rolling {
  constructor() {
    this.canvas = el("canvas", { class: "rolling", "aria-hidden": "true" });
    this.column = 0;
  }

  paint(stops) { this.shades = Array.from({ length: 64 }, (_, i) => shade(stops, i / 63)); }

  listen(context, source) {
    this.rest();
    this.began = performance.now();
    this.heard = 0;
    this.analyser = new AnalyserNode(context, { fftSize: 2048, smoothingTimeConstant: 0, minDecibels: -100, maxDecibels: -20 });
    source.connect(this.analyser);
    this.bins = new Uint8Array(this.analyser.frequencyBinCount);
    this.top = Math.min(8000 / (context.sampleRate / 2), 1); // Hz above which nothing is shown
    this.frame = requestAnimationFrame(() => this.draw());
  }

  clear() {
    const { clientWidth, clientHeight } = this.canvas;
    this.canvas.width = clientWidth ? ROLL * ROLL_RATE : 64;
    this.canvas.height = Math.max(32, Math.min(160, Math.round(clientHeight / 2)));
    this.column = 0;
  }

  draw() {
    if (!this.analyser) return;
    this.analyser.getByteFrequencyData(this.bins);
    const { width, height } = this.canvas, pen = this.canvas.getContext("2d");
    const due = Math.floor(((performance.now() - this.began) / 1000) * ROLL_RATE); // columns by now
    const wide = due - this.heard;
    this.frame = requestAnimationFrame(() => this.draw());
    if (wide < 1) return;
    this.heard = due;
    if (this.column + wide > width) {
      pen.drawImage(this.canvas, width - this.column - wide, 0);
      this.column = Math.max(0, width - wide);
    }
    for (let y = 0; y < height; y += 1) {
      const pitch = ((height - 1 - y) / height) ** 1.7; // more room for what is low
      const value = this.bins[Math.floor(pitch * this.top * (this.bins.length - 1))];
      pen.fillStyle = this.shades[value >> 2];
      pen.fillRect(this.column, y, wide, 1);
    }
    this.column += wide;
  }

  rest() {
    cancelAnimationFrame(this.frame);
    this.analyser?.disconnect();
    this.analyser = null;
  }
}

function shade(stops, place) {
  const at = stops.findIndex(([where]) => where >= place);
  if (at <= 0) return `rgb(${stops[Math.max(0, at)][1]})`;
  const [[from, low], [to, high]] = [stops[at - 1], stops[at]];
  const t = (place - from) / (to - from || 1);
  return `rgb(${low.map((c, i) => Math.round(c + t * (high[i] - c)))})`;
}
