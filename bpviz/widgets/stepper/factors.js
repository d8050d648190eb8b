// The factors of the chain rule on the drawing: each has one place, on its line or at its unit, for all steps and numbers.

import { makeSVG } from "../shared/elements.js";

const ALONG = [0.5, 0.36, 0.64, 0.25, 0.75]; // parts of a line where its factor may stand
const BESIDE = [4, 17, -9, 30, -22, 43, -35]; // pixels below the line: on it, under it, over it
const ANCHORS = { start: 0, middle: 1, end: 2 }; // where its middle is, in halves of its width
const IN_A_WHILE = 300; // milliseconds
const WIDEST = (digits) => `−0.${"0".repeat(digits)}`;
const LONG = (digits) => WIDEST(digits + 1); // as numbers grow small; a factor is squeezed then, other numbers are not

export const ends = (edge) => ["x1", "y1", "x2", "y2"].map((name) => Number(edge.querySelector(".bpv-line").getAttribute(name)));
export const lineOf = (picture, name) => picture.edges.find((shape) => shape.dataset.edge === name && shape.querySelector(".bpv-line"));

const cover = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

export class Factors {
  // `rows` are those of all factors that the derivation earns; `layer` is a group of the drawing.  Their places are
  // found when there is time, or when the first one is needed.
  constructor(picture, layer, rows, digits) {
    Object.assign(this, { picture, layer, rows, digits, places: null, widths: new Map() });
    setTimeout(() => { if (layer.isConnected) this.arrange(); }, IN_A_WHILE);
  }

  arrange() {
    if (this.places) return;
    this.widest = this.measured();
    this.taken = this.others();
    this.places = new Map();
    if (!this.picture.element.querySelector(".bpv-out")) return; // a drawing without numbers has none of these either
    const onLines = this.rows.filter(({ edges }) => edges.length === 1); // these first: on its line, a number belongs to it
    for (const row of [...onLines, ...this.rows]) {
      const key = this.key(row);
      if (!this.places.has(key)) this.places.set(key, this.place(row));
    }
  }

  // The box of the widest number, as it is when it is centred at 0.
  measured() {
    const text = makeSVG("text", { class: "bpv-factor bpv-halo" }, WIDEST(this.digits));
    this.layer.append(text);
    const { x, y, width, height } = text.getBBox();
    text.remove();
    return { left: x, top: y, width, height };
  }

  key({ nodes, edges }) { return edges.length === 1 ? `e${edges[0]}` : `n${nodes[0]}`; }

  // What else is written on the drawing, now or later: [element, box].
  others() {
    const { picture } = this;
    const own = this.rows.flatMap(({ edges }) => edges);
    const hidden = (one) => one.closest(".bpv-crowded") && !own.includes(one.closest("[data-edge]").dataset.edge);
    const all = [...picture.element.querySelectorAll("text:not(.bpv-behind), .bpv-node-shape")];
    const shown = all.filter((one) => !hidden(one) && !this.layer.contains(one));
    // whatever the numbers that are computed will be
    const computed = shown.flatMap((one) => [...one.querySelectorAll("tspan[data-n]")]).filter((one) => !(picture.numberAt(one, 0) < picture.given));
    const texts = computed.map((one) => one.textContent);
    computed.forEach((one) => { one.textContent = LONG(this.digits); });
    const boxes = shown.map((one) => [one, one.getBBox()]);
    computed.forEach((one, n) => { one.textContent = texts[n]; });
    return boxes;
  }

  // Where a factor covers nothing but its unit's delta, which comes later; where there is no room its mark alone must do.
  place({ nodes, edges }) {
    const { picture } = this;
    const node = edges.length === 1 ? null : picture.nodes.find((shape) => shape.dataset.node === nodes[0]);
    const delta = node?.querySelector(".bpv-delta");
    const taken = this.taken.filter(([one]) => one !== delta).map(([, other]) => other);
    const { width, height } = picture.taken;
    for (const [x, y, anchor] of this.spots(nodes, edges)) {
      const box = { ...this.widest, x: x + this.widest.left * ANCHORS[anchor], y: y + this.widest.top };
      const fits = box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
      if (!fits || taken.some((other) => cover(box, other))) continue;
      const text = makeSVG("text", { class: "bpv-factor bpv-halo", x, y, style: `text-anchor: ${anchor}` });
      this.taken.push([text, box]);
      return { text, delta };
    }
    return null;
  }

  spots(nodes, edges) {
    const { picture } = this;
    if (edges.length === 1) {
      const [x1, y1, x2, y2] = ends(lineOf(picture, edges[0]));
      return BESIDE.flatMap((off) => ALONG.map((t) => [x1 + t * (x2 - x1), y1 + t * (y2 - y1) + off, "middle"]));
    }
    const node = picture.nodes.find((shape) => shape.dataset.node === nodes[0]);
    const { x, y, width, height } = node.querySelector(".bpv-node-shape").getBBox();
    const [right, left, low] = [x + width + 2, x - 2, y + height];
    const under = [14, 30].map((below) => [x + width / 2, low + below, "middle"]);
    return [...under, [right, low + 2, "start"], [right, y + 4, "start"], [left, low + 2, "end"], [left, y + 4, "end"]]; // any higher it would seem to belong to the line
  }

  // `earned` are [row, text] of the factors that are known by now; a unit's gives way to its delta, which holds it.
  show(earned) {
    if (earned.length) this.arrange();
    if (!this.places) return;
    const shown = new Map(earned.map(([row, text]) => [this.places.get(this.key(row)), text]));
    for (const place of this.places.values()) {
      if (!place) continue;
      const text = place.delta && !place.delta.matches(".bpv-pending") ? undefined : shown.get(place);
      if (text === undefined) place.text.remove();
      else if (place.said !== text || !place.text.parentNode) this.write(place, text);
    }
  }

  // How wide a text is: numbers of one form are as wide as each other, and measuring makes the browser lay the page out.
  long(text) {
    const form = text.textContent.replace(/\d/g, "0");
    if (!this.widths.has(form)) this.widths.set(form, text.getComputedTextLength());
    return this.widths.get(form);
  }

  write(place, said) {
    const { text } = place;
    const { width } = this.widest;
    place.said = said;
    text.textContent = said;
    text.removeAttribute("textLength");
    if (!text.parentNode) this.layer.append(text);
    if (said.length <= WIDEST(this.digits).length || this.long(text) <= width) return;
    text.setAttribute("textLength", width);
    text.setAttribute("lengthAdjust", "spacingAndGlyphs");
  }
}
