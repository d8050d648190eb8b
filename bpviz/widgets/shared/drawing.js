// The network as Python drew it: what is lit, how thick its lines are, and the numbers on it.

export class Drawing {
  // `drawn` says which quantities stand where: {places, lines, squeezed}, by the names in the drawing;
  // numbers of more than `squeezed` characters are squeezed to fit their node.
  constructor(element, svg, drawn = { places: {}, lines: {} }) {
    this.element = element;
    this.drawn = drawn;
    element.innerHTML = svg;
    const all = (selector) => [...element.querySelectorAll(selector)];
    this.edges = all("[data-edge]");
    this.nodes = all("[data-node]");
    this.places = all("[data-n]");
    this.lines = this.edges.flatMap((shape) => {
      const line = shape.querySelector(".bpv-line");
      const [n, counts] = drawn.lines[shape.dataset.edge] ?? [];
      return line && n !== undefined ? [{ shape, line, n, counts }] : [];
    });
  }

  // The number of the quantity at a place, of a sample counted from 0.
  numberAt(place, sample) { return this.drawn.places[place.dataset.n]?.[sample] ?? undefined; }

  light(nodes, edges, wrt) {
    for (const [shapes, key, lit] of [[this.edges, "edge", edges], [this.nodes, "node", nodes]]) {
      for (const shape of shapes) {
        shape.classList.toggle("bpv-on", lit.includes(shape.dataset[key]));
        shape.classList.toggle("bpv-wrt", shape.dataset.parameter === wrt);
      }
    }
  }

  // On a narrow screen the drawing scrolls sideways; what is lit must be in sight.
  bringIntoView() {
    const { element } = this;
    if (element.scrollWidth <= element.clientWidth) return;
    const frame = element.getBoundingClientRect();
    const lit = this.nodes.filter((shape) => shape.classList.contains("bpv-on")).map((shape) => shape.getBoundingClientRect());
    if (!lit.length) return;
    const left = Math.min(...lit.map((box) => box.left));
    const right = Math.max(...lit.map((box) => box.right));
    element.scrollLeft += (left + right) / 2 - (frame.left + frame.right) / 2;
  }

  // Thickness by size, as `lineWidth` has it; colour and dashes by sign.
  showLines(values, lineWidth) {
    const largest = Math.max(0, ...this.lines.map(({ n, counts }) => (counts ? Math.abs(values[n]) : 0)));
    for (const { shape, line, n } of this.lines) {
      const width = lineWidth([values[n], largest]).toFixed(2);
      if (line.getAttribute("stroke-width") !== width) line.setAttribute("stroke-width", width);
      shape.classList.toggle("bpv-minus", values[n] < 0);
      shape.classList.toggle("bpv-plus", !(values[n] < 0));
    }
  }

  // textOf gives the text of a quantity by its number, or nothing where it is not known yet.
  showNumbers(textOf, sample) {
    for (const place of this.places) {
      const n = this.numberAt(place, sample);
      const known = n === undefined ? undefined : textOf(n);
      const text = known ?? "";
      if (place.textContent !== text) {
        place.textContent = text;
        if (place.dataset.room && text.length > this.drawn.squeezed) {
          place.setAttribute("textLength", place.dataset.room);
          place.setAttribute("lengthAdjust", "spacingAndGlyphs");
        } else place.removeAttribute("textLength");
      }
      if (place.tagName === "tspan" && "perSample" in place.dataset) place.parentNode.classList.toggle("bpv-pending", known === undefined);
    }
  }
}
