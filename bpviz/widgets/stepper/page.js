// The stepper's page: formulas that Python laid out, numbers that the printed program computes, and what touches what.

import { Drawing } from "../shared/drawing.js";
import { escaped, field, icon, iconButton, make, mathElement } from "../shared/elements.js";
import { onChange } from "../shared/model.js";
import { numberMathML, numberText, readNumber } from "../shared/numbers.js";
import { Editor } from "./editor.js";
import { Live } from "./live.js";

const WIDE = 790; // pixels inside the frame; from here on drawing and formulas stand side by side
const PLAY_EVERY = 1500; // milliseconds
const SETTINGS = ["wrt", "step", "iteration", "learning_rate", "digits", "_anchors", "_scripts", "_rows", "_program", "_svg"];

function aligned(label, sides) {
  const lines = sides.map((side, n) => `<mtr><mtd>${n ? "" : label}</mtd><mtd><mrow><mo>=</mo>${side}</mrow></mtd></mtr>`);
  return `<mtable class="bpv-eq" displaystyle="true">${lines.join("")}</mtable>`;
}

// For the list of earlier steps: the name, its formula and its value on one line.
function inline(label, sides) {
  const shown = sides.length > 1 ? [sides[0], sides[sides.length - 1]] : sides;
  return `<mrow>${[label, ...shown].join("<mo>=</mo>")}</mrow>`;
}

