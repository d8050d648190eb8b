// The stepper's page in whole layers: each step a line of pictures and a formula, and beside it any entry's own steps.

import { decimalInput, field, iconButton, make, mathElement, select } from "../shared/elements.js";
import { Folds } from "../shared/folds.js";
import { numberText } from "../shared/numbers.js";
import { Player, swipes } from "../shared/player.js";
import { numberTyped } from "../shared/typed.js";
import { Widget, shows } from "../shared/widget.js";
import { Away } from "../stepper/away.js";
import { Now } from "../stepper/now.js";
import { Phases } from "../stepper/phases.js";
import { Course } from "./course.js";
import { Entries, expanded, fillPlaces } from "./entries.js";
import { Line } from "./line.js";
import { LayerLink } from "./link.js";
import { Pad } from "./pad.js";

const PLAY_EVERY = 2000; // milliseconds
const ROOMY = { width: 940, height: 520 }; // pixels; from here on an entry is open from the start
const FOLLOWED = ["step", "wrt", "sample", "iteration", "learning_rate", "digits", "_changes", "_given", "_rows", "_program", "_text"];

class LayerPage extends Widget {
  constructor(model, el) {
    super(model);
    const { say } = this;
    const [fewest, most] = this.get("_bounds").digits;
    this.course = new Course(model, say);
    this.entries = new Entries(this);
    this.pad = this.get("_picture").length ? new Pad(this) : null;
    this.phases = new Phases(say, this.get("_headings"), (phase) => this.goTo(this.rows.findIndex((row) => row.phase === phase)));
    this.line = new Line(this);
    this.pointed = make("p", { class: "bpv-caption bpv-pointed", role: "status" }, say("layers.press"));
    this.legend = make("p", { class: "bpv-matrix-legend", "aria-hidden": "true" }, make("span", {}, say("layers.lowest")), make("i"), make("span", {}, say("layers.highest")), make("span", {}, say("layers.scale")));
    this.now = new Now(say, (n) => this.formula(n), (box) => this.fill(box), (element, text) => { element.textContent = text; });
    this.wrt = make("input", { id: `${this.uid}w`, type: "text", autocomplete: "off", spellcheck: "false", onchange: () => this.name(this.wrt.value) });
    this.sample = select({ id: `${this.uid}s`, onchange: () => this.set("sample", Number(this.sample.value)) }, Array.from({ length: this.get("_batch") }, (_, n) => n + 1));
    this.error = make("span", { class: "bpv-error" });
    this.where = make("span", { class: "bpv-shown" });
    this.iteration = make("input", { id: `${this.uid}i`, type: "number", min: "0", max: this.get("_bounds").iteration[1], onchange: () => this.reach(this.whole("iteration", this.iteration.value)) });
    this.rate = decimalInput({ id: `${this.uid}r`, onchange: () => this.setRate(numberTyped(this.get("_grammar"), this.rate.value)) });
    this.digits = make("input", { id: `${this.uid}d`, type: "number", min: fewest, max: most, onchange: () => this.setDigits(this.whole("digits", this.digits.value)) });
    this.back = iconButton("reset", say("stepper.reset"), () => this.course.reset());
    const numbers = make("div", { class: "bpv-settings" }, field(say("stepper.iteration"), this.iteration), field(say("stepper.rate"), this.rate), field(say("stepper.digits"), this.digits), this.back);
    this.link = new LayerLink(this);
    this.away = new Away(this, ([matrix, n]) => this.m[matrix].data[n]);
    const parts = [["entry", say("layers.entry"), this.entries.element], ...(this.pad ? [["draw", say("layers.draw"), this.pad.element]] : []), ["numbers", say("layers.numbers"), numbers], ["away", say("away.title"), this.away.element]];
    this.folds = new Folds(this, parts, (key) => this.unfolded(key));
    this.apply = make("button", { type: "button", class: "bpv-apply bpv-primary", onclick: () => this.applyUpdate() }, say("stepper.apply"));
    this.player = new Player(this, { back: "stepper.back", next: "stepper.next", to: "page.next", slider: "stepper.step" });
    this.player.next.after(this.apply);
    this.said = make("div", { class: "bpv-live", "aria-live": "polite" });
    const bar = make("div", { class: "bpv-bar" }, field(say("stepper.derive"), this.wrt), this.phases.element, ...(this.get("_batch") ? [field(say("layers.sample"), this.sample)] : []), this.where, this.error, this.folds.more);
    const side = make("div", { class: "bpv-side" }, this.line.element, this.pointed, this.legend);
    const panel = make("div", { class: "bpv-panel" }, this.now.element, this.folds.element);
    this.frame(el, "stepper bpv-layers", this.player.skip, bar, make("div", { class: "bpv-main" }, side, panel), this.message, this.player.element, this.said);
    swipes(this.root, this);
  }

