// The stepper's page: formulas that Python laid out, numbers that the printed program computes, and what touches what.

import { Drawing } from "../shared/drawing.js";
import { make } from "../shared/elements.js";
import { Folds } from "../shared/folds.js";
import { numberText } from "../shared/numbers.js";
import { Player, swipes } from "../shared/player.js";
import { write } from "../shared/typeset.js";
import { Widget, shows } from "../shared/widget.js";
import { Away } from "./away.js";
import { Editor } from "./editor.js";
import { Formulas, fillNumbers } from "./formulas.js";
import { Lights } from "./lights.js";
import { StepperLink } from "./link.js";
import { Live } from "./live.js";
import { Log } from "./log.js";
import { Now } from "./now.js";
import { Nudge } from "./nudge.js";
import { Phases } from "./phases.js";
import { Settings } from "./settings.js";
import { Trace } from "./trace.js";

const PLAY_EVERY = 1500; // milliseconds
const ROOMY = { width: 940, height: 600 }; // pixels; from here on the chain rule is open from the start
const FOLLOWED = ["wrt", "step", "iteration", "learning_rate", "digits", "_anchors", "_scripts", "_rows", "_program", "_drawings", "_text"];

export class Page extends Widget {
  // `more` folds too: [key, word, element], as of `Folds`.
  constructor(model, el, more = []) {
    super(model);
    this.parts = more;
    this.isProof = !model.get("_drawings").length;
    this.live = this.isProof ? null : new Live(model, this.say);
    this.hidden = false; // in a presentation: whether this step's value is still to be guessed
    this.build(el);
  }

  // --- the parts of the page ---

  build(el) {
    const { say } = this;
    this.settings = new Settings(this, this.live);
    this.drawing = make("div", { class: "bpv-drawing", tabindex: "0", role: "group", "aria-label": say("drawing.network") });
    this.caption = make("p", { class: "bpv-caption" });
    this.log = new Log(say, (at) => this.goTo(at));
    this.phases = new Phases(say, this.get("_headings"), (phase) => this.goTo(this.steps.findIndex((n) => this.row(n).phase === phase)));
    this.now = new Now(say, (n) => ({ label: this.formulas.label(n), sides: this.formulas.sides(this.row(n)) }), (element) => this.fillEquation(element), (element, text) => this.write(element, text));
    if (!this.isProof) this.editor = new Editor(this.live, this.uid, say, (sentence) => this.report(sentence), () => this.folds.toggle("numbers", true));
    if (!this.isProof) [this.nudge, this.trace, this.link] = [new Nudge(this), new Trace(this), new StepperLink(this)];
    if (!this.isProof) this.away = new Away(this, (n) => this.live.values[n]);
    this.folds = new Folds(this, this.folded(), () => this.unfolded());
    this.panel = make("div", { class: "bpv-panel" }, this.now.element, this.folds.element);
    this.side = make("div", { class: "bpv-side" }, this.drawing, this.caption);
    this.apply = make("button", { type: "button", class: "bpv-apply bpv-primary", onclick: () => this.applyUpdate() }, say("stepper.apply"));
    this.player = new Player(this, { back: "stepper.back", next: "stepper.next", to: "page.next", slider: "stepper.step" });
    this.player.next.after(this.apply);
    this.said = make("div", { class: "bpv-live", "aria-live": "polite" });
    const bar = make("div", { class: "bpv-bar" }, this.settings.derived, this.phases.element, this.settings.sample, this.settings.error, this.folds.more);
    this.frame(el, "stepper", this.player.skip, bar, make("div", { class: "bpv-main" }, this.side, this.panel), this.message, this.editor?.place ?? "", this.player.element, this.said);
    this.side.hidden = this.isProof;
    this.root.classList.toggle("bpv-alone", this.isProof);
    if (!this.isProof) {
      this.live.settled = () => this.showNumbers();
      this.lights = new Lights(this);
    }
    this.editor?.grips(this.root, (place) => (place.dataset.v === undefined ? this.picture.numberAt(place, this.sample ?? 0) : Number(place.dataset.v)));
    swipes(this.root, this);
  }

  // What folds: [key, word, element].
  folded() {
    const { say, log, settings, editor } = this;
    const steps = ["log", say("stepper.log"), log.list];
    if (this.isProof) return [["chain", say("stepper.statement"), log.chain], steps];
    const numbers = make("div", { class: "bpv-numbers" }, settings.element, editor.element);
    return [...this.parts, ["numbers", say("editor.title"), numbers], ["nudge", say("nudge.title"), this.nudge.element], steps, ["away", say("away.title"), this.away.element], ["chain", say("stepper.chain"), log.chain]]; // in the order in which they come
  }

