// A link to a quiz: besides what every link holds, which set of numbers.

import { Copied } from "../shared/copied.js";
import { make } from "../shared/elements.js";
import { Link } from "../shared/link.js";

export class QuizLink extends Link {
  constructor(page) {
    super(page);
    const area = make("input", { type: "text", readonly: true, hidden: true, "aria-label": page.say("page.link") });
    this.copied = new Copied(page.say, area);
    const copy = make("button", { type: "button", onclick: () => this.copied.put(this.address) }, page.say("page.link"));
    this.element = make("div", { class: "bpv-linked", hidden: !this.isOffered }, copy, this.copied.element, area);
  }

  get hidesDoctor() { return this.hidden.includes("doctor"); }

  own() { return { set: this.page.drawn }; }

  readOwn(said, state, number) {
    this.page.draw(number("set", 0, this.page.get("_sets").length - 1, this.page.drawn));
    return state;
  }

  opened() { this.page.show(); }
}
