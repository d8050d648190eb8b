// A link to a quiz: besides what every link holds, which set of numbers.

import { TraitLink } from "../shared/traits.js";

export class QuizLink extends TraitLink {
  get hidesDoctor() { return this.hidden.includes("doctor"); }

  own() { return { set: this.page.drawn }; }

  readOwn(said, state, number) {
    this.page.draw(number("set", 0, this.page.get("_sets").length - 1, this.page.drawn));
    return state;
  }

  // Where the names are hidden, what keeps the answers has a place beside the hint.
  opened() {
    const { keeping, folds, known } = this.page;
    (this.hidden.includes("names") ? folds.row : known).append(keeping.element);
    this.page.show();
  }
}
