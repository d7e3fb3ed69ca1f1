// A learning curve that is told its points and draws them: the loss above, the scores below.
// It stays in place from one epoch to the next, where a Plotly chart would be mounted anew.

const SVG = "http://www.w3.org/2000/svg";
const [LEFT, RIGHT, TOP, GAP, BOTTOM] = [46, 20, 26, 46, 46]; // px around and between the panels
const LOSS = 0.34; // of the height of both panels
const TICK = 56; // px that a number of the lower axis needs
const CURVES = ["held_out", "train", "loss"];
const charts = new WeakMap();

export default function ({ parentElement, data }) {
  let chart = charts.get(parentElement);
  if (!chart) charts.set(parentElement, (chart = new Chart(parentElement)));
  chart.update(data);
  return () => {
    chart.close();
    charts.delete(parentElement);
  };
}

class Chart {
  constructor(root) {
    this.figure = root.querySelector("figure");
    this.svg = root.querySelector("svg");
    this.legend = root.querySelector("figcaption");
    this.at = null; // the epoch that is pointed at
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.svg);
    this.svg.addEventListener("pointermove", (event) => this.point(event));
    this.svg.addEventListener("pointerdown", (event) => this.point(event));
    this.svg.addEventListener("pointerleave", () => this.choose(null));
    this.svg.addEventListener("blur", () => this.choose(null));
    this.svg.addEventListener("keydown", (event) => this.step(event));
  }

  close() {
    this.resized.disconnect();
  }

  update(data) {
    this.data = data;
    this.draw();
    Object.assign(this.figure.dataset, { run: data.run, epochs: data.now.epochs.length });
  }

  // --- pointing at an epoch ---------------------------------------------------------------------

  point(event) {
    const box = this.svg.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / Math.max(1, box.width - LEFT - RIGHT);
    this.choose(Math.round(0.5 + share * this.data.last));
  }

  step(event) {
    const { epochs } = this.data.now;
    const moved = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const jumps = { Home: 1, End: epochs.at(-1), Escape: null };
    if (!epochs.length || !(moved || event.key in jumps)) return;
    event.preventDefault();
    this.choose(moved ? (this.at ?? epochs.at(-1)) + moved : jumps[event.key]);
  }

  choose(epoch) {
    const end = this.data.now.epochs.at(-1) ?? this.data.before.epochs.at(-1);
    const at = epoch === null || !end ? null : Math.min(Math.max(epoch, 1), end);
    if (at === this.at) return;
    this.at = at;
    this.draw();
  }

  // --- drawing ----------------------------------------------------------------------------------

  draw() {
    const [width, height] = [this.svg.clientWidth, this.svg.clientHeight];
    if (!this.data || !width) return;
    const { now, before, captions, last } = this.data;
    const room = height - TOP - GAP - BOTTOM;
    const losses = [...now.loss, ...before.loss].filter((value) => value !== null);
    const top = { y: TOP, height: LOSS * room, most: losses.length ? nice(Math.max(...losses)) : 1 };
    const low = { y: TOP + LOSS * room + GAP, height: (1 - LOSS) * room, most: 1 };
    this.size = { width, height, right: width - RIGHT };
    this.x = (epoch) => LEFT + ((epoch - 0.5) / last) * (width - LEFT - RIGHT);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.replaceChildren(
      ...this.panel(top, captions.loss, losses.length ? [0, top.most / 2, top.most] : [0], losses.length),
      ...this.panel(low, captions.uar, [0, 0.25, 0.5, 0.75, 1], true),
      ...this.epochs(),
      ...this.chance(low),
      ...this.spread(low),
      ...this.curve(before, "loss", top, "before"),
      ...this.curve(before, "held_out", low, "before"),
      ...this.curve(now, "loss", top, "loss"),
      ...this.curve(now, "train", low, "train"),
      ...this.curve(now, "held_out", low, "held_out"),
      ...this.cursor(),
    );
    this.write();
  }

  panel(panel, title, ticks, numbered) {
    const end = { x: LEFT - 8, "text-anchor": "end" };
    return [
      make("text", { x: 0, y: panel.y - 10 }, title),
      ...ticks.flatMap((tick) => {
        const y = height(panel, tick);
        const rule = make("line", { x1: LEFT, x2: this.size.right, y1: y, y2: y });
        return numbered ? [rule, make("text", { ...end, y: y + 5 }, `${+tick.toPrecision(3)}`)] : [rule];
      }),
    ];
  }

  epochs() {
    const { last, captions } = this.data;
    const { right, height: bottom } = this.size;
    const step = Math.max(1, Math.ceil(nice(last / Math.max(1, Math.floor((right - LEFT) / TICK)))));
    const shown = [1];
    for (let epoch = step; epoch <= last; epoch += step) if (epoch > 1) shown.push(epoch);
    const middle = { "text-anchor": "middle" };
    return [
      ...shown
        .filter((epoch) => epoch === 1 || this.x(epoch) - this.x(1) > TICK / 2)
        .map((epoch) => make("text", { ...middle, x: this.x(epoch), y: bottom - BOTTOM + 20 }, `${epoch}`)),
      make("text", { ...middle, x: (LEFT + right) / 2, y: bottom - 4 }, captions.epoch),
    ];
  }

  chance(panel) {
    const { chance, captions } = this.data;
    const [x, y] = [this.size.right, height(panel, chance)];
    return [
      make("line", { class: "chance", x1: LEFT, x2: x, y1: y, y2: y }),
      make("text", { x, y: y - 6, "text-anchor": "end" }, captions.chance),
    ];
  }

  // Between the lowest and the highest fold.
  spread(panel) {
    const { epochs, low, high } = this.data.now;
    if (epochs.length < 2 || low.every((value, i) => value === high[i])) return [];
    const edge = (values) => epochs.map((epoch, i) => `${this.x(epoch)},${height(panel, values[i])}`);
    return [make("path", { class: "spread", d: `M${[...edge(high), ...edge(low).reverse()].join("L")}Z` })];
  }

  curve(curves, kind, panel, look) {
    const points = curves.epochs
      .map((epoch, i) => [epoch, curves[kind][i]])
      .filter(([epoch, value]) => epoch <= this.data.last && value !== null)
      .map(([epoch, value]) => [this.x(epoch), height(panel, value)]);
    if (!points.length) return [];
    if (points.length === 1) return [dot(points[0], look)];
    const line = make("path", { class: look, d: `M${points.map((at) => at.join(",")).join("L")}` });
    return look === "held_out" ? [line, dot(points.at(-1), look)] : [line];
  }

  cursor() {
    if (this.at === null) return [];
    const x = this.x(this.at);
    return [make("line", { class: "cursor", x1: x, x2: x, y1: TOP, y2: this.size.height - BOTTOM })];
  }

  // --- in words ---------------------------------------------------------------------------------

  // The values of the epoch that is pointed at, else of the newest.
  write() {
    const { now, before, captions } = this.data;
    const at = this.at ?? now.epochs.at(-1) ?? null;
    const value = (curves, kind) => {
      const found = curves[kind][curves.epochs.indexOf(at)];
      return found === undefined || found === null ? "–" : found.toFixed(kind === "loss" ? 3 : 2);
    };
    const rows = CURVES.map((kind) => [kind, captions[kind], value(now, kind)]);
    if (before.epochs.length) rows.push(["before", captions.before, value(before, "held_out")]);
    rows.unshift(["at", captions.epoch, at === null ? "–" : `${at}`]);
    this.legend.replaceChildren(...rows.map(([look, caption, shown]) => entry(look, caption, shown)));
    const said = rows.map(([, caption, shown]) => `${caption} ${shown}`).join(", ");
    this.svg.setAttribute("aria-label", `${captions.title}: ${said}`);
  }
}

function entry(look, caption, shown) {
  const row = document.createElement("span");
  const [swatch, name, value] = ["i", "span", "b"].map((tag) => document.createElement(tag));
  row.className = swatch.className = look;
  name.textContent = caption;
  value.textContent = shown;
  row.append(swatch, name, value);
  return row;
}

function make(tag, attributes, text) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function dot([cx, cy], look) {
  return make("circle", { class: look, cx, cy, r: look === "held_out" ? 5 : 3.5 });
}

function height(panel, value) {
  return panel.y + panel.height * (1 - Math.min(value, panel.most) / panel.most);
}

// The next round number.
function nice(value) {
  const unit = 10 ** Math.floor(Math.log10(Math.max(value, 1e-6)));
  return unit * [1, 2, 4, 5, 10].find((times) => times * unit >= value * (1 - 1e-9));
}
