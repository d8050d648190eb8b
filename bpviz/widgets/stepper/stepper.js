// The stepper's page: formulas that Python laid out, numbers that the printed program computes, and what touches what.

import { Drawing } from "../shared/drawing.js";
import { make } from "../shared/elements.js";
import { numberText } from "../shared/numbers.js";
import { Widget, shows } from "../shared/widget.js";
import { Controls } from "./controls.js";
import { Editor } from "./editor.js";
import { Formulas, aligned, fillNumbers } from "./formulas.js";
import { Lights } from "./lights.js";
import { Live } from "./live.js";
import { Log } from "./log.js";
import { Settings } from "./settings.js";

const WIDE = 790; // pixels inside the frame; from here on drawing and formulas stand side by side
const FOLLOWED = ["wrt", "step", "iteration", "learning_rate", "digits", "_anchors", "_scripts", "_rows", "_program", "_svg"];

export class Page extends Widget {
  constructor(model, el) {
    super(model);
    this.isProof = !model.get("_svg");
    this.live = this.isProof ? null : new Live(model, this.say);
    this.hidden = false; // in a presentation: whether this step's value is still to be guessed
    this.build(el);
  }

  // --- the parts of the page ---

  build(el) {
    const { say } = this;
    this.settings = new Settings(this, this.live);
    this.drawing = make("div", { class: "bpv-drawing", tabindex: "0", role: "group", "aria-label": say("drawing.network") });
    this.log = new Log(say, (at) => this.goTo(at));
    this.chips = this.get("_headings").map((heading, phase) =>
      make("button", { type: "button", onclick: () => this.goTo(this.steps.findIndex((n) => this.row(n).phase === phase)) }, heading),
    );
    const phases = make("div", { class: "bpv-phases", role: "group", "aria-label": say("stepper.phases") }, ...this.chips);
    this.sentence = make("p", { class: "bpv-sentence" });
    this.note = make("p", { class: "bpv-note", hidden: true });
    this.equation = make("div", { class: "bpv-equation", tabindex: "0", role: "group", "aria-label": say("stepper.this_step") });
    const now = make("div", { class: "bpv-now" }, this.sentence, this.note, this.equation);
    this.panel = make("div", { class: "bpv-panel" }, phases, this.log.chain, now, this.log.list);
    this.side = make("div", { class: "bpv-side" }, this.drawing);
    this.controls = new Controls(this, say);
    this.said = make("div", { class: "bpv-live", "aria-live": "polite" });
    this.frame(el, "stepper", this.settings.element, make("div", { class: "bpv-main" }, this.side, this.panel), this.controls.element, this.message, this.said);
    if (this.isProof) {
      for (const part of [this.side, this.controls.apply]) part.hidden = true;
      this.root.classList.add("bpv-alone");
    } else {
      this.live.settled = () => this.showNumbers();
      this.editor = new Editor(this.live, this.uid, say, (sentence) => this.report(sentence));
      this.side.append(this.editor.element);
      this.lights = new Lights(this.root, this.panel, (n) => this.touched(n), (name) => this.live.place.get(name));
    }
    this.listen();
    if (this.editor) this.openWhereWide();
  }

  // The list of numbers is open from the start where there is room for it beside the formulas.
  openWhereWide() {
    const size = new ResizeObserver(([{ contentRect }]) => {
      if (!contentRect.width) return; // not on the page yet
      this.editor.element.open = contentRect.width >= WIDE;
      size.disconnect();
    });
    size.observe(this.root);
  }

  // --- what is known ---

  get script() { return this.get("_scripts")[this.get("wrt")] ?? { steps: [], chain: "" }; }
  get steps() { return this.script.steps; }
  get step() { return this.get("step"); }
  get lastStep() { return this.steps.length - 1; }
  get at() { return Math.min(this.step, this.lastStep); }

