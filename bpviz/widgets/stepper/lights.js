// One thing pointed at lights up everywhere: in the formulas and on the drawing.

const SHAPES = "[data-edge], [data-node]";

export class Lights {
  // touchedBy(n) gives the nodes and edges of a quantity, numberOf(name) the number of a parameter.
  constructor(root, panel, touchedBy, numberOf) {
    Object.assign(this, { root, panel, touchedBy, numberOf });
    root.addEventListener("pointerover", (event) => {
      const label = event.target.closest(".bpv-q, .bpv-v");
      const shape = event.target.closest(SHAPES);
      if (label) this.light(Number(label.dataset.q ?? label.dataset.v));
      else if (shape) this.lightShape(shape);
      else this.light(null);
    });
    root.addEventListener("pointerleave", () => this.light(null));
  }

  get shapes() { return [...this.picture.edges, ...this.picture.nodes]; }

  light(n) {
    if (this.lit === n) return;
    this.lit = n;
    for (const place of this.root.querySelectorAll(".bpv-lit")) place.classList.remove("bpv-lit");
    if (n === null || !this.picture) return;
    const { nodes, edges } = this.touchedBy(n);
    for (const shape of this.shapes) shape.classList.toggle("bpv-lit", edges.includes(shape.dataset.edge) || nodes.includes(shape.dataset.node));
    this.lightFormulas((other) => other === n);
  }

  lightShape(shape) {
    this.light(null);
    this.lit = shape;
    const { parameter, node } = shape.dataset;
    if (parameter !== undefined) {
      const n = this.numberOf(parameter);
      this.lightFormulas((other) => other === n);
    } else this.lightFormulas((other) => this.touchedBy(other).nodes.join() === node);
    for (const twin of this.shapes) {
      twin.classList.toggle("bpv-lit", parameter === undefined ? twin === shape : twin.dataset.parameter === parameter);
    }
  }

  lightFormulas(belongs) {
    for (const place of this.panel.querySelectorAll(".bpv-q, .bpv-v")) {
      place.classList.toggle("bpv-lit", belongs(Number(place.dataset.q ?? place.dataset.v)));
    }
  }
}
