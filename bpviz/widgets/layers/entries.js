// The derivation of any one entry: patterns that Python laid out, with its place and its numbers put in.

import { make } from "../shared/elements.js";
import { Equation } from "../shared/fit.js";
import { numberMathML, numberText } from "../shared/numbers.js";

// The number at a place such as "net 1:4:0", or the product of two of them.
export function numberAt(place, m, open = {}) {
  return place.split("*").reduce((product, one) => {
    const [name, row, column] = one.split(":");
    const { columns, data } = m[name];
    return product * data[(open[row] ?? Number(row)) * columns + (open[column] ?? Number(column))];
  }, 1);
}

// Puts the numbers into what has places for them.
export function fillPlaces(element, m, digits, open = {}) {
  for (const place of element.querySelectorAll("[data-place]")) {
    const value = numberAt(place.dataset.place, m, open);
    if (place.shown === value && place.digits === digits) continue;
    Object.assign(place, { shown: value, digits });
    place.innerHTML = numberMathML(value, digits, place.hasAttribute("data-guard"));
  }
}

// A formula of Python's with places for its numbers; `open` says which row, column, sample and term are meant.
export function expanded(markup, labels = {}, open = {}) {
  const closed = markup.replace(/\{([ijsk])\}/g, (_, letter) => String(open[letter] + 1));
  return closed.replace(/<([vgln]) ([^<>:]+:[\w:*. ]+)>/g, (_, kind, place) => {
    if (kind === "v" || kind === "g") return `<mrow data-place="${place}"${kind === "g" ? ' data-guard=""' : ""}></mrow>`;
    const [name, row, column] = place.split(":");
    return labels[`${kind} ${name}:${open[row] ?? row}:${open[column] ?? column}`];
  });
}

export class Entries {
  // `page` has get, say and the matrices m.
  constructor(page) {
    this.page = page;
    this.title = make("p", { class: "bpv-entry-title" });
    this.list = make("div", { class: "bpv-entry", tabindex: "0", role: "group", "aria-label": page.say("layers.entry") });
    this.element = make("div", {}, this.title, this.list);
    const named = Object.entries(page.get("_named"));
    this.places = new Map(named.map(([name, [matrix, row, column]]) => [name, { matrix, row, column }]));
    this.names = new Map(named.map(([name, [matrix, row, column]]) => [`${matrix}:${row}:${column}`, name]));
    this.labels = Object.fromEntries(named.flatMap(([, [matrix, row, column, label, updated]]) => [[`l ${matrix}:${row}:${column}`, label], [`n ${matrix}:${row}:${column}`, updated]]));
    this.regular = Object.entries(page.get("_matrices")).filter(([, { entry }]) => entry);
  }

  // What a parameter is called, by its place.
  nameAt({ matrix, row, column }) {
    const pattern = this.page.get("_matrices")[matrix].entry;
    if (!pattern) return this.names.get(`${matrix}:${row}:${column}`) ?? this.names.get(`${matrix}:0:0`);
    return pattern.replace("{i}", row + 1).replace("{j}", column + 1);
  }

  // Where the parameter of that name stands, or nothing.
  placeOf(name) {
    const known = this.places.get(name);
    if (known) return known;
    for (const [matrix, { entry, shape }] of this.regular) {
      const written = entry.replace(/[[\]]/g, "\\$&").replace("{i}", "(\\d+)").replace("{j}", "(\\d+)");
      const found = new RegExp(`^${written}$`).exec(name.replaceAll(" ", ""));
      const [row, column] = [Number(found?.[1] ?? 1) - 1, Number(found?.[2] ?? 1) - 1];
      if (found && row >= 0 && column >= 0 && row < shape[0] && column < shape[1]) return { matrix, row, column };
    }
    return null;
  }

  // The pattern of that place: of a unit that has one of its own, or of any.
  patternOf({ matrix, row, column }) {
    const patterns = this.page.get("_patterns")[matrix];
    const isFrozen = this.page.get("_frozen").includes(this.nameAt({ matrix, row, column }));
    const keys = [`${row}`, "any", "0"].map((key) => `${key}${isFrozen ? " frozen" : ""}`);
    return patterns[keys.find((key) => patterns[key])];
  }

  // The derivation of the parameter at that place, in that sample.
  show(place, sample) {
    const { page } = this;
    this.open = { i: place.row, j: place.column, s: sample };
    this.rows = this.patternOf(place).map((row) => {
      const box = make("div", { class: "bpv-entry-step", "data-whole": row.whole });
      const note = make("p", { class: "bpv-entry-note" });
      return { ...row, box, note, equation: new Equation(box, true, 1) };
    });
    const name = this.nameAt(place);
    this.title.textContent = page.get("_batch") ? page.say("layers.entry_of_sample", { name, sample: sample + 1 }) : page.say("layers.entry_of", { name });
    this.list.replaceChildren(...this.rows.flatMap(({ box, note, terms }) => (terms ? [box, note] : [box])));
    this.fit();
    this.turnTo(this.turned);
  }

  // Brings what belongs to a step of the whole layers into sight.
  turnTo(whole) {
    this.turned = whole;
    const all = [...this.list.querySelectorAll(".bpv-entry-step")];
    const here = all.findLast((box) => box.dataset.whole === whole);
    for (const box of all) box.classList.toggle("bpv-here", box === here);
    const fold = this.element.parentElement;
    if (here && fold) fold.scrollTop += here.getBoundingClientRect().top - fold.getBoundingClientRect().top - fold.clientHeight / 4;
  }

  // Equations are laid out where there is a place for them.
  fit() {
    if (!this.rows || !this.list.clientWidth) return;
    for (const { label, sides, equation } of this.rows) {
      equation.show(this.expand(label), sides.map((side) => this.expand(side)), (box) => this.fill(box));
    }
    this.showNumbers();
  }

  expand(markup) { return expanded(markup, this.labels, this.open); }
  fill(box) { fillPlaces(box, this.page.m, this.page.get("digits"), this.open); }

  showNumbers() {
    for (const { box, note, terms } of this.rows ?? []) {
      this.fill(box);
      if (terms) this.showTerms(note, terms);
    }
  }

  // The largest terms of a sum that is not written out.
  showTerms(note, { label, value, count }) {
    const { page } = this;
    const values = Float64Array.from({ length: count }, (_, k) => numberAt(value, page.m, { ...this.open, k }));
    const largest = page.course.module.largest({ rows: count, columns: 1, data: values }, page.get("_bounds").named);
    const shown = largest.map(([k]) => {
      const formula = make("span", { class: "bpv-entry-term" });
      const math = expanded(label, this.labels, { ...this.open, k });
      formula.innerHTML = `<math>${math}<mo>=</mo>${numberMathML(values[k], page.get("digits"), false)}</math>`;
      return formula;
    });
    note.replaceChildren(page.say("layers.terms", { count }), ...shown);
  }

  // In words, for who cannot see it.
  told(place) { return `${this.nameAt(place)} = ${numberText(numberAt(`${place.matrix}:${place.row}:${place.column}`, this.page.m), this.page.get("digits"))}`; }
}
