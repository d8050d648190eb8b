// The error over two parameters: the printed program on a grid, contour lines, and the path of descent.

import { decimalInput, field, make, makeSVG, roomOf, select } from "../shared/elements.js";
import { load } from "../shared/model.js";
import { numberText, numbersApart } from "../shared/numbers.js";
import { presenting } from "../shared/player.js";
import { TraitLink } from "../shared/traits.js";
import { numberTyped } from "../shared/typed.js";
import { write } from "../shared/typeset.js";
import { Widget, shows } from "../shared/widget.js";
import { Errors } from "./errors.js";

const SURFACE = { columns: 72, rows: 54 };
const SCALE = { every: 3, digits: [2, 5] }; // one of so many levels is told, with as few digits as tell them apart
const FAR = 1e6; // pixels; beyond that nothing is drawn
const SLOW_PROGRAM = 4000; // values; above this the grid is coarser

class SurfacePage extends Widget {
  constructor(model, el) {
    super(model);
    const { say } = this;
    const [fewest, most] = model.get("_bounds").steps;
    this.first = select({ id: `${this.uid}a`, onchange: () => this.choose("first", "second") }, this.get("_parameters"));
    this.second = select({ id: `${this.uid}b`, onchange: () => this.choose("second", "first") }, this.get("_parameters"));
    this.rate = decimalInput({ id: `${this.uid}r`, onchange: () => this.setRate(numberTyped(model.get("_grammar"), this.rate.value)) });
    this.rateSlider = make("input", { type: "range", min: "0", max: "1000", "aria-label": say("page.slider", { name: say("surface.rate") }), oninput: () => this.slide() });
    this.steps = make("input", { id: `${this.uid}s`, type: "number", min: fewest, max: most, onchange: () => this.setSteps(this.steps.value) });
    this.back = make("button", { type: "button", onclick: () => this.reset() }, say("surface.back"));
    this.canvas = make("canvas", { width: SURFACE.columns, height: SURFACE.rows, "aria-hidden": "true" });
    this.overlay = makeSVG("svg", { class: "bpv-surface-lines", "data-over": "", "aria-hidden": "true" });
    this.plot = make("div", { class: "bpv-surface bpv-needed", tabindex: "0", role: "application", "aria-label": say("surface.plot") }, this.canvas, this.overlay);
    this.xLabel = make("span", { class: "bpv-x" });
    this.yLabel = make("span", { class: "bpv-y" });
    this.told = make("p", { class: "bpv-told", role: "status" });
    this.values = make("p", { class: "bpv-values" });
    this.scale = make("div", { class: "bpv-scale" });
    this.link = new SurfaceLink(this);
    const legend = make("ul", { class: "bpv-legend" }, ...["start", "downhill", "way", "end", "contour"].map((key) => make("li", { "data-mark": key }, say(`surface.legend_${key}`))));
    this.frame(el, "surface-widget",
      make("div", { class: "bpv-bar" }, field(say("surface.across"), this.first), field(say("surface.up"), this.second), field(say("surface.steps"), this.steps)),
      make("div", { class: "bpv-main" }, make("div", { class: "bpv-side" }, make("div", { class: "bpv-surface-frame" }, this.yLabel, make("div", { class: "bpv-square" }, this.plot), this.xLabel)),
        make("div", { class: "bpv-panel" }, this.told, this.values, this.scale, legend)), this.message,
      make("div", { class: "bpv-controls" }, field(say("surface.rate"), this.rate), this.rateSlider, this.back, presenting(this), this.link.button, this.link.element));
    this.plot.addEventListener("pointerdown", (event) => { this.plot.setPointerCapture(event.pointerId); this.point(event); });
    this.plot.addEventListener("pointermove", (event) => { if (event.buttons) this.point(event); });
    this.plot.addEventListener("pointerup", () => model.save_changes());
  }

  async start() {
    this.program = await load(this.get("_program"));
    this.size = this.get("_advance").size;
    this.scratch = new Float64Array(this.size);
    this.watch(["first", "second", "start", "learning_rate", "steps"], (changed) => this.show(changed.has("first") || changed.has("second")));
    // While its colours change a page may have no size for a moment.
    this.redraw = () => (this.area.width ? this.show(true) : requestAnimationFrame(() => this.stage.placeAnew()));
    this.own = matchMedia("(prefers-color-scheme: dark)");
    this.own.addEventListener("change", this.redraw);
    this.theme = new MutationObserver(this.redraw); // JupyterLab says its theme on the body
    this.theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
    this.show(true);
    this.link.follow();
  }

  placed() { if (this.program) this.show(true); }

  // The size of the picture in pixels.
  get area() { return roomOf(this.plot); }

  get places() {
    const places = this.get("_places");
    return [places[this.get("first")], places[this.get("second")], places.rate];
  }

  // --- the error ---

  put(a, b, learningRate = this.get("learning_rate")) {
    const [first, second, rate] = this.places;
    this.scratch.set(this.get("_given"));
    this.scratch[first] = a;
    this.scratch[second] = b;
    this.scratch[rate] = learningRate;
    return this.scratch;
  }

