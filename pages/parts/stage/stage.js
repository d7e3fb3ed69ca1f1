// The stage: scenes, keys, the microphone, and what goes to and fro.
//
// What goes to the server waits in an outbox until the server says that it has it: nothing is lost
// by a slow answer, a cut line or a mashed key. What comes is drawn as data, never as HTML.

const KEEP = "malgyeol.stage"; // in the tab: where the show stands and what the score is
const SHORTEST = 0.35; // s; a stop before that is the second half of a double click
const LONGEST = 20; // s of a take
const POLL = 350; // ms between two looks while something is awaited
const UNHEARD = 3000; // ms after which a message is sent again
const BOUNCE = 250; // ms in which the same key does nothing more
const LEAVE = 2000; // ms in which a second Esc leaves
const stages = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  let stage = stages.get(parentElement);
  if (!stage) stages.set(parentElement, (stage = new Stage(parentElement)));
  stage.post = (outbox) => setStateValue("outbox", outbox);
  stage.update(data);
  return () => {
    stage.close();
    stages.delete(parentElement);
  };
}

class Stage {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    Object.assign(this, {
      box: find(".stage"), place: find(".scene"), where: find(".where"), led: find(".led"), points: find(".score"),
      clock: find(".clock"), told: find(".told"), foot: find(".keys"), black: find(".black"),
      outbox: [], last: null, lastSound: null, blocks: [], state: "idle", dead: false, scenes: null,
      have: null, pressed: {}, kept: this.remembered(), next_stand_in: 0, waiting: 0,
    });
    this.mic = new Microphone({ heard: (block) => this.heard(block), lost: () => this.lost() });
    this.audio = new Audio();
    this.off = new AbortController();
    const first = { capture: true, signal: this.off.signal };
    window.addEventListener("keydown", (event) => this.key(event), first);
    window.addEventListener("keyup", (event) => { if (event.key === "ArrowUp") this.scene?.release(); }, first);
    window.addEventListener("resize", () => this.resized(), { signal: this.off.signal });
    document.addEventListener("fullscreenchange", () => this.resized(), { signal: this.off.signal });
    navigator.mediaDevices?.addEventListener?.("devicechange", () => { this.dead = false; }, { signal: this.off.signal });
    this.ticking = setInterval(() => this.tick(), 1000);
    this.box.focus({ preventScroll: true });
  }

  close() {
    this.off.abort();
    clearInterval(this.ticking);
    clearTimeout(this.polling);
    this.scene?.leave();
    this.rolling?.rest();
    this.audio.pause();
    this.mic.close();
  }

  // --- what the server says -----------------------------------------------------------------

  update(data) {
    this.data = data;
    this.outbox = this.outbox.filter((message) => message.n > data.acked);
    if (!this.rolling) this.dress(this.kept.palette ?? data.palette);
    if (data.scenes && data.digest !== this.have) {
      this.have = data.digest;
      this.content = data.scenes;
      this.build();
    } else {
      this.ask_scenes();
    }
    const answer = data.answers.find((one) => one.id === this.take);
    if (answer) this.answered(answer);
    this.scene?.told?.();
    this.draw_phones();
    if (data.notice && data.notice !== this.noticed) this.say((this.noticed = data.notice));
    this.await();
  }

  // The scenes come when they are asked for; the run that brings them may be cut short by another.
  ask_scenes() {
    const { digest } = this.data;
    if (digest === this.have || (digest === this.asked && Date.now() - this.asked_at < UNHEARD)) return;
    this.asked = digest;
    this.asked_at = Date.now();
    this.send({ kind: "scenes" });
  }

  answered(answer) {
    const news = JSON.stringify(answer) !== JSON.stringify(this.last);
    this.last = answer;
    if (news) this.scene?.answered(answer);
    this.box.dataset.answer = answer.state;
    this.box.dataset.words = answer.words_state;
    this.foot_keys();
  }

  // What comes late for a take, its words above all, is not for the scene after it.
  drop_take() { this.take = this.last = null; }

  send(message) {
    const n = Math.max(Date.now(), (this.outbox.at(-1)?.n ?? 0) + 1);
    this.outbox = [...this.outbox.filter((m) => m.kind !== "poll"), { n, ...message }];
    this.post(this.outbox);
  }

  // Looks again while an answer, the words of one, or votes are still to come.
  await() {
    clearTimeout(this.polling);
    const open = this.data.answers.some((a) => a.state === "waiting" || a.words_state === "waiting");
    const asked = this.scene instanceof ChecksScene && this.scene.turn && this.scene.rows.model === "waiting";
    if (!open && !this.data.round?.open && !asked && !this.outbox.length) return;
    this.polling = setTimeout(() => this.send({ kind: "poll" }), POLL);
  }

  // --- scenes -------------------------------------------------------------------------------

  build() {
    this.scenes = [{ kind: "checks" }, ...this.content].map((data) =>
      data.kind === "checks" ? new ChecksScene(this, data) : new SCENE_KINDS[data.kind](this, data));
    this.go(Math.min(this.kept.scene ?? 0, this.scenes.length - 1));
  }

  go(index) {
    if (!this.scenes || index < 0 || index >= this.scenes.length) return;
    this.scene?.leave();
    this.hush();
    this.kept.scene = index;
    this.scene = this.scenes[index];
    this.drop_take();
    this.place.replaceChildren(this.scene.box);
    this.draw_phones();
    this.rolling.clear();
    this.scene.enter();
    this.rolling.clear();
    this.remember();
    this.draw();
  }

  go_on() {
    if (this.scenes && this.kept.scene === this.scenes.length - 1) this.say(this.data.captions.the_end);
    else this.go(this.kept.scene + 1);
  }

  draw() {
    const { captions: words } = this.data, at = this.kept.scene;
    this.where.textContent = at ? `${at} / ${this.scenes.length - 1} · ${words.scenes[this.scene.data.kind]}` : words.before;
    this.box.dataset.scene = this.scene.data.kind;
    const { room, model, actor } = this.kept.score;
    const of = ([k, n]) => `${k}/${n}`;
    this.points.textContent = room[1] + model[1] + actor[1] ? `${words.the_room} ${of(room)} · ${words.the_actor} ${of(actor)} · ${words.the_model} ${of(model)}` : "";
    this.foot_keys();
    this.mark();
    this.tick();
  }

  foot_keys() {
    const words = this.data.captions.keys;
    this.foot.replaceChildren(...(this.scene?.keys() ?? []).map((name) => el("span", {}, el("kbd", { textContent: words[name][0] }), ` ${words[name][1]}`)));
  }

  // One act: who was right. The actor scores when anybody understood.
  count({ room, model }) {
    const { score } = this.kept;
    const add = (who, right) => { if (right !== null) { score[who][0] += right ? 1 : 0; score[who][1] += 1; } };
    add("room", room);
    add("model", model);
    if (room !== null || model !== null) add("actor", Boolean(room || model));
    this.remember();
    this.draw();
  }

  remembered() {
    const fresh = { scene: 0, score: { room: [0, 0], actor: [0, 0], model: [0, 0] } };
    try {
      return { ...fresh, ...JSON.parse(sessionStorage.getItem(KEEP) ?? "{}") };
    } catch {
      return fresh;
    }
  }

  remember() {
    try {
      sessionStorage.setItem(KEEP, JSON.stringify(this.kept));
    } catch { /* a full or forbidden store: a reload then begins anew */ }
  }

  dress(name) {
    const palette = this.data.palettes[name] ?? this.data.palettes.dark;
    for (const [role, color] of Object.entries(palette.colors)) this.box.style.setProperty(`--${role}`, color);
    this.box.style.colorScheme = name === "dark" ? "dark" : "light";
    this.box.dataset.palette = this.kept.palette = name;
    this.rolling ??= new Rolling();
    this.rolling.paint(palette.stops);
  }

  resized() {
    if (this.state !== "recording") this.rolling?.clear();
    if (this.scene instanceof ChecksScene) this.scene.screen();
  }

  // --- recording ----------------------------------------------------------------------------

  async record() {
    if (this.state === "recording") { this.stop(); return; }
    if (this.state !== "idle") return;
    this.hush();
    this.state = "opening";
    this.mark();
    const reason = this.dead ? "dead" : await this.mic.open();
    if (this.off.signal.aborted) return;
    if (reason) { this.state = "idle"; this.mark(); this.stand_in(reason); return; }
    this.blocks = [];
    this.count_samples = 0;
    this.peak = 0;
    this.drop_take();
    this.scene.answered({ state: "recording", words_state: "done", words: "" });
    this.rolling.clear();
    this.rolling.listen(this.mic.context, this.mic.source);
    this.state = "recording";
    this.mark();
  }

  heard(block) {
    if (block === null) { this.finish(); return; }
    let sum = 0, peak = 0;
    for (const value of block) { sum += value * value; peak = Math.max(peak, Math.abs(value)); }
    this.meter?.(block.length, sum, peak);
    if (this.state !== "recording" && this.state !== "stopping") return;
    this.blocks.push(block);
    this.count_samples += block.length;
    this.peak = Math.max(this.peak, peak);
    const seconds = this.count_samples / this.mic.rate;
    this.led.textContent = `● ${fill(this.data.captions.lasts, { n: seconds.toFixed(1) })}`;
    if (this.state === "recording" && seconds >= LONGEST) this.stop();
  }

  stop() {
    if (this.count_samples / this.mic.rate < SHORTEST) return;
    this.state = "stopping";
    this.mic.flush();
    this.mark();
  }

  async finish() {
    if (this.state !== "stopping") return;
    this.rolling.rest();
    const blocks = this.blocks, silent = this.peak === 0;
    this.blocks = [];
    this.state = "idle";
    this.mark();
    if (silent) { this.dead = true; this.stand_in("dead"); return; }
    const file = wavFile(blocks, this.mic.rate), id = `t${Date.now()}`;
    this.take = id;
    this.ended = performance.now();
    this.forget();
    this.lastSound = URL.createObjectURL(file);
    this.scene.answered({ state: "waiting", words_state: "waiting", words: "" });
    this.box.dataset.answer = "waiting";
    this.send({ kind: "take", id, wav: await base64Of(file) });
  }

  // A recorded take instead of the microphone: heard, seen and answered like one that is spoken.
  async stand_in(reason) {
    const words = this.data.captions, all = this.data.stand_ins;
    if (!all.length) { this.say(`${words.mic[reason]} ${words.no_stand_ins}`, true); return; }
    const take = all[this.next_stand_in % all.length];
    this.next_stand_in += 1;
    this.say(`${words.mic[reason]} ${fill(words.instead, { clip: take.title })}`, true);
    const id = `c${Date.now()}`;
    this.take = id;
    this.forget();
    this.lastSound = take.src;
    this.rolling.clear();
    this.scene.answered({ state: "waiting", words_state: "waiting", words: "" });
    this.send({ kind: "clip", id, content: take.content });
    await this.play(take.src, null, true);
  }

  forget() { if (this.lastSound?.startsWith("blob:")) URL.revokeObjectURL(this.lastSound); }

  lost() {
    this.say(this.data.captions.mic.lost, true);
    if (this.state === "recording") { this.state = "stopping"; this.finish(); } // what came is kept
    else this.state = "idle";
    this.mark();
  }

  // RMS and peak of what the microphone hears for some seconds.
  measure(seconds) {
    return new Promise((resolve) => {
      let n = 0, sum = 0, peak = 0;
      const end = () => { this.meter = null; resolve({ rms: Math.sqrt(sum / Math.max(1, n)), peak }); };
      const timer = setTimeout(end, 1000 * seconds + 1500);
      this.meter = (length, square, top) => {
        n += length; sum += square; peak = Math.max(peak, top);
        if (n >= seconds * this.mic.rate) { clearTimeout(timer); end(); }
      };
    });
  }

  play(src, moving, seen = false) {
    this.hush();
    return new Promise((resolve) => {
      this.audio.src = src;
      this.ended_playing = resolve;
      const follow = () => { if (this.audio.paused) return; moving?.(this.audio.currentTime); requestAnimationFrame(follow); };
      this.audio.onplaying = follow;
      this.audio.onended = () => { this.rolling.rest(); resolve(); };
      this.audio.onerror = () => { this.say(this.data.captions.no_sound, true); resolve(); };
      if (seen) this.watch();
      this.audio.play().catch(() => resolve());
    });
  }

  watch() {
    this.speakers ??= new AudioContext();
    this.player ??= this.speakers.createMediaElementSource(this.audio);
    this.player.connect(this.speakers.destination);
    this.speakers.resume();
    this.rolling.listen(this.speakers, this.player);
  }

  hush() {
    this.audio.pause();
    if (this.state !== "recording") this.rolling?.rest();
    this.ended_playing?.();
  }

  again() {
    if (!this.lastSound || this.state !== "idle") return;
    this.rolling.clear();
    this.play(this.lastSound, null, true);
  }

  // --- the room's phones --------------------------------------------------------------------

  round(action, options = []) {
    if (this.data.round?.url) this.send({ kind: "round", action, options });
  }

  draw_phones() {
    const { round, captions: words } = this.data;
    this.phones?.remove();
    this.phones = null;
    if (!round?.url || !["act", "checks"].includes(this.scene?.data.kind)) return;
    this.phones = el("aside", { class: "phones" },
      el("span", { class: "qr", role: "img", "aria-label": words.qr, style: { "background-image": `url("${round.qr}")` } }),
      el("b", { textContent: round.url.replace(/^http:\/\//, "").replace(/\/$/, "") }), el("small", { textContent: words.same_network }));
    this.box.append(this.phones);
  }

  // --- keys ---------------------------------------------------------------------------------

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !this.scene) return;
    const action = this.action(event);
    if (!action) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const now = performance.now(), steady = ["up", "down"].includes(action);
    if (!steady && (event.repeat || now - (this.pressed[event.key] ?? -BOUNCE) < BOUNCE)) return;
    this.pressed[event.key] = now;
    if (!this.black.hidden) { this.blank(false); if (action !== "space" && action !== "digit") return; }
    this.told.hidden = true;
    this[`on_${action}`](event);
  }

  action({ key }) {
    if (/^[1-9]$/.test(key)) return "digit";
    return {
      " ": "space", Enter: "space", F5: "space", ArrowRight: "right", PageDown: "right", ArrowLeft: "left", PageUp: "left",
      ArrowUp: "up", ArrowDown: "down", b: "blank", B: "blank", ".": "blank", r: "again", R: "again", f: "full", F: "full",
      t: "palette", T: "palette", v: "phones", V: "phones", n: "skip", N: "skip", p: "checks", P: "checks", Escape: "leave",
    }[key] ?? { ㅠ: "blank", ㄱ: "again", ㄹ: "full", ㅅ: "palette", ㅍ: "phones", ㅜ: "skip", ㅔ: "checks" }[key];
  }

  on_space() { this.scene.space(); }
  on_right() {
    if (this.state === "recording") { this.stop(); return; }
    if (!this.scene.next()) this.go_on();
    this.foot_keys();
  }
  on_left() {
    if (this.state !== "idle") return;
    if (!this.scene.back()) this.go(this.kept.scene - 1);
    this.foot_keys();
  }
  on_up() { this.scene.up(); }
  on_down() { this.scene.down(); }
  on_digit(event) { if (this.state === "idle") this.scene.digit(Number(event.key)); }
  on_blank() { this.blank(true); }
  on_again() { this.again(); }
  on_palette() { this.dress(this.kept.palette === "dark" ? "bright" : "dark"); this.remember(); }
  on_phones() { this.send({ kind: "phones", options: this.scene.data.emotions ?? [], asking: this.scene.phase === "guess" }); }
  on_skip() { if (this.state === "idle") this.go_on(); }
  on_checks() { if (this.state === "idle") this.go(0); }
  on_full() {
    const leave = document.fullscreenElement;
    (leave ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => {});
  }
  on_leave() {
    if (performance.now() - (this.leaving ?? -LEAVE) < LEAVE) { this.send({ kind: "leave" }); return; }
    this.leaving = performance.now();
    this.say(this.data.captions.leave);
  }

  blank(on) { this.black.hidden = !on; }

  // --- the edges ----------------------------------------------------------------------------

  mark() {
    const { led } = this.data.captions;
    this.box.dataset.state = this.state;
    this.led.textContent = led[this.state] ?? "";
    this.led.classList.toggle("on", this.state === "recording");
  }

  say(text, wrong = false) {
    this.told.textContent = text;
    this.told.classList.toggle("wrong", wrong);
    this.told.hidden = !text;
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => { this.told.hidden = true; }, 6000);
  }

  tick() {
    // What was never taken in is sent again: a message may be lost while the page is being built.
    if (this.outbox.length && Date.now() - this.outbox[0].n > UNHEARD) this.send({ kind: "poll" });
    if (this.data) this.ask_scenes();
    const language = this.data?.language;
    if (language) this.clock.textContent = new Date().toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  }
}
