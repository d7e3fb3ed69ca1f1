// The scenes. Each draws itself into `this.box` and answers keys: `next` and `back` tell whether
// there was a step of its own left; the stage goes to the next scene otherwise.

class SceneBase {
  constructor(stage, data) {
    Object.assign(this, { stage, data, box: el("div", { class: `scene-${data.kind}` }), step: 0 });
    this.words = stage.data.captions;
  }
  enter() {}
  leave() {}
  next() { return false; }
  back() { return false; }
  space() {}
  digit() {}
  up() {}
  down() {}
  release() {}
  answered() {}
  keys() { return []; }
}

// What was heard: words, emotion, bars and the picture of the sound, for every scene that records.
class Hearing {
  constructor(stage) {
    this.stage = stage;
    this.rolling = stage.rolling;
    this.said = el("p", { class: "said" });
    this.verdict = el("div", { class: "verdict", role: "status" });
    this.bars = el("div", { class: "bars-box" });
    this.box = el("div", { class: "hearing" }, this.said, el("div", { class: "heard" }, this.verdict, this.bars));
  }

  show(answer) {
    const { captions: words, emotions } = this.stage.data;
    this.verdict.className = "verdict";
    this.bars.replaceChildren();
    this.said.className = "said";
    if (!answer) {
      this.verdict.replaceChildren();
      this.said.textContent = "";
      return;
    }
    if (answer.state === "waiting") this.verdict.replaceChildren(el("span", { class: "quiet", textContent: words.thinking }));
    if (answer.state === "failed") this.verdict.replaceChildren(el("span", { class: "quiet", textContent: answer.error }));
    if (answer.state === "done") {
      this.verdict.classList.add(answer.sure ? "sure" : "unsure");
      this.verdict.style.setProperty("--fill", emotions[answer.emotion].color);
      this.verdict.replaceChildren(el("b", { textContent: answer.said }), ...(answer.note ? [el("span", { textContent: answer.note })] : []));
      this.bars.replaceChildren(bars(answer.proba, emotions, answer.sure ? answer.emotion : null));
    }
    this.say(answer, words);
  }

  say(answer, words) {
    const quiet = { waiting: words.writing, none: words.no_engine, silent: words.no_words, failed: answer.words_error }[answer.words_state];
    this.said.textContent = quiet ?? (answer.words ? `“${answer.words}”` : "");
    this.said.classList.toggle("quiet", quiet !== undefined);
  }
}

class SayScene extends SceneBase {
  enter() {
    this.hearing = new Hearing(this.stage);
    this.prompt = el("div", { class: "prompt" });
    this.box.replaceChildren(this.prompt, this.stage.rolling.canvas, this.hearing.box);
    this.draw();
  }
  draw() {
    const line = this.data.lines[this.step] ?? "";
    const picture = this.stage.data.pictures[line];
    this.prompt.replaceChildren(picture
      ? el("span", { class: "picture", role: "img", "aria-label": picture.caption, style: { "--picture": `url("${picture.uri}")` } })
      : el("h1", { textContent: line || this.words.say_anything }));
    this.box.classList.toggle("empty", !this.stage.last);
    this.hearing.show(this.stage.last);
  }
  next() {
    if (this.step + 1 >= this.data.lines.length) return false;
    this.step += 1;
    this.stage.drop_take();
    this.stage.rolling.clear();
    this.draw();
    return true;
  }
  back() {
    if (!this.step) return false;
    this.step -= 1;
    this.draw();
    return true;
  }
  up() { this.back(); }
  down() { this.next(); }
  digit(n) { if (n <= this.data.lines.length) { this.step = n - 1; this.draw(); } }
  space() { this.stage.record(); }
  answered(answer) { this.box.classList.remove("empty"); this.hearing.show(answer); }
  keys() { return ["record", "next", "again", "blank"]; }
}

