// The quiz's page: a question, an answer, and what Python says to it.  Numbers are looked up in a table that Python
// made of the right answer and of every mistake; formulas are sent to Python.

const RIGHT = 1;
const WRONG = -1;

class QuizPage {
  constructor(model, el) {
    this.model = model;
    this.count = 0;
    this.sets = 0;
    const uid = `bpv${Math.random().toString(36).slice(2)}`;
    this.dots = make("ol", { class: "bpv-dots", "aria-label": "Questions" });
    this.drawing = make("div", { class: "bpv-drawing", role: "group", tabindex: "0", "aria-label": "The network" });
    this.asked = make("p", { class: "bpv-asked", id: `${uid}q` });
    this.answer = make("input", {
      type: "text", id: `${uid}a`, autocomplete: "off", spellcheck: "false", autocapitalize: "off", maxlength: "1000",
      "aria-label": model.alone ? "Your answer, a number" : "Your answer, a number or a formula",
    });
    this.formula = make("div", { class: "bpv-asked-formula" });
    this.form = make(
      "form", { class: "bpv-answer", onsubmit: (event) => { event.preventDefault(); this.check(); } },
      this.formula, this.answer, make("button", { type: "submit", class: "bpv-primary" }, "Check"),
    );
    this.said = make("p", { class: "bpv-said", role: "status" });
    this.hints = make("ol", { class: "bpv-hints", "aria-live": "polite" });
    this.hint = make("button", { type: "button", onclick: () => this.giveHint() }, "Hint");
    this.names = make("details", { class: "bpv-names", hidden: model.alone }, make("summary", {}, "Names for a formula"), make("div", {}));
    this.back = make("button", { type: "button", onclick: () => this.goTo(this.number - 1) }, "Previous");
    this.next = make("button", { type: "button", onclick: () => this.goTo(this.number + 1) }, "Next question");
    this.other = make("button", { type: "button", onclick: () => this.otherNumbers() }, "Other numbers");
    this.score = make("span", { class: "bpv-score" });
    this.root = make(
      "div", { class: "bpv bpv-quiz", tabindex: "-1", role: "group", "aria-label": model.get("_title"), "data-lm-suppress-shortcuts": "true" },
      make("div", { class: "bpv-quiz-head" }, this.dots, this.score),
      make("div", { class: "bpv-quiz-main" }, this.drawing, make("div", { class: "bpv-quiz-panel" },
        this.asked, this.form, this.said, make("div", { class: "bpv-row" }, this.hint, this.names), this.hints)),
      make("div", { class: "bpv-quiz-controls" }, this.back, this.next, this.other),
    );
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
    el.append(this.root);
    onChange(model, ["number", "_questions", "_results", "_answer"], (changed) => this.follow(changed));
    this.show();
  }

  get number() {
    return this.model.get("number");
  }

  get question() {
    return this.model.get("_questions")[this.number];
  }

  // --- answering ---

  check() {
    const text = this.answer.value.trim();
    const number = readNumber(text);
    if (text === "") return this.say(this.model.alone ? "Type a number." : "Type a number or a formula.", 0);
    if (!Number.isNaN(number)) {
      const { marks } = this.question;
      const near = marks.filter(([value, within]) => Math.abs(number - value) <= within);
      near.sort(([a], [b]) => Math.abs(number - a) - Math.abs(number - b));
      const [, , correct, sentence] = near[0] ?? [0, 0, false, this.model.get("_not_near")];
      return this.say(sentence, correct ? RIGHT : WRONG);
    }
    if (this.model.alone) return this.say("Formulas are read where Python runs; in this page, give a number.", 0);
    this.count += 1;
    this.model.send({ check: text, count: this.count });
  }

  say(sentence, result) {
    this.said.textContent = sentence;
    this.said.dataset.result = String(result);
    if (!result || this.results[this.number] === RIGHT) return;
    const results = [...this.results];
    results[this.number] = result;
    this.model.set("_results", results);
    this.model.save_changes();
  }

  get results() {
    return this.model.get("_results");
  }

  giveHint() {
    const { sentence, label, formulas } = this.question;
    const shown = this.hints.children.length;
    if (shown > formulas.length) return;
    const hint = make("li");
    if (shown === 0) hint.append(sentence);
    else hint.append(mathElement(`<mrow>${label}<mo>=</mo>${formulas[shown - 1]}</mrow>`, "block"));
    this.hints.append(hint);
    this.hint.setAttribute("aria-disabled", String(shown >= formulas.length));
  }

  // --- moving ---

  goTo(number) {
    if (number < 0 || number >= this.model.get("_questions").length) return;
    this.model.set("number", number);
    this.model.save_changes();
  }

  otherNumbers() {
    const seed = (this.model.get("seed") ?? 0) + 1;
    if (!this.model.alone) {
      this.model.set("seed", seed);
      return this.model.save_changes();
    }
    const sets = this.model.get("_sets");
    const questions = sets[this.sets % sets.length];
    this.sets += 1;
    this.model.set({ seed, _questions: questions, _results: questions.map(() => 0) });
  }

  // --- showing ---

  follow(changed) {
    if (changed.has("_answer")) {
      const { number, count, correct, sentence } = this.model.get("_answer");
      if (number === this.number && count === this.count) this.say(sentence, correct ? RIGHT : WRONG);
    }
    if (changed.has("number") || changed.has("_questions")) this.show();
    else this.showScore();
  }

  show() {
    const { question } = this;
    this.drawing.innerHTML = question.svg;
    this.asked.textContent = question.text;
    this.formula.replaceChildren(mathElement(`<mrow>${question.label}<mo>=</mo></mrow>`));
    this.answer.value = "";
    this.said.textContent = "";
    this.said.dataset.result = "0";
    this.hints.replaceChildren();
    this.hint.setAttribute("aria-disabled", "false");
    this.names.lastChild.replaceChildren(
      ...question.names.map((name) => make("button", { type: "button", onclick: () => this.insert(name) }, name)),
    );
    this.showScore();
  }

  insert(name) {
    const { answer } = this;
    answer.setRangeText(name, answer.selectionStart, answer.selectionEnd, "end");
    answer.focus();
  }

  showScore() {
    const { results, number } = this;
    const words = { [RIGHT]: "right", [WRONG]: "not yet right", 0: "open" };
    this.dots.replaceChildren(
      ...results.map((result, n) => {
        const dot = make("button", { type: "button", "data-result": String(result), "aria-label": `Question ${n + 1}, ${words[result]}`, onclick: () => this.goTo(n) }, String(n + 1));
        if (n === number) dot.setAttribute("aria-current", "step");
        return make("li", {}, dot);
      }),
    );
    this.score.textContent = `${results.filter((result) => result === RIGHT).length} of ${results.length} right`;
    this.back.setAttribute("aria-disabled", String(number === 0));
    this.next.setAttribute("aria-disabled", String(number === results.length - 1));
  }
}

function renderQuiz({ model, el }) {
  new QuizPage(model, el);
}
