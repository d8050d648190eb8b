// What the sentences say, done: the derived parameter grows a little, and net, out and the error answer.

import { make, mathElement, select } from "../shared/elements.js";
import { numberMathML, numberText } from "../shared/numbers.js";

const ANSWER = ["net", "out", "loss_part", "loss"];

export class Nudge {
  // `page` is the stepper; its drawing ripples when the nudge goes through.
  constructor(page) {
    this.page = page;
    const { say, uid } = page;
    const sizes = page.get("_nudges");
    this.size = select({ id: `${uid}g`, onchange: () => this.answer() }, sizes.map((size) => [size, String(size)]), sizes[0]);
    this.by = make("label", { for: this.size.id });
    this.told = make("p", { class: "bpv-nudged", role: "status" });
    this.rows = make("tbody", {});
    const head = ["quantity", "before", "after", "ratio"].map((word) => make("th", { scope: "col" }, say(`nudge.${word}`)));
    this.element = make("div", { class: "bpv-nudge" }, make("p", { class: "bpv-field" }, this.by, this.size), this.told,
      make("table", {}, make("thead", {}, make("tr", {}, ...head)), this.rows));
  }

  answer() {
    this.show();
    this.page.trace.ripple(this.answering);
  }

  show() {
    const { page } = this;
    if (this.element.closest("[hidden]") || !page.live.values) return; // closed, or the program is still on its way
    const { live, say } = page;
    const name = page.get("wrt");
    const place = live.place.get(name);
    const size = Number(this.size.value);
    const after = live.nudged(place, size);
    const { digits, sample } = { digits: page.get("digits"), sample: page.sample };
    const { quotient } = live.module;
    const ratio = (n) => quotient([live.values[n], after[n], size]);
    const answering = page.steps.filter((n) => {
      const row = page.row(n);
      return ANSWER.includes(row.kind) && (sample === null || (row.sample ?? sample) === sample) && after[n] !== live.values[n];
    });
    this.answering = [...new Set(answering.flatMap((n) => page.row(n).nodes.slice(-1)))];
    page.write(this.by, say("nudge.by", { name }));
    const cell = (value) => make("td", {}, mathElement(numberMathML(value, digits, false)));
    this.rows.replaceChildren(...[place, ...answering.toReversed()].map((n) => make("tr", {}, make("th", { scope: "row" }, mathElement(page.formulas.label(n))),
      cell(live.values[n]), cell(after[n]), n === place ? make("td", {}) : cell(ratio(n)))));
    const text = (value) => numberText(value, digits);
    const whole = page.steps.find((n) => page.row(n).kind === "gradient" && page.row(n).sample === undefined);
    const { loss } = page.get("_drawn");
    const blanks = { name, size: text(size), error: page.get("_loss"), ratio: text(ratio(loss)), gradient: text(live.values[whole]), away: text(Math.abs(ratio(loss) - live.values[whole])) };
    page.write(this.told, say("nudge.told", blanks));
  }
}
