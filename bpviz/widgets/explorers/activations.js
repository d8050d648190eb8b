// Activations: curves, slopes and tangents, computed by what SymPy printed of their formulas.

import { make, makeSVG, mathElement, roomOf } from "../shared/elements.js";
import { presenting } from "../shared/player.js";
import { load } from "../shared/model.js";
import { TraitLink } from "../shared/traits.js";
import { numberText } from "../shared/numbers.js";
import { Widget, shows } from "../shared/widget.js";

const CURVE_POINTS = 240;
const STYLES = 10; // as many as the style sheet has

class ActivationsPage extends Widget {
  constructor(model, el) {
    super(model);
    const { say } = this;
    this.entries = model.get("_entries").map((entry, n) => ({ ...entry, n, values: entry.constants.map(({ value }) => value) }));
    const [low, high] = model.get("_frame");
    this.slider = make("input", { id: `${this.uid}n`, type: "range", min: low, max: high, step: "0.05", oninput: () => this.setNet(Number(this.slider.value)) });
    this.field = make("input", { type: "number", min: low, max: high, step: "any", "aria-label": say("activations.net_input"), onchange: () => this.setNet(this.field.value === "" ? NaN : Number(this.field.value)), oninput: () => this.report() });
    this.picture = makeSVG("svg", { class: "bpv-chart bpv-plot", role: "img" });
    this.slopes = make("input", { type: "checkbox", checked: true, id: `${this.uid}d`, onchange: () => this.show() });
    this.choices = make("fieldset", { class: "bpv-choices", "data-scrolls": "" }, make("legend", {}, say("activations.activations")),
      ...this.entries.map((entry) => {
        entry.box = make("input", { type: "checkbox", id: `${this.uid}c${entry.n}`, onchange: () => this.choose() });
        entry.choice = make("label", { for: entry.box.id }, entry.box, entry.name.replaceAll("_", " "));
        return entry.choice;
      }));
    this.cards = make("div", { class: "bpv-cards", "data-scrolls": "", tabindex: "0", role: "group", "aria-label": say("activations.formulas") });
    this.link = new ActivationsLink(this, { slopes: this.slopes });
    this.frame(el, "activations", this.choices,
      make("div", { class: "bpv-main" }, make("div", { class: "bpv-side bpv-needed" }, this.picture), make("div", { class: "bpv-panel" }, this.cards)), this.message,
      make("div", { class: "bpv-controls" }, make("label", { for: this.slider.id }, say("activations.net")), this.slider, this.field, make("label", { for: this.slopes.id }, this.slopes, say("activations.slopes")), presenting(this), this.link.button, this.link.element));
    this.picture.addEventListener("pointerdown", (event) => { this.picture.setPointerCapture(event.pointerId); this.point(event); });
    this.picture.addEventListener("pointermove", (event) => { if (event.buttons) this.point(event); });
  }

  async start() {
    this.program = await load(this.get("_program"));
    this.watch(["net", "shown"], (changed) => (changed.has("shown") ? this.build() : this.show()));
    this.build();
    this.link.follow();
  }

  placed() { if (this.program) this.show(); }

  get shown() { return this.entries.filter((entry) => this.get("shown").includes(entry.name)); }

  // --- the functions ---

  at(entry, net) {
    const v = [net, 0, ...entry.values];
    const out = this.program[`f${entry.n}`](v);
    v[1] = out;
    return { out, slope: this.program[`d${entry.n}`](v) };
  }

  // --- changing ---

  setNet(net) {
    const [low, high] = this.get("_frame");
    const fits = Number.isFinite(net) && net >= low && net <= high;
    this.report(fits ? "" : this.say("page.number", { name: "net", least: low, most: high }));
    if (fits) this.set("net", net);
    else this.show();
  }

  point(event) {
    const box = this.picture.getBoundingClientRect();
    const [low, high] = this.get("_frame");
    const net = low + ((event.clientX - box.left) / box.width) * (high - low);
    this.setNet(Number(Math.max(low, Math.min(high, net)).toFixed(2)));
  }

  choose() {
    this.set("shown", this.entries.filter((entry) => entry.box.checked).map((entry) => entry.name));
  }

  // --- showing ---

  build() {
    for (const entry of this.entries) {
      const k = this.shown.indexOf(entry);
      entry.box.checked = k >= 0;
      entry.choice.className = k >= 0 ? `bpv-style-${k % STYLES}` : ""; // the colour of its curve
    }
    this.cards.replaceChildren(...this.shown.map((entry, k) => this.card(entry, k)));
    this.show();
  }

