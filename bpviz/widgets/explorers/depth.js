// Gradient sizes layer by layer: Python computed every combination; the page picks one and draws it.

import { field, make, makeSVG, roomOf, select } from "../shared/elements.js";
import { numberText } from "../shared/numbers.js";
import { presenting } from "../shared/player.js";
import { TraitLink } from "../shared/traits.js";
import { Widget, shows } from "../shared/widget.js";

const DEPTH = { left: 60, bottom: 36, top: 14, lowest: -14, ticks: 5 };

class DepthPage extends Widget {
  constructor(model, el) {
    super(model);
    const choices = model.get("_choices");
    this.fields = Object.entries(choices).map(([name, values]) => {
      const list = select({ id: `${this.uid}${name}`, onchange: () => this.set(name, values[list.selectedIndex]) }, values);
      return { name, values, list, element: field(this.say(`depth.${name}`), list) };
    });
    this.picture = makeSVG("svg", { class: "bpv-chart bpv-plot", role: "img" });
    this.layer = make("input", { id: `${this.uid}l`, type: "range", min: "1", oninput: () => this.set("layer", Number(this.layer.value)) });
    this.link = new TraitLink(this);
    this.told = make("p", { class: "bpv-told", role: "status" });
    this.factors = make("div", { class: "bpv-factors", "data-scrolls": "", tabindex: "0", role: "group", "aria-label": this.say("depth.factors") });
    this.frame(el, "depth",
      make("div", { class: "bpv-bar" }, ...this.fields.map(({ element }) => element)),
      make("div", { class: "bpv-main" }, make("div", { class: "bpv-side bpv-needed" }, this.picture), make("div", { class: "bpv-panel" }, this.told, this.factors)),
      make("div", { class: "bpv-controls" }, make("label", { for: this.layer.id }, this.say("depth.back")), this.layer, presenting(this), this.link.button, this.link.element),
      this.message);
    this.watch([...Object.keys(choices), "layer"], () => this.show());
  }

  placed() { if (this.profile) this.show(); }

  get chosen() { return ["activation", "initialisation", "width", "depth"].map((name) => this.get(name)).join(" "); }
  get profile() { return this.get("_profiles")[this.chosen]; }

  start() {
    this.show();
    this.link.follow();
  }

  show() {
    const { profile } = this;
    const chosen = Math.min(this.get("layer"), profile.length) - 1;
    for (const { name, values, list } of this.fields) list.selectedIndex = values.indexOf(this.get(name));
    this.layer.max = String(profile.length);
    this.layer.value = String(chosen + 1);
    const { width, height } = roomOf(this.picture);
    const { left, bottom, top, lowest, ticks } = DEPTH;
    if (!width) return; // not on the page yet
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const highest = Math.max(2, ...profile.map(([, , , log]) => Math.ceil(log)));
    const y = (log) => top + ((highest - Math.max(lowest, Math.min(highest, log))) / (highest - lowest)) * (height - top - bottom);
    const slot = (width - left) / profile.length;
    const shapes = [];
    for (let log = highest; log >= lowest; log -= Math.ceil((highest - lowest) / ticks)) {
      shapes.push(makeSVG("line", { class: "bpv-grid", x1: left, x2: width, y1: y(log), y2: y(log) }));
      shapes.push(makeSVG("text", { class: "bpv-tick bpv-end", x: left - 6, y: y(log) + 5 }, numberText(Number(`1e${log}`), 3)));
    }
    profile.forEach(([size, , , log], n) => {
      const x = left + n * slot;
      const under = size === 0 || log < lowest;
      shapes.push(makeSVG("rect", { class: `bpv-column${n === chosen ? " bpv-on" : ""}`, x: x + slot * 0.12, y: y(log), width: slot * 0.76, height: Math.max(2, y(lowest) - y(log)) }));
      if (under) shapes.push(makeSVG("text", { class: "bpv-tick", x: x + slot / 2, y: y(lowest) - 6 }, "↓"));
      if (profile.length <= 16 || n % 5 === 4 || n === 0) shapes.push(makeSVG("text", { class: "bpv-tick", x: x + slot / 2, y: height - bottom + 17 }, String(n + 1)));
    });
    shapes.push(makeSVG("text", { class: "bpv-tick", x: (left + width) / 2, y: height - 3 }, this.say("depth.axis")));
    this.picture.replaceChildren(...shapes);
    const text = (value) => numberText(value, 3);
    const [first, last] = [profile[0][0], profile[profile.length - 1][0]];
    const sizes = { last: text(last), first: text(first) };
    this.picture.setAttribute("aria-label", this.say("depth.picture", sizes));
    this.told.textContent = this.say("depth.told", { verdict: this.get("_verdicts")[this.chosen], ...sizes });
    this.layer.setAttribute("aria-valuetext", this.say("depth.at", { layer: chosen + 1, size: text(profile[chosen][0]) }));
    const rows = [];
    for (let n = profile.length - 1; n >= chosen; n -= 1) {
      const [size, weights, slopes] = profile[n];
      const cells = n === profile.length - 1 ? ["", "", "", text(size)] : [text(profile[n + 1][0]), text(weights), text(slopes), text(size)];
      rows.push(make("tr", {}, make("th", { scope: "row" }, String(n + 1)), ...cells.map((cell) => make("td", {}, cell))));
    }
    const head = ["head_layer", "ahead", "weights", "slopes", "delta"].map((word) => make("th", { scope: "col" }, this.say(`depth.${word}`)));
    this.factors.replaceChildren(make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows)));
  }
}

export default shows(DepthPage);
