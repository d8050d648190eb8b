// The network as Python drew it: what is lit, how thick its lines are, and the numbers on it.

const SQUEEZED = 8; // numbers of more characters are squeezed to fit their node

// The width of a weight's line, as render/diagram.py has it.
const lineWidth = (value, largest) => (largest ? 1.5 + (4 * Math.abs(value)) / largest : 1.5);

export class Drawing {
  constructor(element, svg) {
    this.element = element;
    element.innerHTML = svg;
    const all = (selector) => [...element.querySelectorAll(selector)];
    this.edges = all("[data-edge]");
    this.nodes = all("[data-node]");
    this.places = all("[data-n]");
    this.lines = this.edges.flatMap((shape) => {
      const line = shape.querySelector(".bpv-line");
      const name = shape.dataset.parameter;
      return line && name !== undefined ? [{ shape, line, name, bias: shape.dataset.edge.endsWith(":b") }] : [];
    });
  }

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

  // Thickness by size, colour and dashes by sign; valueOf gives a parameter's value.
  showLines(valueOf) {
    const largest = Math.max(...this.lines.map(({ name, bias }) => (bias ? 0 : Math.abs(valueOf(name)))));
    for (const { shape, line, name, bias } of this.lines) {
      const value = valueOf(name);
      const width = lineWidth(value, bias ? Math.max(largest, Math.abs(value)) : largest).toFixed(2);
      if (line.getAttribute("stroke-width") !== width) line.setAttribute("stroke-width", width);
      shape.classList.toggle("bpv-minus", value < 0);
      shape.classList.toggle("bpv-plus", !(value < 0));
    }
  }

  // textOf gives a place's text, or nothing where its number is not known yet.
  showNumbers(textOf) {
    for (const place of this.places) {
      const known = textOf(place);
      const text = known ?? "";
      if (place.textContent !== text) {
        place.textContent = text;
        if (place.dataset.room && text.length > SQUEEZED) {
          place.setAttribute("textLength", place.dataset.room);
          place.setAttribute("lengthAdjust", "spacingAndGlyphs");
        } else place.removeAttribute("textLength");
      }
      if (place.tagName === "tspan" && "perSample" in place.dataset) place.parentNode.classList.toggle("bpv-pending", known === undefined);
    }
  }
}