  unfolded() {
    for (const part of [this.editor, this.nudge, this.away]) part?.show();
    this.keepRoom();
  }

  // --- what is known ---

  get script() { return this.get("_scripts")[this.get("wrt")] ?? { steps: [], chain: "" }; }
  get steps() { return this.script.steps; }
  get step() { return this.get("step"); }
  get at() { return Math.min(this.step, this.last); }
  get last() { return this.steps.length - 1; }

  // The row of a quantity; what is given has none.
  row(n) { return this.get("_rows")[n - this.given]; }
  text(n) { return this.row(n)?.text ?? this.get("_names")[n]; }

  // A circle has room for a few digits only.
  get drawnDigits() { return Math.min(this.get("digits"), this.get("_bounds").drawn); }

  // A quantity and its number, if it is known by now.
  told(n) {
    const known = n < this.given || this.steps.indexOf(n) <= this.at - this.hidden;
    return known && this.live ? `${this.text(n)} = ${numberText(this.live.values[n], this.get("digits"))}` : "";
  }

  // The parts of the drawing that belong to a quantity.
  touched(n) {
    if (n < this.given) return this.get("_touched")[n];
    const row = this.row(n);
    return row.own ? { nodes: row.own, edges: [] } : row;
  }

  // In a batch: the sample that this step shows, from 0.
  get sample() { return this.row(this.steps[this.at]).sample ?? null; }

  // --- showing ---

  show() {
    const { steps, at } = this;
    if (!steps.length) return; // its derivation is still on its way from the kernel
    const opened = [this.folds.offer("log", at > 0), this.folds.offer("chain", this.isProof || at >= this.script.start)];
    if (this.isPlaced && opened.includes(true)) return; // then all of it has been shown
    const row = this.row(steps[at]);
    this.now.show(steps[at], row);
    this.log.show(steps, at, (n) => this.row(n));
    this.phases.show(row.phase, new Set(steps.map((n) => this.row(n).phase)));
    this.player.show(at, this.last, this.say("stepper.at", { step: at + 1, count: steps.length, name: this.text(steps[at]) }));
    this.root.classList.toggle("bpv-ended", !this.isProof && at === this.last && !this.hidden);
    if (this.player.playing && at === this.last) this.setPlaying(false);
    this.picture?.light(row.nodes, row.edges, this.get("wrt"));
    this.showNumbers();
    this.log.bringIntoView(); // reading places makes the browser lay the page out, so it is done last
  }

  fillEquation(element) {
    if (this.live) fillNumbers(element, this.live.values, this.get("digits"));
    if (!this.hidden) return;
    const asked = element.querySelector(".bpv-eq > mtr:last-child > mtd:last-child");
    asked.innerHTML = "<mrow><mi>?</mi></mrow>"; // drawn anew when it is shown
  }

  // The place of the widget has another size.
  placed() {
    if (!this.formulas) return;
    this.isPlaced = true;
    const { clientWidth, clientHeight } = this.root;
    const roomy = clientWidth >= ROOMY.width && clientHeight >= ROOMY.height;
    this.root.classList.toggle("bpv-roomy", roomy); // what opens there has its place from the start
    if (this.folds.touched || !this.folds.toggle("chain", roomy)) this.keepRoom();
  }

  presented() {
    if (this.stopped) return;
    this.hidden = false;
    this.show();
  }

  // Where the longest equation needs more than its part of the place, all equations have more.
  keepRoom() {
    if (!this.isPlaced) return;
    this.root.classList.remove("bpv-long");
    if (this.live) this.settings.show(this.sample); // what stands above has its room first
    const steps = this.steps.map((n) => [n, this.row(n)]);
    this.now.keepRoom(steps);
    this.root.classList.toggle("bpv-long", (this.narrow || Boolean(this.stage.presenting)) && this.now.overflows(steps));
    this.picture?.fit();
    this.show();
    this.log.fit();
  }

