// A page of clips. Rows are opened and marked here at once; what was done goes to Python as a
// queue of numbered actions and is sent again until Python has acknowledged it, so that keys
// pressed faster than the server answers are neither lost nor done twice.
// Text comes in as data and goes out through textContent; nothing of it is ever read as HTML.

const LOOK_AGAIN = 400; // ms, while pictures are being drawn
const TRIANGLE = "M3 1.5v13l11-6.5z";
const NUMBERS = new Set(["duration", "flags", "take"]);
const tables = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  let table = tables.get(parentElement);
  if (!table) tables.set(parentElement, (table = new Table(parentElement)));
  table.tell = (queue) => setStateValue("queue", queue);
  table.look = () => setStateValue("look", Date.now());
  table.update(data);
  return () => {
    table.close();
    tables.delete(parentElement);
  };
}

class Table {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    Object.assign(this, {
      frame: find(".frame"), head: find("thead tr"), body: find("tbody"), hints: find(".keys"),
      queue: [], rows: new Map(), current: null, marked: new Set(), last: null,
    });
    this.off = new AbortController();
    // In the capture phase: a control that was clicked with the mouse keeps the focus, and would
    // otherwise take the arrow keys for itself.
    const options = { capture: true, signal: this.off.signal };
    window.addEventListener("keydown", (event) => this.key(event), options);
  }

  close() {
    clearTimeout(this.timer);
    this.off.abort();
  }

  // --- what Python says ---------------------------------------------------------------------

  update(data) {
    this.data = data;
    clearTimeout(this.timer);
    if (data.rows.some((row) => row.picture === null)) {
      this.timer = setTimeout(() => this.look(), LOOK_AGAIN);
    }
    this.queue = this.queue.filter((action) => action.number > data.handled);
    if (this.queue.length) return this.pictures(); // it does not know yet what was done since
    this.marked = new Set(data.marked);
    const moved = this.current !== data.current;
    this.current = data.current;
    this.columns();
    this.body.replaceChildren(...data.rows.map((row) => this.row(row)));
    this.rows = new Map(data.rows.map((row, i) => [row.id, this.body.children[i]]));
    this.paint();
    this.hint();
    if (moved) this.reveal();
  }

  do(action) {
    const last = Math.max(this.number ?? 0, this.data.handled);
    this.number = Math.max(Date.now(), last + 1); // also where the clock was set back
    this.queue.push({ ...action, number: this.number });
    this.tell(this.queue);
    return this.number;
  }

  // --- rows ---------------------------------------------------------------------------------

  columns() {
    const { columns, sort, captions } = this.data;
    const all = element("input", "", { type: "checkbox", ariaLabel: captions.mark_all });
    all.addEventListener("change", () => this.markAll(all.checked));
    this.all = all;
    const heads = [cell("th", "mark", all), cell("th", "listen"), cell("th", "picture")];
    for (const group of columns) {
      const buttons = group.map(({ name, caption }) => {
        const button = element("button", "", { type: "button", textContent: caption });
        if (sort.by === name) button.className = sort.down ? "down" : "up";
        button.addEventListener("click", () => this.do({ do: "sort", by: name }));
        return button;
      });
      const [{ name }] = group;
      const head = cell("th", `c-${name} ${NUMBERS.has(name) ? "number" : ""}`, ...buttons);
      head.scope = "col";
      if (group.some((column) => column.name === sort.by)) {
        head.ariaSort = sort.down ? "descending" : "ascending";
      }
      heads.push(head);
    }
    this.head.replaceChildren(...heads);
  }

  row(row) {
    const { captions } = this.data;
    const drawn = element("tr", row.status);
    drawn.dataset.id = row.id;
    const box = element("input", "", { type: "checkbox", ariaLabel: captions.mark });
    box.addEventListener("click", (event) => this.mark(row.id, box.checked, event.shiftKey));
    const listen = element("button", "", { type: "button", title: captions.play });
    listen.ariaLabel = `${captions.play}: ${row.name}`;
    listen.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${TRIANGLE}"/></svg>`;
    const mark = cell("td", "mark", box);
    mark.addEventListener("click", (event) => event.stopPropagation());
    const cells = this.data.columns.map(([{ name }]) => value(name, row, captions));
    drawn.append(mark, cell("td", "listen", listen), cell("td", "picture", stamp(row)), ...cells);
    drawn.addEventListener("click", () => this.open(row.id));
    return drawn;
  }

  // Pictures that were made since; the rows stay as they are.
  pictures() {
    for (const row of this.data.rows) {
      const place = this.rows.get(row.id)?.querySelector(".picture span");
      if (place && row.picture) place.replaceWith(stamp(row));
    }
  }

  paint() {
    for (const [id, drawn] of this.rows) {
      drawn.classList.toggle("current", id === this.current);
      if (id === this.current) drawn.ariaCurrent = "true";
      else drawn.removeAttribute("aria-current");
      drawn.querySelector("input").checked = this.marked.has(id);
    }
    const here = [...this.rows.keys()].filter((id) => this.marked.has(id)).length;
    this.all.checked = here > 0 && here === this.rows.size;
    this.all.indeterminate = here > 0 && here < this.rows.size;
  }

  reveal() {
    const drawn = this.rows.get(this.current);
    if (!drawn) {
      this.frame.scrollTop = 0;
      return;
    }
    const head = this.head.offsetHeight;
    const top = drawn.offsetTop - head;
    const bottom = drawn.offsetTop + drawn.offsetHeight - this.frame.clientHeight;
    if (this.frame.scrollTop > top) this.frame.scrollTop = top;
    if (this.frame.scrollTop < bottom) this.frame.scrollTop = bottom;
  }

  hint() {
    const parts = this.data.keys.map(([key, caption]) => {
      const hint = element("span");
      hint.append(element("kbd", "", { textContent: key }), caption);
      return hint;
    });
    this.hints.replaceChildren(...parts);
  }

  // --- hands --------------------------------------------------------------------------------

  open(id) {
    this.current = id;
    this.paint();
    this.reveal();
    const number = this.do({ do: "open", id });
    const detail = { id: String(id), play: true, number };
    window.dispatchEvent(new CustomEvent("malgyeol:open", { detail }));
  }

  mark(id, on, range) {
    const ids = [...this.rows.keys()];
    const [from, to] = [ids.indexOf(this.last), ids.indexOf(id)].sort((a, b) => a - b);
    const chosen = range && from >= 0 ? ids.slice(from, to + 1) : [id];
    for (const each of chosen) this.marked[on ? "add" : "delete"](each);
    this.last = id;
    this.marks();
  }

  markAll(on) {
    for (const id of this.rows.keys()) this.marked[on ? "add" : "delete"](id);
    this.marks();
  }

  marks() {
    this.paint();
    this.do({ do: "mark", ids: [...this.marked] });
  }

  key(event) {
    if (!this.frame.offsetParent || event.defaultPrevented || busy(event)) return;
    const act = this.action(event.code);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  action(code) {
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1];
    if (digit) return this.label(this.data.scheme[digit - 1]);
    return {
      ArrowDown: () => this.step(1), KeyJ: () => this.step(1),
      ArrowUp: () => this.step(-1), KeyK: () => this.step(-1),
      KeyZ: () => this.do({ do: "undo" }),
      KeyD: this.current === null ? null : () => this.turn(),
      KeyX: this.current === null ? null
        : () => this.mark(this.current, !this.marked.has(this.current), false),
    }[code];
  }

  step(by) {
    const ids = [...this.rows.keys()];
    const at = ids.indexOf(this.current);
    const to = at < 0 ? (by > 0 ? 0 : ids.length - 1) : at + by;
    if (ids[to] !== undefined) this.open(ids[to]);
    else this.do({ do: "page", by });
  }

  label(emotion) {
    if (!emotion || this.current === null) return null;
    return () => {
      const chip = this.rows.get(this.current)?.querySelector(".chip");
      if (chip) paintChip(chip, emotion);
      this.do({ do: "label", id: this.current, emotion: emotion.id });
    };
  }

  turn() {
    this.rows.get(this.current)?.classList.toggle("disabled");
    this.do({ do: "turn", id: this.current });
  }
}

