// One thing pointed at lights up everywhere, in the formulas and on the drawing, and is told under it; with the keyboard
// one goes from part to part of the drawing.

const SHAPES = "[data-edge], [data-node]";
const MOVES = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

export class Lights {
  // `page` is the stepper.
  constructor(page) {
    Object.assign(this, { page, root: page.root, panel: page.panel });
    this.root.addEventListener("pointerover", (event) => this.pointed(event.target));
    this.root.addEventListener("focusin", (event) => this.pointed(event.target));
    this.root.addEventListener("pointerleave", () => this.light(null));
    page.drawing.addEventListener("keydown", (event) => this.key(event));
    page.drawing.addEventListener("click", ({ target }) => page.choose(target.closest("[data-parameter]")?.dataset.parameter));
  }

  get picture() { return this.page.picture; }
  get shapes() { return [...this.picture.edges, ...this.picture.nodes]; }

  pointed(target) {
    if (!this.picture) return;
    const label = target.closest(".bpv-q, .bpv-v");
    const shape = target.closest(SHAPES);
    if (label) this.light(Number(label.dataset.q ?? label.dataset.v));
    else if (shape) this.lightShape(shape);
    else this.light(null);
  }

  light(n) {
    if (this.lit === n) return;
    this.lit = n;
    this.page.write(this.page.caption, n === null ? "" : this.page.told(n));
    for (const place of this.root.querySelectorAll(".bpv-lit")) place.classList.remove("bpv-lit");
    if (n === null || !this.picture) return;
    const { nodes, edges } = this.page.touched(n);
    for (const shape of this.shapes) shape.classList.toggle("bpv-lit", edges.includes(shape.dataset.edge) || nodes.includes(shape.dataset.node));
    this.lightFormulas((other) => other === n);
  }

  lightShape(shape) {
    this.light(null);
    this.lit = shape;
    const { parameter } = shape.dataset;
    const belongs = this.belonging(shape);
    this.lightFormulas((other) => belongs.includes(other));
    this.page.write(this.page.caption, this.toldOf(shape));
    for (const twin of this.shapes) {
      twin.classList.toggle("bpv-lit", parameter === undefined ? twin === shape : twin.dataset.parameter === parameter);
    }
  }

  // The quantities that belong to a part of the drawing: its parameter, or all that light up this unit alone.
  belonging(shape) {
    const { parameter, node, edge } = shape.dataset;
    if (parameter !== undefined) return [this.page.live.place.get(parameter)];
    const own = ({ nodes, edges }) => (node === undefined ? edges.join() === edge : nodes.join() === node);
    return [...Array(this.page.given).keys(), ...this.page.steps].filter((n) => own(this.page.touched(n)));
  }

  // What is known of it by now.
  toldOf(shape) { return this.belonging(shape).map((n) => this.page.told(n)).filter(Boolean).join(", "); }

  lightFormulas(belongs) {
    for (const place of this.panel.querySelectorAll(".bpv-q, .bpv-v")) {
      place.classList.toggle("bpv-lit", belongs(Number(place.dataset.q ?? place.dataset.v)));
    }
  }

  // Enter leads into the drawing; there the arrows go from left to right, Enter derives a weight, and Escape leads out.
  key(event) {
    const { drawing } = this.page;
    const shape = event.target.closest?.(SHAPES);
    if (!shape && event.key !== "Enter") return;
    const order = this.inOrder();
    const at = order.indexOf(shape);
    if (!shape) this.enter(order[0]);
    else if (event.key === "Escape") drawing.focus();
    else if (event.key === "Enter") this.page.choose(shape.dataset.parameter);
    else if (event.key in MOVES) this.enter(order[Math.max(0, Math.min(order.length - 1, at + MOVES[event.key]))]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  inOrder() {
    const shown = [...this.picture.nodes, ...this.picture.edges.filter((edge) => edge.querySelector(".bpv-line"))];
    const middle = (shape) => {
      const { left, width, top, height } = shape.querySelector(".bpv-node-shape, .bpv-line").getBoundingClientRect();
      return [Math.round(left + width / 2), Math.round(top + height / 2)];
    };
    const placed = shown.map((shape) => ({ shape, place: middle(shape) }));
    return placed.sort((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1]).map(({ shape }) => shape);
  }

  enter(shape) {
    shape.setAttribute("tabindex", "-1");
    shape.setAttribute("role", "img");
    shape.setAttribute("aria-label", this.toldOf(shape) || shape.dataset.node || shape.dataset.parameter || this.page.get("_loss"));
    shape.focus();
  }
}