// A sentence, an emotion that only the actor sees, the room's guess, then the model's.
class ActScene extends SceneBase {
  enter() {
    this.hearing = new Hearing(this.stage);
    this.draw_lot();
  }
  leave() { this.stage.round("close"); }
  draw_lot() {
    const pick = (list) => list[Math.floor(Math.random() * list.length)];
    const cards = this.data.lines.flatMap((line) => this.data.emotions.map((emotion) => [line, emotion]));
    const fresh = cards.filter(([l, e]) => l !== this.card?.[0] || e !== this.card?.[1]);
    this.card = pick(fresh.length ? fresh : cards);
    Object.assign(this, { phase: "ready", room: null, peeking: false });
    this.stage.drop_take();
    this.stage.rolling.clear();
    this.draw();
  }
  draw() {
    const { words, phase } = this, { emotions } = this.stage.data;
    const [line, emotion] = this.card;
    const shown = this.peeking || phase === "reveal";
    const card = el("div", { class: `card ${shown ? "open" : ""}`, style: { "--fill": emotions[emotion].color } },
      el("b", { textContent: shown ? emotions[emotion].caption : words.secret }),
      el("span", { textContent: phase === "ready" ? words.peek : "" }));
    const head = el("div", { class: "prompt" }, el("h1", { textContent: `“${line}”` }), card);
    const body = { ready: [], guess: [this.choices()], reveal: [this.verdicts()] }[phase];
    this.box.replaceChildren(head, this.stage.rolling.canvas, ...body);
    this.box.classList.toggle("empty", phase === "ready" && this.stage.state !== "recording");
    if (phase === "reveal") { this.box.append(this.hearing.box); this.hearing.show(this.stage.last); }
  }
  choices() {
    const { emotions, round } = this.stage.data;
    const counts = round?.open || this.closed ? round.counts : {};
    const total = Object.values(counts).reduce((a, b) => a + b, 0);
    return el("div", { class: "guess" },
      el("h2", { textContent: this.words.room_first }),
      el("ol", { class: "choices" }, ...this.data.emotions.map((id, i) =>
        el("li", { class: this.room === id ? "chosen" : "", style: { "--fill": emotions[id].color, "--share": `${total ? (100 * (counts[id] ?? 0)) / total : 0}%` } },
          el("kbd", { textContent: String(i + 1) }), el("b", { textContent: emotions[id].caption }),
          el("em", { textContent: total ? String(counts[id] ?? 0) : "" })))),
      el("p", { class: "quiet", textContent: total ? fill(this.words.votes, { n: total }) : this.words.by_hand }));
  }
  verdicts() {
    const { emotions } = this.stage.data, [, meant] = this.card;
    const heard = this.stage.last?.state === "done" ? this.stage.last.emotion : null;
    const name = (id) => (id ? emotions[id].caption : this.words.nothing);
    const one = (who, id) => el("li", { class: id === meant ? "right" : "wrong" },
      el("span", { textContent: who }), el("b", { textContent: name(id) }), el("em", { textContent: id === meant ? this.words.right : this.words.wrong }));
    return el("ul", { class: "verdicts" }, one(this.words.the_room, this.room), one(this.words.the_model, heard));
  }
  space() { if (this.phase !== "reveal") this.stage.record(); else this.next(); }
  answered(answer) {
    if (answer.state === "recording") { this.box.classList.remove("empty"); return; }
    if (this.phase === "ready") { this.phase = "guess"; this.stage.round("start", this.data.emotions); }
    this.draw();
  }
  digit(n) {
    const id = this.data.emotions[n - 1];
    if (this.phase !== "guess" || !id) return;
    this.room = id;
    this.draw();
  }
  next() {
    if (this.phase === "guess") { this.reveal(); return true; }
    if (this.phase === "reveal" && this.step + 1 < this.data.rounds) { this.step += 1; this.draw_lot(); return true; }
    return false;
  }
  back() {
    if (this.phase !== "guess") return false;
    this.draw_lot();
    return true;
  }
  reveal() {
    const round = this.stage.data.round;
    if (!this.room && round?.open) {
      const best = Object.entries(round.counts).sort((a, b) => b[1] - a[1]);
      if (best.length && best[0][1] > (best[1]?.[1] ?? 0)) this.room = best[0][0]; // a tie is no answer
    }
    this.stage.round("close");
    this.phase = "reveal";
    const [, meant] = this.card, heard = this.stage.last?.state === "done" ? this.stage.last.emotion : null;
    this.stage.count({ room: this.room === null ? null : this.room === meant, model: heard === null ? null : heard === meant });
    this.draw();
  }
  up() { if (this.phase === "ready" && !this.peeking) { this.peeking = true; this.draw(); } }
  release() { if (this.peeking) { this.peeking = false; this.draw(); } }
  told() { if (this.phase === "guess") this.draw(); }
  keys() { return { ready: ["peek", "record", "phones", "blank"], guess: ["choose", "reveal", "phones", "blank"], reveal: ["next", "again", "blank"] }[this.phase] ?? []; }
}