  // The row of a quantity; what is given has none.
  row(n) { return this.get("_rows")[n - this.given]; }
  text(n) { return this.row(n).text ?? this.get("_names")[n]; }

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
    const row = this.row(steps[at]);
    this.sentence.textContent = row.sentence;
    this.equation.replaceChildren(aligned(this.formulas.label(steps[at]), this.formulas.sides(row)));
    this.equation.dataset.kind = row.kind;
    this.log.show(steps, at, (n) => this.row(n));
    this.chips.forEach((chip, phase) => {
      const here = phase === row.phase;
      chip.classList.toggle("bpv-here", here);
      if (here) chip.setAttribute("aria-current", "step");
      else chip.removeAttribute("aria-current");
      chip.hidden = !steps.some((n) => this.row(n).phase === phase);
    });
    this.controls.show(at, this.lastStep, this.text(steps[at]));
    this.picture?.light(row.nodes, row.edges, this.get("wrt"));
    this.showNumbers();
    // Reading places makes the browser lay the page out, so it is done once, after everything is written.
    this.log.bringIntoView();
    this.picture?.bringIntoView();
  }

  // Everything that depends on numbers, and nothing else: this is done for every frame of a drag.
  showNumbers() {
    const { steps, at, live } = this;
    if (!steps.length) return;
    const n = steps[at];
    const row = this.row(n);
    const done = new Set(steps.slice(0, at + 1));
    if (live) fillNumbers(this.equation, live.values, this.get("digits"));
    if (live) this.log.showNumbers(live.values, this.get("digits"), live.grip);
    this.log.showDone(done, n, this.hidden);
    if (this.hidden) {
      const asked = this.equation.querySelector("mtr:last-child > mtd:last-child");
      asked.innerHTML = "<mrow><mo>=</mo><mrow><mi>?</mi></mrow></mrow>"; // drawn anew when it is shown
    }
    const isKink = row.kink && live.values[row.kink[0]] === 0;
    this.note.textContent = (isKink ? row.kink[1] : row.note) ?? "";
    this.note.hidden = !this.note.textContent;
    this.root.classList.toggle("bpv-guess", this.hidden);
    if (live) this.showDrawing(done);
    if (live) this.settings.show(this.sample);
    if (live) this.controls.apply.title = this.say("stepper.apply_title", { iteration: this.get("iteration") + 1 });
    const equation = live ? `${this.text(n)} = ${this.hidden ? "?" : numberText(live.values[n], this.get("digits"))}` : row.said;
    const blanks = { step: at + 1, count: steps.length, phase: this.get("_headings")[row.phase], sentence: row.sentence };
    this.said.textContent = this.say("stepper.said", { ...blanks, note: this.note.textContent, equation });
  }

  showDrawing(done) {
    const { live, picture, sample } = this;
    const asked = this.hidden ? this.steps[this.at] : undefined;
    picture.showLines(live.values, live.module.lineWidth);
    picture.showNumbers((n) => ((n < this.given || done.has(n)) && n !== asked ? numberText(live.values[n], this.get("digits")) : undefined), sample ?? 0);
    this.editor.show();
  }

  showParameter() {
    this.settings.showParameters(this.get("_parameters"), this.get("wrt"));
    const { script } = this;
    if (!script.chain) return;
    this.log.begin(this.formulas, script.chain);
    this.show();
  }

  showPicture() {
    this.picture = new Drawing(this.drawing, this.get("_svg"), this.get("_drawn"));
    this.lights.picture = this.picture;
    for (const place of this.picture.places) {
      if (this.picture.numberAt(place, 0) < this.given) place.classList.add("bpv-grip");
    }
  }

  // --- doing ---

  goTo(index) {
    const wanted = Math.max(0, Math.min(this.lastStep, index));
    if (wanted === this.step) return;
    this.hidden = Boolean(this.presenting) && wanted > this.step && !this.isProof;
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

  applyUpdate() {
    this.controls.setPlaying(false);
    const sentence = this.live.reach(this.get("iteration") + 1);
    this.report(sentence);
    if (sentence) return;
    this.hidden = false;
    this.set("step", 0);
  }

  // Large type on the whole screen; the number of a new step stays hidden until it is asked for.
  present(on) {
    this.presenting = on;
    this.hidden = false;
    this.root.classList.toggle("bpv-presenting", on);
    this.controls.present.setAttribute("aria-pressed", String(on));
    if (on) this.root.requestFullscreen?.().catch(() => {}); // where that is not allowed, it fills the window
    else if (document.fullscreenElement === this.root) document.exitFullscreen();
    this.show();
    this.root.focus({ preventScroll: true });
  }

  listen() {
    const { root } = this;
    this.editor?.grips(root, (target) => {
      const place = target.closest?.(".bpv-grip");
      if (!place) return undefined;
      return place.dataset.v === undefined ? this.picture.numberAt(place, this.sample ?? 0) : Number(place.dataset.v);
    });
    this.drawing.addEventListener("click", (event) => {
      const shape = event.target.closest("[data-parameter]");
      if (shape) this.choose(shape.dataset.parameter);
    });
    root.addEventListener("click", (event) => {
      if (!event.target.closest("button, select, input, summary, label, [tabindex='0']")) root.focus({ preventScroll: true });
    });
    root.addEventListener("fullscreenchange", () => {
      if (this.presenting && document.fullscreenElement !== root) this.present(false);
    });
  }

  // --- following the model ---

  async start() {
    if (this.live) {
      await this.live.load();
      if (this.stopped) return;
      this.live.follow(); // what was set while the program was loading
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
    if (this.live && (changed.has("_svg") || changed.has("_rows"))) this.showPicture();
    if (["wrt", "_scripts", "_rows", "_svg"].some((name) => changed.has(name))) this.showParameter();
    else if (changed.has("step")) this.show();
    else this.showNumbers();
  }

  key(event) { this.controls.key(event); }

  stop() {
    this.stopped = true;
    this.controls.setPlaying(false);
    this.log.stop();
    super.stop();
  }
}

export default shows(Page);
