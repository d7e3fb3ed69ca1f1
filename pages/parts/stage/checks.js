// Before the show: what can be told in a few seconds of microphone, screen, clock and server.

const CHECK_NOISE = 1.5; // s of the room as it is
const CHECK_VOICE = 3.5; // s in which somebody says something
const CHECK_PATIENCE = 8000; // ms that the server may take; then it is told to be slow
const NOISY = [-50, -35]; // dBFS from where a room is restless, and too loud
const QUIET = [-36, -60]; // dBFS of the peak below which a voice is soft, and not there
const SMALL = [1024, 600]; // px
const CHECKED = ["level", "noise", "model", "words", "network", "display", "clock"];

class ChecksScene extends SceneBase {
  enter() {
    this.list = el("ul", { class: "checks" });
    this.hint = el("h1", { textContent: this.words.checks });
    this.box.replaceChildren(el("div", { class: "prompt" }, this.hint), this.list);
    this.run();
  }
  leave() { this.turn = null; }
  space() { this.run(); }

  async run() {
    const turn = (this.turn = {});
    this.rows = {};
    this.list.replaceChildren();
    for (const name of CHECKED) this.row(name, "waiting", this.words.states.waiting);
    const began = (this.began = Date.now());
    this.stage.send({ kind: "checks", began });
    this.screen();
    await this.microphone(turn);
    while (this.turn === turn && !this.server(began) && Date.now() - began < CHECK_PATIENCE) await pause(200);
    if (this.turn !== turn) return;
    if (!this.server(began)) for (const name of ["model", "words", "network", "clock"]) this.row(name, "wrong", this.words.check_slow);
    const states = Object.values(this.rows), seconds = Math.ceil((Date.now() - began) / 1000);
    const worst = states.includes("wrong") ? "wrong" : states.includes("caution") ? "caution" : "good";
    this.hint.textContent = fill(this.words[`checks_${worst}`], { seconds });
    this.stage.box.dataset.checks = worst;
  }

  row(name, state, text, advice = "") {
    const names = this.words.check_names;
    const made = el("li", { class: state, "data-check": name },
      el("i", { "aria-hidden": "true" }), el("b", { textContent: names[name] }),
      el("span", { textContent: state === "waiting" ? text : `${this.words.states[state]} · ${text}` }), el("small", { textContent: advice }));
    const old = this.list.querySelector(`[data-check="${name}"]`);
    if (old) old.replaceWith(made);
    else this.list.append(made);
    this.rows[name] = state;
  }

  async microphone(turn) {
    const { stage, words } = this;
    const reason = await stage.mic.open();
    if (this.turn !== turn) return;
    if (reason) return this.dead(words.mic[reason]);
    this.hint.textContent = words.be_quiet;
    const noise = await stage.measure(CHECK_NOISE);
    if (this.turn !== turn) return;
    this.hint.textContent = words.say_something;
    const voice = await stage.measure(CHECK_VOICE);
    if (this.turn !== turn) return;
    this.hint.textContent = words.checks;
    if (voice.peak === 0) return this.dead(words.mic.dead);
    stage.dead = false;
    const db = (x) => (x > 0 ? 20 * Math.log10(x) : -120), shown = (x) => `${db(x).toFixed(0)} dBFS`;
    const level = db(voice.peak);
    if (level >= -1) this.row("level", "caution", shown(voice.peak), words.too_loud);
    else if (level < QUIET[1]) this.row("level", "wrong", shown(voice.peak), words.not_heard);
    else if (level < QUIET[0]) this.row("level", "caution", shown(voice.peak), words.too_soft);
    else this.row("level", "good", shown(voice.peak), stage.mic.processed.length ? words.processed : words.well_heard);
    const floor = db(noise.rms), grade = floor > NOISY[1] ? "wrong" : floor > NOISY[0] ? "caution" : "good";
    this.row("noise", grade, shown(noise.rms), grade === "good" ? words.still : words.noisy);
  }

  dead(text) {
    this.stage.dead = true;
    const stand_ins = this.stage.data.stand_ins.length;
    const advice = stand_ins ? fill(this.words.stand_ins, { n: stand_ins }) : this.words.no_stand_ins;
    this.row("level", stand_ins ? "caution" : "wrong", text, advice);
    this.row("noise", "caution", this.words.not_measured);
  }

  // What the server says comes while the room is still being listened to.
  told() { if (this.turn && this.began) this.server(this.began); }

  screen() {
    const { innerWidth: w, innerHeight: h } = window, { words } = this;
    const small = w < SMALL[0] || h < SMALL[1];
    this.row("display", small ? "caution" : "good", `${w} × ${h}`, small ? words.small : document.fullscreenElement ? "" : words.press_f);
  }

  // True once the server has answered this very question.
  server(began) {
    const checks = this.stage.data.checks;
    if (!checks || checks.began !== began) return false;
    const off = Math.abs(checks.now - (Date.now() + began) / 2) / 1000;
    const time = new Date().toLocaleTimeString(this.stage.data.language, { hour: "2-digit", minute: "2-digit" });
    this.row("clock", off > 30 ? "caution" : "good", time, off > 30 ? this.words.clock_off : "");
    for (const [name, state, text, advice] of checks.rows) this.row(name, state, text, advice);
    return true;
  }
  keys() { return ["check_again", "next", "fullscreen"]; }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
