// The picture of the backward pass: each factor stands on the drawing once it is earned, paths that are not added up yet
// look different from those that are, and on the way from step to step numbers travel along the lines.

import { makeSVG } from "../shared/elements.js";
import { numberText } from "../shared/numbers.js";

const TRAVEL = 350; // milliseconds
const SPOTS = [0.5, 0.36, 0.64, 0.25, 0.75]; // parts of a line where its factor may stand
const BESIDE = [4, 17, -9]; // pixels below the line: on it, under it, over it
const STATES = ["bpv-earned", "bpv-multiplied", "bpv-summed"];
const TRAVELS = ["net", "loss_part", "loss", "local", "delta", "gathered"];
const OF_KIND = { local: 0, path: 1, gradient: 2 };

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function ends(edge) {
  const line = edge.querySelector(".bpv-line");
  return ["x1", "y1", "x2", "y2"].map((name) => Number(line.getAttribute(name)));
}

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
    const text = (n) => numberText(page.live.values[n], page.get("digits"));
    const earned = page.hidden ? steps.slice(start, at) : steps.slice(start, at + 1);
    const done = earned.map((n) => ({ row: page.row(n), text: text(n) })).filter(({ row }) => (row.sample ?? sample) === sample);
    this.show(done, page.get("wrt"));
    if (this.moves) this.travel(page.row(steps[at]), page.hidden ? "?" : text(steps[at]));
    this.moves = false;
  }

  show(done, wrt) {
    const svg = this.picture.element.firstElementChild;
    if (this.layer?.parentNode !== svg) {
      this.layer = makeSVG("g", { class: "bpv-layer", "aria-hidden": "true" });
      svg.append(this.layer);
    }
    this.layer.replaceChildren();
    this.mark(done);
    this.markDerived(wrt);
    const taken = this.taken(svg);
    for (const { row, text } of done.filter(({ row: { kind } }) => kind === "local").toReversed()) this.put(row, text, taken);
  }

  // How far each part of the drawing has come.
  mark(done) {
    const reached = new Map();
    for (const { row } of done) {
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

  taken(svg) {
    const shown = [...svg.querySelectorAll("text, .bpv-node-shape")].filter((one) => one.textContent || one.localName !== "text");
    return shown.filter((one) => one.checkVisibility({ visibilityProperty: true })).map((one) => one.getBBox());
  }

  // A factor beside its line or its unit, where it covers nothing; where there is no room the mark alone must do.
  put({ nodes, edges }, text, taken) {
    const factor = makeSVG("text", { class: "bpv-factor bpv-halo" }, text);
    this.layer.append(factor);
    for (const [x, y, anchor] of this.spots(nodes, edges)) {
      factor.style.textAnchor = anchor;
      factor.setAttribute("x", x);
      factor.setAttribute("y", y);
      const box = factor.getBBox();
      const covers = taken.some((b) => box.x < b.x + b.width && b.x < box.x + box.width && box.y < b.y + b.height && b.y < box.y + box.height);
      const { width, height } = this.picture.taken;
      if (covers || box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height) continue;
      taken.push(box);
      return;
    }
    factor.remove();
  }

  spots(nodes, edges) {
    const { picture } = this;
    if (edges.length === 1) {
      const edge = picture.edges.find((shape) => shape.dataset.edge === edges[0] && shape.querySelector(".bpv-line"));
      const [x1, y1, x2, y2] = ends(edge);
      return BESIDE.flatMap((off) => SPOTS.map((t) => [x1 + t * (x2 - x1), y1 + t * (y2 - y1) + off, "middle"]));
    }
    const node = picture.nodes.find((shape) => shape.dataset.node === nodes[0]);
    const { x, y, width, height } = node.querySelector(".bpv-node-shape").getBBox();
    const [right, left, low] = [x + width + 2, x - 2, y + height];
    const under = [14, 30].map((below) => [x + width / 2, low + below, "middle"]);
    return [...under, [right, low + 2, "start"], [right, y + 4, "start"], [left, low + 2, "end"], [left, y + 4, "end"], [right, y - 8, "start"], [left, y - 8, "end"]];
  }

  // Numbers go along the lines of a step: forward to the unit that adds them up, back where the error flows.
  travel(row, text) {
    this.rest();
    if (calm() || !TRAVELS.includes(row.kind)) return;
    const forward = row.kind === "net";
    row.edges.forEach((name, n) => {
      const edge = this.picture.edges.find((shape) => shape.dataset.edge === name && shape.querySelector(".bpv-line"));
      const source = this.picture.nodes.find((shape) => forward && shape.dataset.node === row.nodes[n] && n < row.nodes.length - 1);
      const [x1, y1, x2, y2] = edge ? ends(edge) : [0, 0, 0, 0];
      const [from, to] = forward || row.kind === "loss_part" ? [[x1, y1], [x2, y2]] : [[x2, y2], [x1, y1]];
      const alone = !forward && row.edges.length === 1 ? text : "";
      const word = source ? source.querySelector(".bpv-out")?.textContent : alone;
      const traveller = makeSVG("g", { class: "bpv-travels", "data-over": "" }, makeSVG("circle", { r: 4 }), makeSVG("text", { y: -6 }, word ?? ""));
      this.layer.append(traveller);
      const steps = [from, to].map(([x, y]) => ({ transform: `translate(${x}px, ${y}px)` }));
      const animation = traveller.animate(steps, { duration: TRAVEL, easing: "ease-in-out" });
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
  rest() {
    for (const [animation, traveller] of this.travelling) {
      animation.cancel();
      traveller?.remove();
    }
    this.travelling = [];
  }
}
