// The parameter that is derived and the error, above the steps; iteration, rate, digits and the way back, with the numbers.

import { decimalInput, field, iconButton, make, select } from "../shared/elements.js";
import { numberText } from "../shared/numbers.js";
import { numberTyped } from "../shared/typed.js";

export class Settings {
  // `page` is the widget that it belongs to; `live` has its numbers, and a proof has none.
  constructor(page, live) {
    Object.assign(this, { page, live });
    const { say, uid } = page;
    const [[fewest, most], [, furthest]] = [page.get("_bounds").digits, page.get("_bounds").iteration];
    this.wrt = select({ id: `${uid}w`, onchange: () => page.choose(this.wrt.value) }, []);
    this.derived = field(say(live ? "stepper.derive" : "stepper.prove"), this.wrt);
    this.iteration = make("input", { id: `${uid}i`, type: "number", min: "0", max: furthest, step: "1", onchange: () => this.reach(this.iteration.value) });
    this.rate = decimalInput({ id: `${uid}r`, onchange: () => this.setRate(this.rate.value) });
    this.digits = make("input", { id: `${uid}d`, type: "number", min: fewest, max: most, onchange: () => this.setDigits(this.digits.value) });
    this.sample = make("span", { class: "bpv-shown" });
    this.error = make("span", { class: "bpv-error" });
    this.back = ["undo", "redo", "reset"].map((name) => iconButton(name, say(`stepper.${name}`), () => live[name]()));
    this.element = make("div", { class: "bpv-settings" }, field(say("stepper.iteration"), this.iteration), field(say("stepper.rate"), this.rate), field(say("stepper.digits"), this.digits),
      make("span", { class: "bpv-history" }, ...this.back));
  }

  showParameters(names, chosen) {
    if (this.wrt.options.length !== names.length) this.wrt.replaceChildren(...select({}, names).children);
    this.wrt.value = chosen;
  }

  show(sample) {
    const { page, live } = this;
    for (const [input, name] of [[this.iteration, "iteration"], [this.rate, "learning_rate"], [this.digits, "digits"]]) {
      const text = String(page.get(name));
      if (input.value !== text) input.value = text;
    }
    const iteration = page.get("iteration");
    const where = [iteration && page.say("stepper.after", { iteration }), sample !== null && page.say("stepper.sample", { sample: sample + 1 })];
    this.sample.textContent = where.filter(Boolean).join(", ");
    const [error, before] = [live.error, live.startError];
    const [now, then] = [error, before].map((value) => numberText(value, page.get("digits")));
    const [kind, sign] = error < before ? ["bpv-better", "▼"] : ["bpv-worse", "▲"];
    const change = error === before ? "" : make("span", { class: kind }, ` ${sign} ${page.say("stepper.from", { error: then })}`);
    this.error.replaceChildren(make("b", {}, `${page.get("_loss")} = ${now}`), change);
    const at = page.steps.indexOf(page.get("_advance").loss); // before that the class has still to guess it
    this.error.style.visibility = page.stage.presenting && (page.at < at || (page.at === at && page.hidden)) ? "hidden" : "";
    const ways = [live.undos.length, live.redos.length, live.isChanged];
    this.back.forEach((button, n) => button.setAttribute("aria-disabled", String(!ways[n])));
  }

  setRate(text) {
    this.page.report(this.live.set(this.live.rate, numberTyped(this.page.get("_grammar"), text)));
    this.page.showNumbers();
  }

  setDigits(text) {
    const digits = this.page.whole("digits", text);
    if (digits === null) this.page.showNumbers();
    else this.page.set("digits", digits);
  }

  reach(text) {
    const iteration = this.page.whole("iteration", text);
    if (iteration !== null) this.page.report(this.live.reach(iteration));
    this.page.showNumbers();
  }
}