  async start() {
    await Promise.all([this.course.load(), this.letters]);
    this.line.readColours();
    this.redraw = () => { this.line.readColours(); this.showNumbers(); };
    this.own = matchMedia("(prefers-color-scheme: dark)");
    this.own.addEventListener("change", this.redraw);
    this.theme = new MutationObserver(this.redraw); // JupyterLab says its theme on the body
    this.theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
    this.watch(FOLLOWED, (changed) => this.follow(changed));
    this.link.follow();
    this.started = true;
    this.show();
    this.showEntry();
  }

  // --- what is known ---

  get rows() { return this.get("_rows"); }
  get at() { return Math.min(this.get("step"), this.last); }
  get last() { return this.rows.length - 1; }
  get m() { return this.course.m; }
  get place() { return this.entries.placeOf(this.get("wrt")); }
  get chosen() { return this.get("_batch") ? this.get("sample") - 1 : 0; }

  // The last layer's outputs, of the sample that is chosen.
  get outputs() {
    const { columns, data } = this.m[this.get("_answer")];
    return { data: data.filter((_, n) => n % columns === this.chosen) };
  }

  // Which output is to be 1, where one of them is.
  get meant() {
    if (!this.get("_classes")) return null;
    const { columns, data } = this.m.target;
    return data.filter((_, n) => n % columns === this.chosen).indexOf(1);
  }

  formula(n) {
    const { label, sides } = this.rows[n];
    return { label, sides: sides.map((side) => expanded(side, this.entries.labels)) };
  }

  fill(box) { if (this.m) fillPlaces(box, this.m, this.get("digits")); }

  // --- showing ---

  show() {
    const row = this.rows[this.at];
    this.now.show(this.at, { sentence: row.sentence, kind: String(row.phase) });
    this.phases.show(row.phase, new Set(this.rows.map(({ phase }) => phase)));
    const text = this.get("_matrices")[row.name].text;
    this.player.show(this.at, this.last, this.say("stepper.at", { step: this.at + 1, count: this.rows.length, name: text }));
    this.root.classList.toggle("bpv-ended", this.at === this.last);
    if (this.player.playing && this.at === this.last) this.setPlaying(false);
    this.line.show(row.pictures);
    this.pointed.textContent = this.say("layers.press");
    this.showNumbers();
    this.entries.turnTo(row.name);
  }

  // Everything that depends on numbers.
  showNumbers() {
    if (!this.started) return;
    const { say } = this;
    const digits = this.get("digits");
    const row = this.rows[this.at];
    this.now.showNumbers();
    this.line.showNumbers();
    this.line.place(); // numbers under a picture may be wider now
    this.entries.showNumbers();
    this.pad?.show();
    this.away.show();
    const [error, before] = [this.course.error, this.course.startError];
    const [kind, sign] = error < before ? ["bpv-better", "▼"] : ["bpv-worse", "▲"];
    const change = error === before || this.course.isRedrawn ? "" : make("span", { class: kind }, ` ${sign} ${say("stepper.from", { error: numberText(before, digits) })}`);
    this.error.replaceChildren(make("b", {}, `${this.get("_loss")} = ${numberText(error, digits)}`), change);
    const iteration = this.get("iteration");
    this.now.keepInside();
    this.where.textContent = iteration ? say("stepper.after", { iteration }) : "";
    this.apply.title = say("stepper.apply_title", { iteration: iteration + 1 });
    for (const [input, name] of [[this.iteration, "iteration"], [this.rate, "learning_rate"], [this.digits, "digits"], [this.sample, "sample"]]) input.value = String(this.get(name));
    this.back.setAttribute("aria-disabled", String(!this.course.isChanged));
    const shown = this.line.pictures.at(-1);
    const blanks = { step: this.at + 1, count: this.rows.length, phase: this.get("_headings")[row.phase], sentence: row.sentence };
    this.said.textContent = say("stepper.said", { ...blanks, note: "", equation: `${shown.text}: ${shown.words}` });
  }

  showEntry() {
    this.wrt.value = this.get("wrt");
    if (!this.place) return;
    this.entries.show(this.place, this.chosen);
    this.line.mark();
  }

  // --- pointing and opening ---

  point(picture, row, column) {
    if (!picture) {
      this.pointed.textContent = this.say("layers.press");
      return;
    }
    const { columns, data } = picture.matrix;
    const place = { row: row + 1, column: column + 1, value: numberText(data[row * columns + column], this.get("digits")) };
    this.pointed.replaceChildren(mathElement(picture.label), this.say(columns === 1 ? "layers.pointed_row" : "layers.pointed", place));
  }