  card(entry, k) {
    entry.told = make("p", { class: "bpv-told", role: "status" });
    const constants = entry.constants.map((constant, c) => {
      const slider = make("input", { type: "range", min: constant.low, max: constant.high, step: "0.01", value: entry.values[c], "aria-label": this.say("activations.constant", { constant: constant.name, name: entry.name }) });
      const said = make("output", {}, numberText(entry.values[c], 3));
      slider.addEventListener("input", () => {
        entry.values[c] = Number(slider.value);
        said.textContent = numberText(entry.values[c], 3);
        this.show();
      });
      return make("span", { class: "bpv-constant" }, `${constant.name} = `, said, slider);
    });
    return make("section", { class: `bpv-card bpv-style-${k % STYLES}`, "aria-label": entry.name },
      make("h2", {}, entry.name.replaceAll("_", " ")), mathElement(entry.formula, "block"), mathElement(entry.slope, "block"), ...constants, entry.told,
      entry.note ? make("p", { class: "bpv-small" }, `${entry.note}.`) : "");
  }

  show() {
    const net = this.get("net");
    const [low, high, bottom, top] = this.get("_frame");
    const { width, height } = roomOf(this.picture);
    if (!width) return; // not on the page yet
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const x = (value) => ((value - low) / (high - low)) * width;
    const y = (value) => ((top - value) / (top - bottom)) * height;
    const grid = [];
    for (let n = Math.ceil(low) + 2; n < high; n += 2) grid.push(this.line("bpv-grid", x(n), 0, x(n), height), this.text(n, x(n), y(0) + 17));
    for (let n = Math.ceil(bottom); n <= top; n += 1) grid.push(this.line("bpv-grid", 0, y(n), width, y(n)), this.text(n, x(0) - 14, y(n) - 4));
    grid.push(this.line("bpv-axis", 0, y(0), width, y(0)), this.line("bpv-axis", x(0), 0, x(0), height), this.line("bpv-cursor", x(net), 0, x(net), height));
    const curves = this.shown.flatMap((entry, k) => {
      const points = Array.from({ length: CURVE_POINTS + 1 }, (_, n) => low + (n / CURVE_POINTS) * (high - low));
      const found = points.map((point) => this.at(entry, point));
      const path = (key) => this.path(points, found.map((one) => one[key]), x, y);
      const steepest = Math.max(...found.map(({ slope }) => Math.abs(slope)));
      const { out, slope } = this.at(entry, net);
      const saturated = this.program.saturated([slope, steepest]) === 1;
      const told = this.say("activations.told", { net: numberText(net, 4), out: numberText(out, 6), slope: numberText(slope, 6) });
      entry.told.textContent = told + (saturated ? this.say("activations.saturated") : "");
      entry.told.classList.toggle("bpv-saturated", saturated);
      const tangent = this.line("bpv-tangent", x(net - 1.5), y(out - 1.5 * slope), x(net + 1.5), y(out + 1.5 * slope));
      const drawn = [makeSVG("path", { class: "bpv-f", d: path("out") }), tangent, makeSVG("circle", { class: "bpv-point", cx: x(net), cy: y(out), r: 6 })];
      if (this.slopes.checked) drawn.unshift(makeSVG("path", { class: "bpv-slope", d: path("slope") }));
      return [makeSVG("g", { class: `bpv-style-${k % STYLES}` }, ...drawn)];
    });
    this.picture.replaceChildren(...grid, ...curves);
    this.picture.setAttribute("aria-label", this.say("activations.picture", { names: this.shown.map(({ name }) => name).join(", ") || this.say("activations.none"), net: numberText(net, 4) }));
    this.slider.value = String(net);
    if (document.activeElement !== this.field || this.field.value === "" || Number(this.field.value) !== net) this.field.value = String(net);
  }

  // A jump is drawn as a gap.
  path(points, values, x, y) {
    let d = "";
    values.forEach((value, n) => {
      const jumps = n > 0 && Math.abs(value - values[n - 1]) > 0.4;
      d += `${n === 0 || jumps ? "M" : "L"}${x(points[n]).toFixed(1)},${y(value).toFixed(1)}`;
    });
    return d;
  }

  line(kind, x1, y1, x2, y2) {
    return makeSVG("line", { class: kind, x1, y1, x2, y2 });
  }

  text(value, x, y) {
    return makeSVG("text", { class: "bpv-tick", x, y }, String(value).replace("-", "−"));
  }
}

// Besides what every link holds the constants, in the order of the activations.
class ActivationsLink extends TraitLink {
  get constants() { return this.page.entries.flatMap((entry) => entry.constants.map((constant, k) => ({ ...constant, entry, k }))); }

  own() { return { ...super.own(), constants: this.constants.map(({ entry, k }) => entry.values[k]).join() }; }

  readOwn(said, state, number, refuse) {
    const read = super.readOwn(said, state, number, refuse);
    const { constants } = this;
    const given = said.has("constants") ? said.get("constants").split(",").map((one) => this.numberIn(one)) : constants.map(({ value }) => value);
    if (given.length !== constants.length || !constants.every(({ low, high }, n) => given[n] >= low && given[n] <= high)) refuse("constants");
    constants.forEach(({ entry, k }, n) => { entry.values[k] = given[n]; });
    return read;
  }

  opened() {
    super.opened();
    this.page.build();
  }
}

export default shows(ActivationsPage);
