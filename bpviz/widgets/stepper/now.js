// The step that is shown: its sentence, its equation, and what has to be known there.

import { make } from "../shared/elements.js";
import { Equation } from "../shared/fit.js";

const [LONG_SENTENCES, LONG_EQUATIONS] = [4, 2]; // so many of the longest keep the room that they take

export class Now {
  // fill(element) puts the numbers into an equation; formulaOf(n) gives its label and its sides.
  constructor(say, formulaOf, fill) {
    Object.assign(this, { formulaOf, fill });
    this.sentence = make("span", { class: "bpv-sentence" });
    this.ghosts = make("span", { class: "bpv-ghosts", "aria-hidden": "true" });
    this.note = make("p", { class: "bpv-note", hidden: true });
    this.place = make("div", { class: "bpv-equation", tabindex: "0", role: "group", "aria-label": say("stepper.this_step") });
    this.equation = new Equation(this.place);
    this.element = make("div", { class: "bpv-now" }, make("p", { class: "bpv-said-now" }, this.sentence, this.ghosts), this.place, this.note);
  }

  show(n, { sentence, kind }) {
    this.sentence.textContent = sentence;
    this.place.dataset.kind = kind;
    this.write(n);
  }

  write(n) {
    const { label, sides } = this.formulaOf(n);
    this.equation.show(label, sides, this.fill);
  }

  showNumbers() {
    this.fill(this.place);
    if (this.equation.overflows) this.equation.fit();
  }

  tell(note) {
    this.note.textContent = note ?? "";
    this.note.hidden = !note;
  }

  // The room of all steps [n, row]: the sentence has what the longest one needs, so that nothing under it moves.
  // True where the longest equation does not fit.
  keepRoom(steps) {
    const longest = [...new Set(steps.map(([, row]) => row.sentence))].sort((a, b) => b.length - a.length);
    this.ghosts.replaceChildren(...longest.slice(0, LONG_SENTENCES).map((sentence) => make("span", {}, sentence)));
    const size = new Map(steps.map(([n, { sides }]) => [n, sides.join("").split("<").length]));
    const widest = [...size].sort((a, b) => b[1] - a[1]).slice(0, LONG_EQUATIONS);
    return widest.some(([n]) => {
      this.write(n);
      return this.equation.overflows;
    });
  }
}
