// Formulas that Python laid out with slots: <q 12> for a label, <v 12> and <g 12> for a value, <u 12> for both.

import { mathElement } from "../shared/elements.js";
import { numberMathML } from "../shared/numbers.js";

// For the list of earlier steps: the name, its formula and its value on one line.
export function inline(label, sides) {
  const shown = sides.length > 1 ? [sides[0], sides[sides.length - 1]] : sides;
  return mathElement(`<mrow>${[label, ...shown].join("<mo>=</mo>")}</mrow>`);
}

export class Formulas {
  constructor(model, given) {
    this.model = model;
    this.given = given; // so many quantities are given; they come first and can be dragged
  }

  label(n) {
    return `<mrow class="bpv-q" data-q="${n}">${this.model.get("_labels")[n]}</mrow>`;
  }

  expanded(formula) {
    return formula.replace(/<([qvgu]) (\d+)>/g, (_, kind, number) => {
      const n = Number(number);
      if (kind === "q") return this.label(n);
      const live = n < this.given ? " bpv-grip" : "";
      const place = (kinds, more = "") => `<mrow class="bpv-v${kinds}${live}" data-v="${n}"${more}></mrow>`;
      if (kind === "u") return `<munder>${this.label(n)}<mstyle scriptlevel="0">${place(" bpv-under")}</mstyle></munder>`;
      return place("", kind === "g" ? ' data-guard=""' : "");
    });
  }

  // The sides of a step's equation; one that is left empty is the next one with labels instead of numbers.
  sides(row) {
    return row.sides.map((side, n) => this.expanded(side || row.sides[n + 1].replace(/<[vg] /g, "<q ")));
  }
}

// Puts the values into what has places for them.
export function fillNumbers(element, values, digits) {
  for (const place of element.querySelectorAll(".bpv-v")) {
    const value = values[Number(place.dataset.v)];
    if (place.shown === value && place.digits === digits) continue;
    place.shown = value;
    place.digits = digits;
    place.innerHTML = numberMathML(value, digits, place.hasAttribute("data-guard"));
  }
}