export class Page {
  constructor(model, el) {
    this.model = model;
    this.uid = `bpv${Math.random().toString(36).slice(2)}`;
    this.isProof = !model.get("_svg");
    this.live = this.isProof ? null : new Live(model);
    this.inSight = new Set(); // rows of the chain rule and of the list that can be seen now
    this.watch = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) this.inSight.add(this.fill(target));
        else this.inSight.delete(target);
      }
    });
    this.hidden = false; // in a presentation: whether this step's value is still to be guessed
    this.build(el);
  }

  get(name) {
    return this.model.get(name);
  }

  // --- the parts of the page ---

  build(el) {
    const { uid } = this;
    const goBy = (by) => () => this.goTo(this.get("step") + by);
    this.wrt = make("select", { id: `${uid}w`, onchange: () => this.choose(this.wrt.value) });
    this.iteration = make("input", {
      id: `${uid}i`, type: "number", min: "0", step: "1", onchange: () => this.reach(this.iteration.value),
    });
    this.rate = make("input", {
      id: `${uid}r`, type: "text", inputmode: "decimal", autocomplete: "off", onchange: () => this.setRate(this.rate.value),
    });
    this.digits = make("input", {
      id: `${uid}d`, type: "number", min: "1", max: "15", onchange: () => this.setDigits(this.digits.value),
    });
    this.settings = [field("Iteration", this.iteration), field("Learning rate", this.rate), field("Digits", this.digits)];
    this.shown = make("span", { class: "bpv-shown" });
    this.error = make("span", { class: "bpv-error" });
    this.undo = iconButton("undo", "Undo", () => this.live.undo());
    this.redo = iconButton("redo", "Redo", () => this.live.redo());
    this.reset = iconButton("reset", "Reset all numbers", () => this.live.reset());
    this.history = make("span", { class: "bpv-history" }, this.error, this.undo, this.redo, this.reset);
    const bar = make("div", { class: "bpv-bar" }, field(this.isProof ? "Prove" : "Derive", this.wrt), ...this.settings, this.shown, this.history);

    this.drawing = make("div", { class: "bpv-drawing", tabindex: "0", role: "group", "aria-label": "The network" });
    this.chain = make("div", { class: "bpv-chain", tabindex: "0", role: "group", "aria-label": "Chain rule" });
    this.chips = this.get("_headings").map((heading, phase) =>
      make("button", { type: "button", onclick: () => this.goTo(this.steps.findIndex((n) => this.row(n).phase === phase)) }, heading),
    );
    const phases = make("div", { class: "bpv-phases", role: "group", "aria-label": "Phases" }, ...this.chips);
    this.sentence = make("p", { class: "bpv-sentence" });
    this.note = make("p", { class: "bpv-note", hidden: true });
    this.equation = make("div", { class: "bpv-equation", tabindex: "0", role: "group", "aria-label": "This step" });
    const now = make("div", { class: "bpv-now" }, this.sentence, this.note, this.equation);
    this.log = make("ol", { class: "bpv-log", tabindex: "0", "aria-label": "Steps so far" });
    this.panel = make("div", { class: "bpv-panel" }, phases, this.chain, now, this.log);
    this.side = make("div", { class: "bpv-side" }, this.drawing);

    this.play = iconButton("play", "Play", () => this.setPlaying(!this.timer));
    this.slider = make("input", { type: "range", min: "0", "aria-label": "Step", oninput: () => this.goTo(Number(this.slider.value)) });
    this.counter = make("span", { class: "bpv-counter" });
    this.apply = make("button", { type: "button", class: "bpv-apply bpv-primary", onclick: () => this.applyUpdate() }, "Apply update");
    this.first = iconButton("first", "First step", () => this.goTo(0));
    this.back = iconButton("back", "Previous step", goBy(-1));
    this.next = iconButton("next", "Next step", () => this.advance());
    this.last = iconButton("last", "Last step", () => this.goTo(Infinity));
    this.present = iconButton("present", "Present on the whole screen", () => this.setPresenting(!this.presenting));
    this.present.setAttribute("aria-pressed", "false");
    const controls = make(
      "div", { class: "bpv-controls" },
      this.first, this.back, this.play, this.next, this.last, this.slider, this.counter, this.apply, this.present,
    );
    this.message = make("p", { class: "bpv-message", role: "alert", hidden: true });
    this.said = make("div", { class: "bpv-live", "aria-live": "polite" });
    this.root = make(
      "div",
      { class: "bpv bpv-stepper", tabindex: "-1", role: "group", "aria-label": this.get("_title"), "data-lm-suppress-shortcuts": "true" },
      bar, make("div", { class: "bpv-main" }, this.side, this.panel), controls, this.message, this.said,
    );
    if (this.isProof) {
      for (const part of [this.side, ...this.settings, this.history, this.apply]) part.hidden = true;
      this.root.classList.add("bpv-alone");
    } else {
      this.live.settled = () => this.showNumbers();
      this.editor = new Editor(this.live, uid, (sentence) => this.report(sentence));
      this.side.append(this.editor.element);
    }
    this.listen();
    el.append(this.root);
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

  get script() {
    return this.get("_scripts")[this.get("wrt")] ?? { steps: [], chain: "" };
  }

  get steps() {
    return this.script.steps;
  }

  get at() {
    return Math.min(this.get("step"), this.steps.length - 1);
  }

  // The row of a quantity; what is given has none.
  row(n) {
    return this.get("_rows")[n - this.given];
  }

  label(n) {
    return `<mrow class="bpv-q" data-q="${escaped(this.get("_names")[n])}">${this.get("_labels")[n]}</mrow>`;
  }

  // Puts labels, and places for numbers, where a formula has <q 12>, <v 12>, <g 12> and <u 12>.
  expanded(formula) {
    return formula.replace(/<([qvgu]) (\d+)>/g, (_, kind, number) => {
      const n = Number(number);
      if (kind === "q") return this.label(n);
      const live = n < this.given ? " bpv-grip" : "";
      const place = (kinds, more = "") => `<mrow class="bpv-v${kinds}${live}" data-v="${escaped(this.get("_names")[n])}"${more}></mrow>`;
      if (kind === "u") return `<munder>${this.label(n)}<mstyle scriptlevel="0">${place(" bpv-under")}</mstyle></munder>`;
      return place("", kind === "g" ? ' data-guard=""' : "");
    });
  }

  // The sides of a step's equation; one that is left empty is the next one with labels instead of numbers.
  sides(row) {
    return row.sides.map((side, n) => this.expanded(side || row.sides[n + 1].replace(/<[vg] /g, "<q ")));
  }

  // --- showing ---

  fill(element) {
    if (!this.live) return element;
    const digits = this.get("digits");
    for (const place of element.querySelectorAll(".bpv-v")) {
      const value = this.live.value(place.dataset.v);
      if (place.shown === value && place.digits === digits) continue;
      place.shown = value;
      place.digits = digits;
      place.innerHTML = numberMathML(value, digits, place.hasAttribute("data-guard"));
    }
    return element;
  }

  showLog(count) {
    if (this.drawn !== this.script) {
      this.drawn = this.script;
      this.watch.disconnect();
      this.inSight.clear();
      for (const row of this.chain.querySelectorAll("mtr")) this.watch.observe(row);
      this.log.replaceChildren();
    }
    while (this.log.children.length > count) {
      this.watch.unobserve(this.log.lastChild);
      this.inSight.delete(this.log.lastChild);
      this.log.lastChild.remove();
    }
    while (this.log.children.length < count) {
      const at = this.log.children.length;
      const n = this.steps[at];
      const item = make("li", { onclick: () => this.goTo(at), title: this.row(n).sentence });
      item.append(this.fill(mathElement(inline(this.label(n), this.sides(this.row(n))))));
      this.log.append(item);
      this.watch.observe(item);
    }
  }

  showDrawing(sample, done) {
    const { live, picture } = this;
    const suffix = sample ? `(${sample})` : "";
    const digits = this.get("digits");
    const asked = this.hidden ? this.steps[this.at] : undefined;
    picture.showLines((name) => live.value(name));
    picture.showNumbers((place) => {
      const n = live.place.get(place.dataset.n + ("perSample" in place.dataset ? suffix : ""));
      const known = n !== undefined && (n < this.given || done.has(n)) && n !== asked;
      return known ? numberText(live.values[n], digits) : undefined;
    });
  }

  showChain(done, current) {
    const names = this.get("_names");
    const known = new Set([...done].map((n) => names[n]));
    for (const place of this.chain.querySelectorAll(".bpv-q")) {
      place.classList.toggle("bpv-done", known.has(place.dataset.q));
      place.classList.toggle("bpv-current", place.dataset.q === names[current]);
    }
    for (const place of this.chain.querySelectorAll(".bpv-under")) {
      const isHidden = !known.has(place.dataset.v) || (this.hidden && place.dataset.v === names[current]);
      place.classList.toggle("bpv-hidden", isHidden);
    }
  }

  // What is computed now must be in sight where a list, the chain rule or the drawing is larger than its box.
  // Reading places makes the browser lay the page out, so it is done once, after everything is written.
  bringIntoView() {
    this.log.scrollTop = this.log.scrollHeight;
    this.picture?.bringIntoView();
    const place = this.chain.querySelector(".bpv-current");
    if (!place) return;
    const [frame, box] = [this.chain.getBoundingClientRect(), place.getBoundingClientRect()];
    if (box.top < frame.top || box.bottom > frame.bottom) this.chain.scrollTop += box.top - frame.top - 30;
    if (box.left < frame.left || box.right > frame.right) this.chain.scrollLeft += box.left - frame.left - 60;
  }

  // In a batch: the sample of this step, or of the last step before it that belongs to one.
  get sample() {
    for (let at = this.at; at >= 0; at -= 1) {
      const { sample } = this.row(this.steps[at]);
      if (sample !== undefined) return sample + 1;
    }
    return 0;
  }

  show() {
    const { steps, at } = this;
    if (!steps.length) return; // its derivation is still on its way from the kernel
    const row = this.row(steps[at]);
    this.sentence.textContent = row.sentence;
    this.equation.replaceChildren(mathElement(aligned(this.label(steps[at]), this.sides(row)), "block"));
    this.equation.dataset.kind = row.kind;
    this.showLog(at);
    this.chips.forEach((chip, phase) => {
      const here = phase === row.phase;
      chip.classList.toggle("bpv-here", here);
      if (here) chip.setAttribute("aria-current", "step");
      else chip.removeAttribute("aria-current");
      chip.hidden = !steps.some((n) => this.row(n).phase === phase);
    });
    this.slider.max = String(steps.length - 1);
    this.slider.value = String(at);
    this.slider.setAttribute("aria-valuetext", `Step ${at + 1} of ${steps.length}: ${this.text(steps[at])}`);
    this.counter.textContent = `${at + 1} / ${steps.length}`;
    // aria-disabled instead of disabled: a button that turns disabled under the focus loses it
    for (const [control, off] of [[this.first, at === 0], [this.back, at === 0], [this.next, at === steps.length - 1 && !this.hidden], [this.last, at === steps.length - 1]]) {
      control.setAttribute("aria-disabled", String(off));
    }
    this.picture?.light(row.nodes, row.edges, this.get("wrt"));
    this.showNumbers();
    this.bringIntoView();
    if (this.timer && at === steps.length - 1) this.setPlaying(false);
  }

  text(n) {
    return this.row(n).text ?? this.get("_names")[n];
  }

  // Everything that depends on numbers, and nothing else: this is done for every frame of a drag.
  showNumbers() {
    const { steps, at, live } = this;
    if (!steps.length) return;
    const n = steps[at];
    const row = this.row(n);
    const done = new Set(steps.slice(0, at + 1));
    this.fill(this.equation);
    // While something is dragged, only what is in sight is kept up to date; letting go brings the rest.
    const rows = live?.grip ? [...this.chain.querySelectorAll("mtr"), ...this.log.children].filter((row) => this.inSight.has(row)) : [this.chain, this.log];
    for (const row of rows) this.fill(row);
    this.showChain(done, n);
    if (this.hidden) {
      const asked = this.equation.querySelector("mtr:last-child > mtd:last-child");
      asked.innerHTML = "<mrow><mo>=</mo><mrow><mi>?</mi></mrow></mrow>"; // drawn anew when it is shown
    }
    const isKink = row.kink && live.values[row.kink[0]] === 0;
    this.note.textContent = (isKink ? row.kink[1] : row.note) ?? "";
    this.note.hidden = !this.note.textContent;
    this.root.classList.toggle("bpv-guess", this.hidden);
    let said = row.said;
    if (live) {
      const { sample } = this;
      this.showDrawing(sample, done);
      this.shown.textContent = sample ? `Shown: sample ${sample}` : "";
      said = `${this.text(n)} = ${this.hidden ? "?" : numberText(live.values[n], this.get("digits"))}`;
      this.showSettings();
      this.editor.show();
    }
    this.said.textContent = `Step ${at + 1} of ${steps.length}, ${this.get("_headings")[row.phase]}. ${row.sentence} ${this.note.textContent} ${said}`;
  }

  showSettings() {
    const { live } = this;
    const set = (input, value) => {
      if (input.value !== String(value)) input.value = String(value);
    };
    set(this.iteration, this.get("iteration"));
    set(this.rate, this.get("learning_rate"));
    set(this.digits, this.get("digits"));
    const digits = this.get("digits");
    const error = live.value("E_total");
    const before = live.startError;
    this.error.replaceChildren(
      make("b", {}, `E = ${numberText(error, digits)}`),
      error === before ? "" : make("span", { class: error < before ? "bpv-better" : "bpv-worse" }, ` ${error < before ? "▼" : "▲"} from ${numberText(before, digits)}`),
    );
    this.undo.setAttribute("aria-disabled", String(!live.undos.length));
    this.redo.setAttribute("aria-disabled", String(!live.redos.length));
    this.reset.setAttribute("aria-disabled", String(!live.isChanged));
    this.apply.title = `Move every parameter and go on with iteration ${this.get("iteration") + 1}`;
  }

  showParameters() {
    const names = this.get("_parameters");
    if (this.wrt.options.length !== names.length) {
      this.wrt.replaceChildren(...names.map((name) => make("option", { value: name }, name)));
    }
    this.wrt.value = this.get("wrt");
  }

  showParameter() {
    this.showParameters();
    const { chain } = this.script;
    if (!chain) return;
    this.chain.replaceChildren(mathElement(this.expanded(chain), "block"));
    for (const row of this.chain.querySelectorAll("mtr")) this.watch.observe(row);
    this.show();
  }

  showPicture() {
    this.picture = new Drawing(this.drawing, this.get("_svg"));
    for (const place of this.picture.places) {
      if (this.live.place.get(place.dataset.n) < this.given) place.classList.add("bpv-grip");
    }
  }

  report(sentence) {
    this.message.textContent = sentence ?? "";
    this.message.hidden = !sentence;
  }

  // --- doing ---

  goTo(index) {
    const wanted = Math.max(0, Math.min(this.steps.length - 1, index));
    if (wanted === this.get("step")) return;
    this.hidden = Boolean(this.presenting) && wanted > this.get("step") && !this.isProof;
    this.model.set("step", wanted);
    this.telling ??= setTimeout(() => { // the kernel is told after the step is painted
      this.telling = null;
      this.model.save_changes();
    });
  }

  // In a presentation the first press shows the number that was to be guessed, the second goes on.
  advance() {
    if (!this.hidden) return this.goTo(this.get("step") + 1);
    this.hidden = false;
    this.show();
  }

  choose(name) {
    if (!name || name === this.get("wrt") || !this.get("_parameters").includes(name)) return;
    const there = this.get("_scripts")[name];
    const at = this.get("step");
    const step = there && (there.steps[at] === this.steps[at] ? at : there.start);
    this.hidden = false;
    this.model.set(there ? { wrt: name, step } : { wrt: name });
    this.model.save_changes();
  }

  setRate(text) {
    this.report(this.live.set(this.live.place.get("learning_rate"), readNumber(text)));
    this.showSettings();
  }

  setDigits(text) {
    const digits = Number(text);
    const fits = Number.isInteger(digits) && digits >= 1 && digits <= 15;
    this.report(fits ? "" : `digits must be a whole number from 1 to 15, not ${text || "what was typed"}.`);
    if (fits) this.model.set("digits", digits);
    if (fits) this.model.save_changes();
    else this.showSettings();
  }

  reach(text) {
    const iteration = Number(text);
    const fits = text !== "" && Number.isInteger(iteration) && iteration >= 0 && iteration <= 100000;
    this.report(fits ? this.live.reach(iteration) : `iteration must be a whole number from 0 to 100000, not ${text || "what was typed"}.`);
    this.showSettings();
  }

  applyUpdate() {
    this.setPlaying(false);
    const sentence = this.live.reach(this.get("iteration") + 1);
    this.report(sentence);
    if (sentence) return;
    this.hidden = false;
    this.model.set("step", 0);
    this.model.save_changes();
  }

  setPlaying(on) {
    clearInterval(this.timer);
    this.timer = 0;
    if (on) {
      if (this.at === this.steps.length - 1) this.goTo(0);
      this.timer = setInterval(() => this.advance(), PLAY_EVERY); // in a presentation it shows each number first
    }
    this.play.replaceChildren(icon(on ? "pause" : "play"));
    this.play.setAttribute("aria-label", on ? "Pause" : "Play");
    this.play.title = on ? "Pause" : "Play";
  }

  // Large type on the whole screen; the number of a new step stays hidden until it is asked for.
  setPresenting(on) {
    this.presenting = on;
    this.hidden = false;
    this.root.classList.toggle("bpv-presenting", on);
    this.present.setAttribute("aria-pressed", String(on));
    if (on) this.root.requestFullscreen?.().catch(() => {}); // where that is not allowed, it fills the window
    else if (document.fullscreenElement === this.root) document.exitFullscreen();
    this.show();
    this.root.focus({ preventScroll: true });
  }

  // --- one thing pointed at lights up everywhere ---

  touched(name) {
    const n = this.live.place.get(name);
    if (n === undefined) return { nodes: [], edges: [] };
    if (n < this.given) return this.get("_touched")[n];
    const row = this.row(n);
    return row.own ? { nodes: row.own, edges: [] } : row;
  }

  light(name) {
    if (this.lit === name) return;
    this.lit = name;
    for (const place of this.root.querySelectorAll(".bpv-lit")) place.classList.remove("bpv-lit");
    if (name === null || !this.live) return;
    const { nodes, edges } = this.touched(name);
    for (const shape of this.picture.edges) shape.classList.toggle("bpv-lit", edges.includes(shape.dataset.edge));
    for (const shape of this.picture.nodes) shape.classList.toggle("bpv-lit", nodes.includes(shape.dataset.node));
    for (const place of this.panel.querySelectorAll(".bpv-q, .bpv-v")) {
      place.classList.toggle("bpv-lit", (place.dataset.q ?? place.dataset.v) === name);
    }
  }

  lightShape(shape) {
    this.light(null);
    this.lit = shape;
    const belongs = shape.dataset.parameter !== undefined
      ? (name) => name === shape.dataset.parameter
      : (name) => this.touched(name).nodes.join() === shape.dataset.node;
    for (const place of this.panel.querySelectorAll(".bpv-q, .bpv-v")) {
      place.classList.toggle("bpv-lit", belongs(place.dataset.q ?? place.dataset.v));
    }
    for (const twin of [...this.picture.edges, ...this.picture.nodes]) {
      const same = shape.dataset.parameter !== undefined ? twin.dataset.parameter === shape.dataset.parameter : twin === shape;
      twin.classList.toggle("bpv-lit", same);
    }
  }

  listen() {
    const { root, drawing } = this;
    root.addEventListener("pointerover", (event) => {
      const label = event.target.closest(".bpv-q, .bpv-v");
      if (label) return this.light(label.dataset.q ?? label.dataset.v);
      const shape = event.target.closest("[data-edge], [data-node]");
      if (shape && this.live) this.lightShape(shape);
      else this.light(null);
    });
    root.addEventListener("pointerleave", () => this.light(null));
    if (this.editor) {
      this.editor.grips(root, (target) => {
        const place = target.closest?.(".bpv-grip");
        if (!place) return undefined;
        const suffix = "perSample" in place.dataset && this.sample ? `(${this.sample})` : "";
        return this.live.place.get(place.dataset.v ?? place.dataset.n + suffix);
      });
    }
    drawing.addEventListener("click", (event) => {
      const shape = event.target.closest("[data-parameter]");
      if (shape) this.choose(shape.dataset.parameter);
    });
    root.addEventListener("click", (event) => {
      if (!event.target.closest("button, select, input, summary, label, [tabindex='0']")) root.focus({ preventScroll: true });
    });
    root.addEventListener("fullscreenchange", () => {
      if (this.presenting && document.fullscreenElement !== root) this.setPresenting(false);
    });
    root.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    event.stopPropagation(); // the notebook has other uses for these keys
    const typing = event.target.matches("select, input[type=number], input[type=text]");
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z" && !typing && this.live) {
      event.preventDefault();
      return event.shiftKey ? this.live.redo() : this.live.undo();
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && this.presenting) return this.setPresenting(false);
    const forward = { ArrowRight: 1, PageDown: 1 }[event.key] || (this.presenting && event.key === " " && event.target === this.root);
    const by = { ArrowLeft: -1, PageUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!forward && !by) return;
    if (typing && (event.target.type === "text" || !event.key.startsWith("Page"))) return;
    event.preventDefault();
    if (forward) this.advance();
    else this.goTo(this.get("step") + by);
  }

  // --- following the model ---

  async start() {
    if (this.live) {
      await this.live.load();
      if (this.stopped) return;
      this.live.follow(); // what was set while the program was loading
      this.given = this.get("_limits").length;
      this.live.startError = this.live.run(this.live.start[1])[this.get("_advance").loss];
      this.showPicture();
    } else this.given = 0;
    this.showParameter();
    this.forget = onChange(this.model, SETTINGS, (changed) => this.follow(changed));
  }

  async follow(changed) {
    if (changed.has("_program") && !this.stopped) await this.live.load();
    if (this.stopped) return;
    if (changed.has("_anchors") || changed.has("iteration") || changed.has("_program")) this.live?.follow();
    if (changed.has("_anchors") || changed.has("iteration")) this.report("");
    if (changed.has("_svg")) this.showPicture();
    if (["wrt", "_scripts", "_rows", "_svg"].some((name) => changed.has(name))) this.showParameter();
    else if (changed.has("step")) this.show();
    else this.showNumbers();
  }

  stop() {
    this.stopped = true;
    clearInterval(this.timer);
    this.watch.disconnect();
    this.forget?.();
  }
}