  errorAt(a, b) {
    const v = this.put(a, b);
    this.program.forward(v);
    return v[this.get("_advance").loss];
  }

  // Where descent goes from the start; it ends where the numbers grow too large.
  path(rate = this.get("learning_rate")) {
    const { loss, next, gradients } = this.get("_advance");
    const [first, second] = this.places;
    let [a, b] = this.get("start");
    const found = [];
    for (let n = 0; n <= this.get("steps"); n += 1) {
      const v = this.put(a, b, rate);
      this.program.advance(v);
      const slope = [v[gradients[this.get("first")]], v[gradients[this.get("second")]]];
      if (![v[loss], ...slope].every(Number.isFinite)) return { found, blown: true };
      found.push({ a, b, error: v[loss], slope });
      [a, b] = [v[next[first]], v[next[second]]];
    }
    return { found, blown: false };
  }

  // --- changing ---

  setRate(rate) {
    const fits = rate > 0 && Number.isFinite(rate);
    this.report(fits ? "" : this.say("page.above_zero", { name: "learning_rate" }));
    if (fits) this.set("learning_rate", rate);
    else this.showSettings();
  }

  setSteps(text) {
    const steps = this.whole("steps", text);
    if (steps === null) this.showSettings();
    else this.set("steps", steps);
  }

  choose(name, other) {
    const value = this[name].value;
    if (value === this.get(other)) {
      this.report(this.say("surface.already", { name: value }));
      return this.showSettings();
    }
    this.report();
    const chosen = { first: this.get("first"), second: this.get("second"), [name]: value };
    this.set({ [name]: value, start: this.numbersOf(chosen.first, chosen.second) });
  }

  numbersOf(...names) { return names.map((name) => this.get("_given")[this.get("_places")[name]]); }

  // The slider's scale is a cubic: fine steps where rates are small.
  rateAt(t) {
    const [least, most] = this.get("_bounds").rate;
    return least + t * t * t * (most - least);
  }

  slide() {
    this.set("learning_rate", Number(this.rateAt(Number(this.rateSlider.value) / 1000).toPrecision(3)));
  }

  move(a, b) {
    const span = this.get("_span");
    const held = (value) => Number(Math.max(-span, Math.min(span, value)).toPrecision(4));
    this.model.set("start", [held(a), held(b)]);
  }

  point(event) {
    const box = this.plot.getBoundingClientRect();
    const span = this.get("_span");
    this.move(((event.clientX - box.left) / box.width) * 2 * span - span, span - ((event.clientY - box.top) / box.height) * 2 * span);
  }

  reset() {
    const given = this.get("_given");
    const [first, second, rate] = this.places;
    this.set({ start: [given[first], given[second]], learning_rate: given[rate] });
  }