// --- cells ------------------------------------------------------------------------------------

function value(name, row, { lasts }) {
  const kind = `c-${name}`;
  if (name === "emotion") {
    const chip = element("span", "chip");
    paintChip(chip, row.emotion);
    return cell("td", kind, chip);
  }
  if (name === "sentence") {
    const file = element("span", "file", { textContent: row.name });
    return told(cell("td", `${kind} words`, row.sentence, file), `${row.sentence} · ${row.name}`);
  }
  if (name === "duration") return cell("td", `${kind} number`, lasts.replace("{n}", row.duration.toFixed(2)));
  if (name === "flags") {
    const count = row.flags.length ? `⚑ ${row.flags.length}` : "";
    return told(cell("td", `${kind} number`, count), row.flags.join(", "));
  }
  if (name === "take") return cell("td", `${kind} number`, String(row.take));
  return told(cell("td", kind, row[name]), row[name]);
}

function paintChip(chip, emotion) {
  chip.classList.toggle("none", !emotion);
  chip.textContent = emotion ? emotion.caption : "–";
  chip.style.background = emotion ? emotion.color : "";
}

function told(drawn, text) {
  drawn.title = text;
  return drawn;
}

function stamp(row) {
  if (!row.picture) return element("span");
  return element("img", "", { src: `data:image/png;base64,${row.picture}`, alt: "", width: 96, height: 36 });
}

function cell(tag, kind, ...content) {
  const drawn = element(tag, kind);
  drawn.append(...content);
  return drawn;
}

function element(tag, kind = "", properties = {}) {
  const drawn = document.createElement(tag);
  if (kind) drawn.className = kind;
  return Object.assign(drawn, properties);
}