  // The parameter that an entry leads to: its own, or of that unit or input the one with the largest gradient.
  press(picture, row, column) {
    const [kind, layer] = this.get("_matrices")[picture.name].opens ?? [];
    if (!kind) return;
    const into = kind === "input" ? 1 : layer;
    const gradient = this.m[this.get("_gradients")[into]];
    const here = this.place;
    const isThere = here.matrix === this.get("_weights")[into] && (kind === "unit" ? here.row : here.column) === row;
    const steepest = () => isThere ? [here.row, here.column] : this.course.module.largest(gradient, 1, ...(kind === "unit" ? [row, null] : [null, row]))[0];
    const [i, j] = kind === "unit" || kind === "input" ? steepest() : [row, column];
    const matrix = kind === "biases" ? this.get("_biases")[layer] : this.get("_weights")[into];
    const sample = this.get("_batch") && kind !== "weights" && kind !== "biases" ? { sample: column + 1 } : {};
    this.set({ wrt: this.entries.nameAt({ matrix, row: i, column: j }), ...sample });
    if (this.narrow) this.folds.show(true);
    this.folds.toggle("entry", true);
  }

  name(text) {
    const place = this.entries.placeOf(text) ?? this.entries.placeOf(text.trim());
    this.report(place ? "" : this.say("layers.unknown", { name: text.trim() }));
    if (place) this.set("wrt", this.entries.nameAt(place));
    this.wrt.value = this.get("wrt");
  }

  // --- doing ---

  goTo(index) {
    const wanted = Math.max(0, Math.min(this.last, index));
    if (wanted === this.at) return;
    if (this.narrow) this.folds.show(false);
    this.report(); // what was refused before
    this.set("step", wanted);
  }

  advance() { this.goTo(this.at + 1); }

  setPlaying(on) {
    clearInterval(this.timer);
    if (on && this.at === this.last) this.goTo(0);
    if (on) this.timer = setInterval(() => this.advance(), PLAY_EVERY);
    this.player.showPlaying(on);
  }

  reach(iteration) {
    if (iteration !== null) this.report(this.course.reach(iteration));
    this.showNumbers();
  }

  applyUpdate() {
    this.setPlaying(false);
    const sentence = this.course.reach(this.get("iteration") + 1);
    this.report(sentence);
    if (!sentence) this.set("step", 0);
  }

  setRate(rate) {
    const fits = rate > 0 && Number.isFinite(rate);
    this.report(fits ? this.course.change({ learning_rate: rate }) : this.say("page.above_zero", { name: "learning_rate" }));
    this.showNumbers();
  }

  setDigits(digits) {
    if (digits !== null) this.set("digits", digits);
    else this.showNumbers();
  }

  // The inputs as they are drawn, from 0 to 1, in the range that they had at the start.
  draw(values) {
    const most = Math.max(...this.course.given.input.data.map(Math.abs)) || 1;
    const x = this.course.samples("input");
    const drawn = values ? values.map((value) => value * most) : this.course.start("input", this.chosen);
    if (this.get("_batch")) x[this.chosen] = drawn;
    this.report(this.course.change({ x: this.get("_batch") ? x : drawn }));
  }

  // The answer that is meant, where one of the outputs is to be 1.
  mean(answer) {
    const target = this.course.samples("target");
    const meant = Array.from({ length: this.outputs.data.length }, (_, n) => Number(n === answer));
    if (this.get("_batch")) target[this.chosen] = meant;
    this.report(this.course.change({ target: this.get("_batch") ? target : meant }));
  }

  // --- following the model ---

  async follow(changed) {
    if (this.stopped) return;
    if (changed.has("_program")) await this.course.load();
    else if (changed.has("_given")) this.course.begin();
    else if (changed.has("iteration") || changed.has("_changes")) this.course.follow();
    if (changed.has("step") || changed.has("_rows") || changed.has("_program")) this.show();
    else this.showNumbers();
    if (changed.has("wrt") || changed.has("sample")) this.showEntry();
  }

  placed() {
    const roomy = this.root.clientWidth >= ROOMY.width && this.root.clientHeight >= ROOMY.height;
    this.root.classList.toggle("bpv-roomy", roomy);
    if (!this.folds.touched) this.folds.toggle("entry", roomy);
    if (!this.started) return;
    const steps = this.rows.map((row, n) => [n, { ...row, kind: row.phase }]);
    this.now.keepRoom(steps);
    this.root.classList.remove("bpv-long");
    this.root.classList.toggle("bpv-long", this.now.overflows(steps));
    this.show();
    this.entries.fit();
  }

  unfolded(key) {
    this.away.show();
    this.line.place(); // beside what is open there is less room
    if (key !== "entry") return;
    this.entries.fit();
    this.entries.turnTo(this.entries.turned);
  }

  key(event) { this.player.key(event); }

  stop() {
    this.stopped = true;
    clearInterval(this.timer);
    this.own?.removeEventListener("change", this.redraw);
    this.theme?.disconnect();
    super.stop();
  }
}

export default shows(LayerPage);