// One sentence in its emotions: pitch curves over one another, and each to be heard.
class FourScene extends SceneBase {
  enter() {
    const { emotions } = this.stage.data, takes = this.data.takes;
    const longest = Math.max(...takes.map((t) => t.duration));
    const values = takes.flatMap((t) => t.pitch.filter((v) => v !== null));
    const [low, high] = [Math.min(-6, ...values), Math.max(6, ...values)];
    this.lines = curves(takes.map((t) => ({
      values: t.pitch, color: emotions[t.emotion].color, kind: "pitch",
      x: (i) => (1000 * (t.first + i * t.hop)) / longest,
    })), { low, high, marks: [0], label: this.words.pitch });
    this.longest = longest;
    this.head = svg("line", { x1: 0, x2: 0, y1: 0, y2: 400, class: "head" });
    this.lines.append(this.head);
    this.items = takes.map((t, i) => el("li", { style: { "--fill": emotions[t.emotion].color } },
      el("kbd", { textContent: String(i + 1) }), el("b", { textContent: emotions[t.emotion].caption }), el("span", { textContent: t.heard })));
    this.box.replaceChildren(
      el("div", { class: "prompt" }, el("h1", { textContent: `“${this.data.text}”` }), el("p", { class: "quiet", textContent: this.data.voice })),
      el("div", { class: "plot" }, this.lines, el("p", { class: "quiet", textContent: this.words.pitch })),
      el("ol", { class: "takes" }, ...this.items));
  }
  leave() { this.stop(); }
  async space() {
    if (this.playing) { this.stop(); return; }
    const turn = {};
    this.turn = turn;
    for (let i = 0; i < this.data.takes.length && this.turn === turn; i += 1) await this.play(i);
    if (this.turn === turn) this.stop();
  }
  digit(n) { if (this.data.takes[n - 1]) { this.stop(); this.play(n - 1); } }
  play(i) {
    const take = this.data.takes[i];
    this.items.forEach((item, j) => item.classList.toggle("on", i === j));
    [...this.lines.querySelectorAll(".pitch")].forEach((line, j) => line.classList.toggle("dim", i !== j));
    return this.stage.play(take.src, (seconds) => {
      this.playing = true;
      const x = (1000 * seconds) / this.longest;
      this.head.setAttribute("x1", x);
      this.head.setAttribute("x2", x);
    });
  }
  stop() {
    this.turn = null;
    this.playing = false;
    this.stage.hush();
    this.items?.forEach((item) => item.classList.remove("on"));
    this.lines?.querySelectorAll(".dim").forEach((line) => line.classList.remove("dim"));
  }
  keys() { return ["play_all", "hear_one", "next", "blank"]; }
}

