// The picture of the backward pass: each factor stands on the drawing once it is earned, paths that are not added up yet
// look different from those that are, and on the way from step to step numbers travel along the lines.

import { make, makeSVG } from "../shared/elements.js";
import { numberText } from "../shared/numbers.js";
import { Factors, ends, lineOf } from "./factors.js";

const TRAVEL = 350; // milliseconds
const REST = 30; // milliseconds: the step is painted first, and who steps on at once sees nothing move
const STATES = ["bpv-earned", "bpv-multiplied", "bpv-summed"];
const TRAVELS = ["net", "loss_part", "loss", "local", "delta", "gathered"];
const OF_KIND = { local: 0, path: 1, gradient: 2 };

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Trace {
  // `page` is the stepper.
  constructor(page) {
    this.page = page;
    this.travelling = [];
    this.moves = false; // whether the step that comes is the next one
  }

  get picture() { return this.page.picture; }

  // What the chain rule has earned up to the step that is shown, of its sample.
  showStep() {
    const { page } = this;
    const { steps, at, sample, script: { start } } = page;
    const text = (n) => numberText(page.live.values[n], page.drawnDigits);
    const earned = steps.slice(start, page.hidden ? at : at + 1).filter((n) => (page.row(n).sample ?? sample) === sample);
    this.prepare();
    this.mark(earned.map((n) => page.row(n)));
    this.factors.show(earned.filter((n) => page.row(n).kind === "local").map((n) => [page.row(n), text(n)]));
    if (this.moves) this.later(() => this.travel(page.row(steps[at]), page.hidden ? "?" : text(steps[at])));
    this.moves = false;
  }

  // Another drawing or another parameter: its mark, and a place for each factor.
  prepare() {
    const { page } = this;
    const [svg, wrt, digits] = [this.picture.element.firstElementChild, page.get("wrt"), page.drawnDigits];
    const shown = [svg, wrt, digits, page.script];
    if (this.shown?.every((one, n) => one === shown[n])) return;
    this.shown = shown;
    this.rest();
    this.layer?.remove();
    this.layer = makeSVG("g", { class: "bpv-layer", "aria-hidden": "true" });
    svg.append(this.layer);
    this.markDerived(wrt);
    const rows = page.steps.map((n) => page.row(n)).filter(({ kind }) => kind === "local");
    this.factors = new Factors(this.picture, this.layer, rows, digits);
  }

  // How far each part of the drawing has come.
  mark(done) {
    const reached = new Map();
    for (const row of done) {
      const state = OF_KIND[row.kind];
      if (state === undefined) continue;
      for (const name of [...row.edges.map((edge) => `e${edge}`), ...row.nodes.map((node) => `n${node}`)]) reached.set(name, Math.max(state, reached.get(name) ?? 0));
    }
    for (const [shapes, key, letter] of [[this.picture.edges, "edge", "e"], [this.picture.nodes, "node", "n"]]) {
      for (const shape of shapes) {
        const state = reached.get(letter + shape.dataset[key]);
        STATES.forEach((name, n) => shape.classList.toggle(name, n === state));
      }
    }
  }

  // The derived weight has a mark of its own where it has no label.
  markDerived(wrt) {
    const lines = this.picture.edges.filter((shape) => shape.dataset.parameter === wrt);
    if (lines.some((shape) => shape.querySelector(".bpv-label"))) return;
    for (const shape of lines.filter((one) => one.querySelector(".bpv-line"))) {
      const [x1, y1, x2, y2] = ends(shape);
      const [x, y] = [x1 + 0.3 * (x2 - x1), y1 + 0.3 * (y2 - y1)];
      this.layer.append(makeSVG("path", { class: "bpv-derived", d: `M${x - 5},${y}l5,-5l5,5l-5,5z` }));
    }
  }

  // Numbers go along the lines of a step: forward to the unit that adds them up, back where the error flows.  They are no
  // part of the drawing but lie over it, so that it need not be painted anew for each frame.
  travel(row, text) {
    if (calm() || !TRAVELS.includes(row.kind)) return;
    const forward = row.kind === "net";
    const { element } = this.picture;
    const [frame, scaled] = [element.getBoundingClientRect(), element.firstElementChild.getScreenCTM()];
    const over = ([x, y]) => ({ transform: `translate(${x * scaled.a + scaled.e - frame.left}px, ${y * scaled.d + scaled.f - frame.top}px)` });
    row.edges.forEach((name, n) => {
      const edge = lineOf(this.picture, name);
      const source = this.picture.nodes.find((shape) => forward && shape.dataset.node === row.nodes[n] && n < row.nodes.length - 1);
      const [x1, y1, x2, y2] = edge ? ends(edge) : [0, 0, 0, 0];
      const [from, to] = forward || row.kind === "loss_part" ? [[x1, y1], [x2, y2]] : [[x2, y2], [x1, y1]];
      const alone = !forward && row.edges.length === 1 ? text : "";
      const word = source ? source.querySelector(".bpv-out")?.textContent : alone;
      const traveller = make("div", { class: "bpv-travels", "data-over": "", "aria-hidden": "true" }, make("span", {}, word ?? ""));
      element.append(traveller);
      const animation = traveller.animate([from, to].map(over), { duration: TRAVEL, easing: "ease-in-out" });
      animation.onfinish = () => traveller.remove();
      this.travelling.push([animation, traveller]);
    });
  }

  // Units answer one after the other, all of them within the time of a step.
  ripple(names) {
    this.rest();
    if (calm()) return;
    const each = TRAVEL / Math.max(names.length, 1);
    names.forEach((name, n) => {
      const shape = this.picture.nodes.find((node) => node.dataset.node === name)?.querySelector(".bpv-node-shape");
      if (shape) this.travelling.push([shape.animate([{ strokeWidth: "8px" }, {}], { duration: each, delay: n * each }), null]);
    });
  }

  // One thing moves at a time.
  later(move) {
    this.rest();
    this.waiting = setTimeout(move, REST);
  }

  rest() {
    clearTimeout(this.waiting);
    for (const [animation, traveller] of this.travelling) {
      animation.cancel();
      traveller?.remove();
    }
    this.travelling = [];
  }
}