  key(event) {
    if (event.target !== this.plot) return;
    const by = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!by) return;
    event.preventDefault();
    const [a, b] = this.get("start");
    const step = (this.get("_span") / 50) * (event.shiftKey ? 0.1 : 1);
    this.move(a + by[0] * step, b + by[1] * step);
    this.model.save_changes();
  }

  // --- showing ---

  showSettings() {
    this.first.value = this.get("first");
    this.second.value = this.get("second");
    this.rate.value = String(this.get("learning_rate"));
    this.steps.value = String(this.get("steps"));
    const [least, most] = this.get("_bounds").rate;
    this.rateSlider.value = String(Math.round(1000 * Math.cbrt((this.get("learning_rate") - least) / (most - least))));
    write(this.xLabel, this.get("first"), this.get("_written"));
    write(this.yLabel, this.get("second"), this.get("_written"));
  }

  show(all) {
    this.showSettings();
    if (all) this.showSurface();
    this.showPath();
  }

  showSurface() {
    const { columns, rows } = SURFACE;
    const coarse = this.size > SLOW_PROGRAM ? 3 : 1;
    this.errors = new Errors((a, b) => this.errorAt(a, b), this.get("_span"), Math.round(columns / coarse), Math.round(rows / coarse));
    this.errors.paint(this.canvas, getComputedStyle(this.root).getPropertyValue("--plus"));
    this.contours = this.errors.contours(this.area);
    this.showScale();
  }

  // What the colours stand for: the errors at which one goes over into the next, and the lowest and the highest.
  showScale() {
    const { levels, lowest, highest } = this.errors;
    const colours = Array.from({ length: levels.length + 1 }, (_, k) => make("span", { style: `--strength: ${this.errors.strength(k)}` }));
    const between = levels.map((level, k) => [level, (k + 1) / colours.length]).filter((_, k) => k % SCALE.every === SCALE.every - 1).slice(0, -1);
    const ends = [[lowest, 0], ...between, [highest, 1]];
    const told = numbersApart(ends.map(([error]) => error), ...SCALE.digits).map((text, k) => make("span", { style: `--at: ${ends[k][1]}` }, text));
    this.scale.replaceChildren(make("span", {}, this.say("surface.scale")), make("div", { class: "bpv-scale-colours" }, ...colours), make("div", { class: "bpv-scale-told" }, ...told));
  }

  showPath() {
    const { found, blown } = this.path();
    const span = this.get("_span");
    const { width, height } = this.area;
    this.overlay.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const near = (place) => Math.max(-FAR, Math.min(FAR, place));
    const x = (a) => near(((a + span) / (2 * span)) * width);
    const y = (b) => near(((span - b) / (2 * span)) * height);
    const drawn = this.withinReach(found, 20 * span);
    const points = drawn.map(({ a, b }) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`);
    const shapes = this.contours.map((d) => makeSVG("path", { class: "bpv-contour", d }));
    shapes.push(makeSVG("polyline", { class: "bpv-path-halo", points: points.join(" ") }), makeSVG("polyline", { class: "bpv-path", points: points.join(" ") }));
    for (const { a, b } of drawn.slice(1, 60)) shapes.push(makeSVG("circle", { class: "bpv-path-dot", cx: x(a).toFixed(1), cy: y(b).toFixed(1), r: 2.5 }));
    const begin = found[0];
    if (begin) {
      const [da, db] = begin.slope;
      const [right, down] = [-da * width, db * height]; // downhill, as the axes are scaled
      const longest = Math.hypot(right, down) || 1;
      const [ux, uy] = [right / longest, down / longest];
      const tip = [x(begin.a) + ux * 60, y(begin.b) + uy * 60];
      shapes.push(makeSVG("line", { class: "bpv-arrow", x1: x(begin.a), y1: y(begin.b), x2: tip[0], y2: tip[1] }));
      const head = [[14, 0], [-4, 9], [-4, -9]].map(([f, s]) => `${tip[0] + f * ux - s * uy},${tip[1] + f * uy + s * ux}`);
      shapes.push(makeSVG("polygon", { class: "bpv-arrow-head", points: head.join(" ") }));
      shapes.push(makeSVG("circle", { class: "bpv-start", cx: x(begin.a), cy: y(begin.b), r: 9 }));
      const end = drawn[drawn.length - 1]; // a path that leaves the picture has its mark where it is lost from sight
      const held = (at, most) => Math.max(5, Math.min(most - 5, at)) - 5;
      shapes.push(makeSVG("rect", { class: "bpv-end-mark", x: held(x(end.a), width), y: held(y(end.b), height), width: 10, height: 10 }));
    }
    for (let k = 1; k < 4; k += 1) {
      const value = numberText(-span + (k / 2) * span, 3);
      shapes.push(makeSVG("text", { class: "bpv-tick", x: (k / 4) * width, y: height - 6 }, value));
      shapes.push(makeSVG("text", { class: "bpv-tick bpv-start-text", x: 6, y: height - (k / 4) * height + 4 }, value));
    }
    this.overlay.replaceChildren(...shapes);
    this.tell(found, blown);
  }

  // The path as far as it can be drawn: a step that leaves for far away is cut short, in its own direction.
  withinReach(found, reach) {
    const leaves = found.findIndex(({ a, b }) => Math.max(Math.abs(a), Math.abs(b)) > reach);
    if (leaves < 1) return found;
    const [from, to] = [found[leaves - 1], found[leaves]];
    const part = reach / Math.max(Math.abs(to.a - from.a), Math.abs(to.b - from.b));
    return [...found.slice(0, leaves), { a: from.a + part * (to.a - from.a), b: from.b + part * (to.b - from.b) }];
  }

  tell(found, blown) {
    if (!found.length) {
      this.told.textContent = this.say("surface.no_path");
      this.values.textContent = "";
      return;
    }
    const { program } = this;
    const [start, end] = [found[0], found[found.length - 1]];
    let moved = [start.error, start.error, 0, 0, 0, 0];
    for (let n = 1; n < found.length; n += 1) {
      const [before, here] = [found[n - 1], found[n]];
      const known = [...moved, here.error, here.a - before.a, here.b - before.b, n];
      moved = moved.map((_, k) => program[`moved${k}`](known));
    }
    const faster = this.path(this.get("_bounds").faster * this.get("learning_rate"));
    const ahead = faster.blown ? Infinity : faster.found[faster.found.length - 1].error;
    const summary = [...moved, Number(blown), this.get("_span"), ahead];
    this.told.textContent = this.get("_verdicts").find((_, n) => program[`verdict${n}`](summary) > 0);
    const text = (value) => numberText(value, 6);
    const [first, second] = [this.get("first"), this.get("second")];
    const at = ({ a, b, error }) => this.say("surface.at", { first, a: text(a), second, b: text(b), error: text(error) });
    write(this.values, this.say("surface.path", { start: at(start), steps: found.length - 1, end: at(end) }), this.get("_written"));
  }

  stop() {
    this.theme.disconnect();
    this.own.removeEventListener("change", this.redraw);
    super.stop();
  }
}

class SurfaceLink extends TraitLink {
  readOwn(said, state, number, refuse) {
    const read = super.readOwn(said, state, number, refuse);
    const { first, second } = read;
    if (first === second) refuse(said.has("second") ? "second" : "first");
    const moved = first !== this.start.get("first") || second !== this.start.get("second");
    return moved && !said.has("start") ? { ...read, start: this.page.numbersOf(first, second) } : read; // other parameters begin at their own
  }
}

export default shows(SurfacePage);
