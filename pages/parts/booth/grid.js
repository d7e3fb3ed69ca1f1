// Cells of sentences and emotions. Arrow keys move within the grid from anywhere on the page, unless
// the key belongs to what has the focus. Text comes in as data and goes out through textContent.

const SIGNS = { good: "✓", doubt: "!", "": "" };
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const grids = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  let grid = grids.get(parentElement);
  if (!grid) grids.set(parentElement, (grid = new Grid(parentElement)));
  grid.tell = (cell) => setTriggerValue("cell", cell);
  grid.update(data);
  return () => {
    grid.off.abort();
    grids.delete(parentElement);
  };
}

class Grid {
  constructor(root) {
    this.head = root.querySelector("thead tr");
    this.body = root.querySelector("tbody");
    this.off = new AbortController();
    const options = { capture: true, signal: this.off.signal };
    window.addEventListener("keydown", (event) => this.key(event), options);
  }

  update(data) {
    this.data = data;
    const captions = data.emotions.map((e) => {
      const cell = element("th", e.caption);
      const dot = document.createElement("i");
      dot.style.background = e.color;
      cell.prepend(dot);
      return cell;
    });
    this.head.replaceChildren(element("th", data.captions.sentence), ...captions);
    this.body.replaceChildren(...data.rows.map((row) => this.row(row)));
  }

  row(row) {
    const line = document.createElement("tr");
    const name = element("td", row.text);
    name.title = row.text;
    name.prepend(element("b", row.code));
    line.append(name);
    this.data.emotions.forEach((e, i) => {
      const state = row.states[i] in SIGNS ? row.states[i] : "";
      const button = element("button", SIGNS[state]);
      button.type = "button";
      if (state) button.classList.add(state);
      const current = row.code === this.data.current[0] && e.id === this.data.current[1];
      if (current) button.setAttribute("aria-current", "true");
      const said = `${row.code} ${row.text}, ${e.caption}: ${this.data.captions[state]}`;
      button.setAttribute("aria-label", said);
      button.title = said;
      button.addEventListener("click", () => this.go(row.code, e.id));
      const cell = document.createElement("td");
      cell.append(button);
      line.append(cell);
    });
    return line;
  }

  go(code, emotion) {
    this.data.current = [code, emotion];
    for (const marked of this.body.querySelectorAll("[aria-current]")) marked.removeAttribute("aria-current");
    const row = this.data.rows.findIndex((r) => r.code === code);
    const column = this.data.emotions.findIndex((e) => e.id === emotion);
    this.body.rows[row]?.cells[column + 1]?.firstChild.setAttribute("aria-current", "true");
    this.tell([code, emotion]);
  }

  key(event) {
    const move = MOVES[event.key];
    if (!move || event.defaultPrevented || event.shiftKey || busy(event)) return;
    if (document.documentElement.classList.contains("mg-recording")) return; // it is being read
    const row = this.data.rows.findIndex((r) => r.code === this.data.current[0]);
    const column = this.data.emotions.findIndex((e) => e.id === this.data.current[1]);
    const width = this.data.emotions.length;
    const last = this.data.rows.length * width - 1;
    const at = row * width + column + move[0] * width + move[1];
    if (at < 0 || at > last) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.go(this.data.rows[Math.floor(at / width)].code, this.data.emotions[at % width].id);
  }
}

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
