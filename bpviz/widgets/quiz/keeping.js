// Keeps what was answered on a page without Python in the browser's storage, where the reader wants that.

import { make } from "../shared/elements.js";

export class Keeping {
  constructor(page) {
    this.page = page;
    this.key = `bpviz quiz ${page.get("_key")}`;
    this.box = make("input", { type: "checkbox", onchange: () => this.change() });
    this.element = make("label", { class: "bpv-keep" }, this.box, page.say("quiz.keep"));
  }

  // Nothing may be stored in some places; then it says so.
  store(action) {
    try {
      return action(localStorage) ?? null;
    } catch {
      this.box.checked = false;
      this.page.report(this.page.say("quiz.not_kept"));
      return null;
    }
  }

  change() {
    if (this.box.checked) this.save();
    else this.store((storage) => storage.removeItem(this.key));
  }

  // All sets of numbers that were answered, each with its answers and how many hints were given.
  save() {
    if (!this.box.checked || this.restoring) return;
    const { drawn, number, kept, last } = this.page;
    const sets = {};
    this.page.get("_sets").forEach((_, set) => {
      const answers = Array.from({ length: last + 1 }, (__, n) => kept.get(`${set} ${n}`) ?? {}).map(({ answer = "", hints = 0 }) => [answer, hints]);
      if (answers.some(([answer, hints]) => answer || hints)) sets[set] = answers;
    });
    this.store((storage) => storage.setItem(this.key, JSON.stringify({ drawn, number, sets })));
  }

  // Answers are marked again as if they were typed: what is stored is taken for nothing but text.
  restore() {
    let said = null;
    try {
      said = JSON.parse(localStorage.getItem(this.key));
    } catch {
      return;
    }
    const { page } = this;
    const { drawn, number, sets } = said ?? {};
    const count = page.get("_sets").length;
    if (!(Number.isInteger(drawn) && drawn >= 0 && drawn < count && Number.isInteger(number) && typeof sets === "object")) return;
    this.restoring = true;
    for (let set = 0; set < count; set += 1) this.answer(set, sets?.[set]);
    page.draw(drawn);
    page.goTo(number);
    page.show();
    this.restoring = false;
    this.box.checked = true;
  }

  answer(set, answers) {
    const { page } = this;
    if (!Array.isArray(answers) || answers.length !== page.last + 1) return;
    const { longest } = page.get("_rules");
    page.draw(set);
    answers.forEach((one, n) => {
      const [answer, hints] = Array.isArray(one) ? one : [];
      if (typeof answer !== "string" || answer.length > longest) return;
      page.goTo(n);
      page.show();
      for (let k = 0; k < hints && k < longest; k += 1) page.giveHint();
      page.answer.value = answer;
      if (answer.trim()) page.check();
    });
  }
}