  // Everything that depends on numbers, and nothing else: this is done for every frame of a drag.
  showNumbers() {
    const { steps, at, live } = this;
    if (!steps.length) return;
    const n = steps[at];
    const row = this.row(n);
    const done = new Set(steps.slice(0, at + 1));
    this.now.showNumbers();
    if (live) this.log.showNumbers(live.values, this.get("digits"), live.grip);
    this.log.showDone(done, n, this.hidden);
    const isKink = row.kink && live.values[row.kink[0]] === 0;
    const note = (isKink ? row.kink[1] : row.note) ?? "";
    this.now.tell(note);
    this.root.classList.toggle("bpv-guess", this.hidden);
    if (live) this.showDrawing(done);
    if (live) this.settings.show(this.sample);
    if (live) this.apply.title = this.say("stepper.apply_title", { iteration: this.get("iteration") + 1 });
    const equation = live ? `${this.text(n)} = ${this.hidden ? "?" : numberText(live.values[n], this.get("digits"))}` : row.said;
    const blanks = { step: at + 1, count: steps.length, phase: this.get("_headings")[row.phase], sentence: row.sentence };
    this.said.textContent = this.say("stepper.said", { ...blanks, note, equation });
    this.now.keepInside();
  }

  showDrawing(done) {
    const { live, picture, sample } = this;
    const asked = this.hidden ? this.steps[this.at] : undefined;
    picture.showLines(live.values, live.module.lineWidth);
    picture.showNumbers((n) => ((n < this.given || done.has(n)) && n !== asked ? numberText(live.values[n], this.drawnDigits) : undefined), sample ?? 0);
    for (const part of [this.editor, this.nudge, this.away]) part.show();
    this.trace.showStep();
  }

  showParameter() {
    this.settings.showParameters(this.get("_parameters"), this.get("wrt"));
    if (!this.script.chain) return;
    this.log.begin(this.formulas, this.script.chain);
    this.keepRoom();
  }

  showPicture() { this.picture = new Drawing(this.drawing, this.get("_drawings"), this.get("_drawn"), this.given); }

  // A sentence, with the names in it as they are written.
  write(element, text) { write(element, text, this.get("_written")); }

  // --- doing ---

  goTo(index) {
    const wanted = Math.max(0, Math.min(this.last, index));
    if (wanted === this.step) return;
    if (this.trace) this.trace.moves = wanted === this.step + 1;
    this.hidden = Boolean(this.stage.presenting) && wanted > this.step && !this.isProof;
    this.report(); // what was refused before
    this.model.set("step", wanted);
    this.telling ??= setTimeout(() => { // the kernel is told after the step is painted
      this.telling = null;
      this.model.save_changes();
    });
  }

  // In a presentation the first press shows the number that was to be guessed, the second goes on.
  advance() {
    if (!this.hidden) return this.goTo(this.step + 1);
    this.hidden = false;
    this.show();
  }

  // Another parameter: the same step where both derivations have it there, else the start of its chain rule.
  choose(name) {
    if (!name || name === this.get("wrt") || !this.get("_parameters").includes(name)) return;
    const there = this.get("_scripts")[name];
    const at = this.step;
    const step = there && (there.steps[at] === this.steps[at] ? at : there.start);
    this.hidden = false;
    this.set(there ? { wrt: name, step } : { wrt: name });
  }

  setPlaying(on) {
    clearInterval(this.timer);
    if (on && this.at === this.last) this.goTo(0);
    if (on) this.timer = setInterval(() => this.advance(), PLAY_EVERY); // in a presentation it shows each number first
    this.player.showPlaying(on);
  }

  applyUpdate() {
    this.setPlaying(false);
    const sentence = this.live.reach(this.get("iteration") + 1);
    this.report(sentence);
    if (sentence) return;
    this.hidden = false;
    this.set("step", 0);
  }

  // --- following the model ---

  async start() {
    if (this.live) {
      await Promise.all([this.live.load(), this.letters]);
      if (this.stopped) return;
      this.live.follow(); // what was set while the program was loading
      this.link.follow();
    }
    this.given = this.live ? this.get("_limits").length : 0;
    this.formulas = new Formulas(this.model, this.given);
    if (this.live) this.showPicture();
    this.showParameter();
    this.watch(FOLLOWED, (changed) => this.follow(changed));
  }

  async follow(changed) {
    if (changed.has("_program") && !this.stopped) await this.live.load();
    if (this.stopped) return;
    if (changed.has("_anchors") || changed.has("iteration") || changed.has("_program")) this.live?.follow();
    if (changed.has("_anchors") || changed.has("iteration")) this.report();
    if (this.live && (changed.has("_drawings") || changed.has("_rows"))) this.showPicture();
    if (["wrt", "_scripts", "_rows", "_drawings"].some((name) => changed.has(name))) this.showParameter();
    else if (changed.has("step")) this.show();
    else this.showNumbers();
  }

  key(event) { if (!this.live?.key(event)) this.player.key(event); }

  stop() {
    this.stopped = true;
    clearInterval(this.timer);
    this.trace?.rest();
    this.log.stop();
    super.stop();
  }
}

export default shows(Page);
