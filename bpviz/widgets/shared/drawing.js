// The network as Python drew it: what is lit, how thick its lines are, and the numbers on it.

import { USUAL_TYPE } from "./elements.js";

const BESIDE = 0.6; // its type, as a part of that beside it

export class Drawing {
  // `drawings` are [{svg, width, height, least, squeezed}], the most detailed first: the first one that its place can show at
  // the scale `least` or larger is taken.  `drawn` says which quantities stand where: {places, lines}, by the names
  // in the drawing; the first `given` quantities can be taken hold of.
  constructor(element, drawings, drawn = { places: {}, lines: {} }, given = 0) {
    Object.assign(this, { element, drawings, drawn, given });
    this.take(this.fitting());
  }

  // Large type beside it asks for large type here too, if not for as large.
  fitting() {
    const { clientWidth, clientHeight } = this.element;
    const type = Math.max(1, (BESIDE * parseFloat(getComputedStyle(this.element).fontSize)) / USUAL_TYPE);
    const fits = ({ width, height, least }) => Math.min(clientWidth / width, clientHeight / height) >= least * type;
    return this.drawings.find(fits) ?? this.drawings[this.drawings.length - 1];
  }

  // Takes the drawing that fits its place now; true where that is another one.
  fit() {
    const wanted = this.fitting();
    if (wanted === this.taken) return false;
    this.take(wanted);
    return true;
  }

  take(drawing) {
    const { element, drawn } = this;
    this.taken = drawing;
    element.innerHTML = drawing.svg;
    const all = (selector) => [...element.querySelectorAll(selector)];
    this.edges = all("[data-edge]");
    this.nodes = all("[data-node]");
    this.places = all("[data-n]");
    for (const place of this.places) place.classList.toggle("bpv-grip", this.numberAt(place, 0) < this.given);
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
    this.thin();
  }

  // Where labels are crowded only those of lit lines are shown, and of them none that would cover another.
  thin() {
    const kept = [];
    for (const shape of this.edges) {
      if (!shape.matches(".bpv-crowded.bpv-on")) continue;
      shape.classList.remove("bpv-thin");
      const { x, y, width, height } = shape.getBBox();
      const { edge } = shape.dataset;
      const covers = kept.some((b) => b.edge !== edge && x < b.x + b.width && b.x < x + width && y < b.y + b.height && b.y < y + height);
      shape.classList.toggle("bpv-thin", covers);
      if (!covers) kept.push({ edge, x, y, width, height });
    }
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

  // What Python says that is to be seen: texts and lines by their names, and what is lit.
  showSeen({ texts, lines, nodes, edges, wrt }) {
    for (const { shape, line } of this.edges.map((edge) => ({ shape: edge, line: edge.querySelector(".bpv-line") }))) {
      const [width, minus] = lines[shape.dataset.edge] ?? [];
      if (!line || width === undefined) continue;
      line.setAttribute("stroke-width", width);
      shape.classList.toggle("bpv-minus", minus);
      shape.classList.toggle("bpv-plus", !minus);
    }
    this.write((place) => texts[place.dataset.n]);
    this.light(nodes, edges, wrt);
  }

  // textOf gives the text of a quantity by its number, or nothing where it is not known yet.
  showNumbers(textOf, sample) {
    this.write((place) => {
      const n = this.numberAt(place, sample);
      return n === undefined ? undefined : textOf(n);
    });
  }

  write(textAt) {
    for (const place of this.places) {
      const known = textAt(place);
      const text = known ?? "";
      if (place.textContent !== text) {
        place.textContent = text;
        if (place.dataset.room && text.length > this.taken.squeezed) {
          place.setAttribute("textLength", place.dataset.room);
          place.setAttribute("lengthAdjust", "spacingAndGlyphs");
        } else place.removeAttribute("textLength");
      }
      if (place.tagName === "tspan" && "perSample" in place.dataset) place.parentNode.classList.toggle("bpv-pending", known === undefined);
    }
  }
}