// A run told again: curves, confusion and one clip's fate at the same epoch.
class LearnScene extends SceneBase {
  enter() {
    const { data, words } = this, last = data.held_out.length;
    this.epoch ??= last;
    this.clip ??= 0;
    const span = { low: 0, high: 1, marks: [data.chance] };
    this.plot = curves([
      { values: data.train, color: "var(--muted)", kind: "thin" },
      { values: data.held_out, color: "var(--accent)", kind: "thick" },
    ], { ...span, label: words.curve });
    this.head = svg("line", { x1: 0, x2: 0, y1: 0, y2: 400, class: "head" });
    this.plot.append(this.head);
    this.figure = el("b", {});
    this.slider = el("input", { type: "range", min: 1, max: last, value: this.epoch, "aria-label": words.epoch });
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    this.matrix = el("div", { class: "matrix" });
    this.fate = el("div", { class: "fate" });
    this.box.replaceChildren(
      el("div", { class: "prompt" }, el("h1", { textContent: data.title }), this.figure),
      el("div", { class: "told-again" },
        el("div", { class: "plot" }, this.plot, el("p", { class: "quiet", textContent: words.curve }), this.slider),
        el("div", {}, this.matrix, el("p", { class: "quiet", textContent: words.confusion }))),
      this.fate);
    this.go(this.epoch);
  }
  leave() { this.rest(); }
  go(epoch) {
    const { data } = this, last = data.held_out.length;
    this.epoch = Math.max(1, Math.min(last, epoch));
    const i = this.epoch - 1, x = (1000 * i) / Math.max(1, last - 1);
    this.head.setAttribute("x1", x);
    this.head.setAttribute("x2", x);
    this.slider.value = this.epoch;
    this.figure.textContent = fill(this.words.at_epoch, { epoch: this.epoch, uar: data.held_out[i].toFixed(2) });
    this.draw_matrix(data.confusions[i]);
    this.draw_fate(i);
  }
  draw_matrix(rows) {
    const { emotions } = this.stage.data, ids = this.data.scheme;
    this.matrix.style.setProperty("--n", ids.length);
    const cells = rows.flatMap((row, r) => {
      const total = row.reduce((a, b) => a + b, 0);
      return [el("span", { textContent: emotions[ids[r]].caption }), ...row.map((n, c) => {
        const share = total ? n / total : 0;
        return el("i", { class: r === c ? "diagonal" : "", textContent: n ? percent(share) : "·", style: { "--share": share.toFixed(3), "--fill": emotions[ids[c]].color } });
      })];
    });
    this.matrix.replaceChildren(el("span", {}), ...ids.map((id) => el("span", { textContent: emotions[id].caption })), ...cells);
  }
  draw_fate(i) {
    const { emotions } = this.stage.data, { scheme, clips } = this.data, clip = clips[this.clip];
    if (!clip) return;
    const now = clip.fate[i], best = now.indexOf(Math.max(...now));
    const strip = el("div", { class: "strip", "aria-hidden": "true" }, ...clip.fate.map((row, epoch) => {
      const top = row.indexOf(Math.max(...row));
      return el("i", { class: epoch === i ? "now" : "", style: { background: emotions[scheme[top]].color } });
    }));
    this.fate.replaceChildren(
      el("div", { class: "fate-head" },
        el("b", { textContent: fill(this.words.fate, { clip: clip.title, emotion: emotions[scheme[clip.reference]].caption }) }),
        el("span", { class: best === clip.reference ? "right" : "wrong", textContent: fill(this.words.fate_now, { emotion: emotions[scheme[best]].caption, share: percent(now[best]) }) })),
      strip);
  }
  space() {
    if (this.timer) { this.rest(); return; }
    const last = this.data.held_out.length;
    if (this.epoch >= last) this.go(1);
    const pace = Math.max(40, 12000 / last); // ms an epoch: a run is told in about twelve seconds
    this.timer = setInterval(() => {
      if (this.epoch >= last) this.rest();
      else this.go(this.epoch + 1);
    }, pace);
  }
  rest() { clearInterval(this.timer); this.timer = null; }
  up() { this.rest(); this.go(this.epoch + 1); }
  down() { this.rest(); this.go(this.epoch - 1); }
  digit(n) { if (this.data.clips[n - 1]) { this.clip = n - 1; this.go(this.epoch); } }
  keys() { return ["replay", "scrub", "choose_clip", "next", "blank"]; }
}

// How good it is: known and new voices, the room, chance, and where it fails.
class GoodScene extends SceneBase {
  enter() {
    const { data, words } = this, score = this.stage.kept.score;
    const room = score.room[1] ? score.room[0] / score.room[1] : null;
    const rows = [
      [words.known_voice, data.known, data.known_interval, "thin"],
      [words.new_voice, data.uar, data.interval, "thick"],
      [words.people, data.people, null, "room"],
      [words.human, room, null, "room", room === null ? words.human_unknown : fill(words.of, { k: score.room[0], n: score.room[1] })],
      [words.chance, data.chance, null, "chance"],
    ].filter(([name, value]) => (value !== null && value !== undefined) || name === words.human);
    const list = rows.map(([name, value, interval, kind, note]) => el("li", { class: kind },
      el("span", { textContent: name }),
      el("i", {}, el("b", { style: { width: `${100 * (value ?? 0)}%` } }), ...(interval ? [el("u", { style: { left: `${100 * interval[0]}%`, width: `${100 * (interval[1] - interval[0])}%` } })] : [])),
      el("em", { textContent: value === null ? "–" : value.toFixed(2) }), el("small", { textContent: note ?? (interval ? fill(words.between, { low: interval[0].toFixed(2), high: interval[1].toFixed(2) }) : "") })));
    this.box.replaceChildren(
      el("div", { class: "prompt" }, el("h1", { textContent: data.headline }), el("p", { class: "quiet", textContent: data.protocol })),
      el("ul", { class: "scores" }, ...list),
      el("div", { class: "fails" }, el("h2", { textContent: words.fails }), el("ul", {}, ...data.fails.map((text) => el("li", { textContent: text })))),
      ...(data.warning ? [el("p", { class: "quiet", textContent: data.warning })] : []));
  }
  keys() { return ["next", "back", "blank"]; }
}

const SCENE_KINDS = { say: SayScene, act: ActScene, four: FourScene, learn: LearnScene, good: GoodScene };
