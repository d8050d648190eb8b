// The step that is shown: its sentence, its equation, and what has to be known there.

import { make } from "../shared/elements.js";
import { Equation } from "../shared/fit.js";

const LONGEST = 2; // so many of each kind of step are tried

export class Now {
  // fill(element) puts the numbers into an equation; formulaOf(n) gives its label and its sides; write(element, text)
  // writes a sentence.
  constructor(say, formulaOf, fill, write) {
    Object.assign(this, { formulaOf, fill, writeSentence: write });
    this.sentence = make("span", { class: "bpv-sentence" });
    this.ghosts = make("span", { class: "bpv-ghosts", "aria-hidden": "true" });
    this.note = make("p", { class: "bpv-note", hidden: true });
    this.place = make("div", { class: "bpv-equation", tabindex: "0", role: "group", "aria-label": say("stepper.this_step") });
    this.equation = new Equation(this.place);
    this.element = make("div", { class: "bpv-now" }, make("p", { class: "bpv-said-now" }, this.sentence, this.ghosts), this.place, this.note);
  }

  show(n, { sentence, kind }) {
    this.writeSentence(this.sentence, sentence);
    this.place.dataset.kind = kind;
    this.write(n);
  }

  write(n) {
    const { label, sides } = this.formulaOf(n);
    this.equation.show(label, sides, this.fill);
  }

  showNumbers() { this.fill(this.place); }

  // Numbers that became longer: seeing that makes the browser lay the page out, so it is done last.
  keepInside() {
    if (this.equation.overflows) this.equation.fit();
  }

  tell(note) {
    this.note.textContent = note ?? "";
    this.note.hidden = !note;
  }

  // The room of all steps [n, row]: the sentence has what the longest one needs, so that nothing under it moves.
  keepRoom(steps) {
    this.ghosts.replaceChildren(...longest(steps, (row) => row.sentence.length).map(([, { sentence }]) => {
      const ghost = make("span");
      this.writeSentence(ghost, sentence);
      return ghost;
    }));
  }

  // Whether one of the longest equations does not fit.
  overflows(steps) {
    return longest(steps, (row) => row.sides.join("").split("<").length).some(([n]) => {
      this.write(n);
      return this.equation.overflows;
    });
  }
}

// What is long in letters may be short on the page, where names are written small: so the longest of each kind.
function longest(steps, size) {
  const kinds = new Set(steps.map(([, { kind }]) => kind));
  return [...kinds].flatMap((kind) => steps.filter(([, row]) => row.kind === kind).sort((a, b) => size(b[1]) - size(a[1])).slice(0, LONGEST));
}
