// The quiz's page: a question, an answer, and what is said to it.  Numbers are held against rows that Python made of the
// right answer and of every mistake; formulas are sent to Python, or, where there is none, held against the program that
// SymPy printed.

import { Drawing } from "../shared/drawing.js";
import { make, mathElement } from "../shared/elements.js";
import { Equation } from "../shared/fit.js";
import { Folds } from "../shared/folds.js";
import { load } from "../shared/model.js";
import { Player, swipes } from "../shared/player.js";
import { answerIn, readFormula, readNumber } from "../shared/typed.js";
import { typeset, write } from "../shared/typeset.js";
import { Widget, shows } from "../shared/widget.js";
import { Keeping } from "./keeping.js";
import { QuizLink } from "./link.js";
import { judge, same } from "./verdict.js";

const RIGHT = 1;
const WRONG = -1;
const RESULTS = { [RIGHT]: "quiz.is_right", [WRONG]: "quiz.is_wrong", 0: "quiz.is_open" };

class QuizPage extends Widget {
  constructor(model, el) {
    super(model);
    const { say } = this;
    this.asks = 0; // formulas sent to Python
    this.drawn = 0; // which set of numbers, where there is no Python
    this.kept = new Map(); // what was typed and said, by set and question
    this.dots = make("ol", { class: "bpv-dots", "aria-label": say("quiz.questions") });
    this.drawing = make("div", { class: "bpv-drawing", role: "group", tabindex: "0", "aria-label": say("drawing.network") });
    this.asked = make("p", { class: "bpv-asked", id: `${this.uid}q` });
    this.setting = make("p", { class: "bpv-setting" });
    const plain = { type: "text", autocomplete: "off", spellcheck: "false", autocapitalize: "off", maxlength: model.get("_rules").longest };
    this.answer = make("input", { ...plain, id: `${this.uid}a`, "aria-label": say("quiz.your_answer") });
    this.formula = make("div", { class: "bpv-asked-formula" });
    this.form = make("form", { class: "bpv-answer", onsubmit: (event) => { event.preventDefault(); this.check(); } },
      this.formula, this.answer, make("button", { type: "submit", class: "bpv-primary" }, say("quiz.check")));
    this.said = make("p", { class: "bpv-said", role: "status" });
    this.hints = make("ol", { class: "bpv-hints", "aria-live": "polite" });
    this.hint = make("button", { type: "button", class: "bpv-ask-hint", onclick: () => this.giveHint() }, say("quiz.hint"));
    this.names = make("div", { class: "bpv-names" });
    this.keeping = model.alone ? new Keeping(this) : null;
    this.link = new QuizLink(this);
    this.known = make("div", {}, this.names, this.keeping?.element ?? "");
    this.folds = new Folds(this, [["names", say("quiz.names"), this.known], ["hints", say("quiz.hints"), this.hints]], () => this.fitHints());
    this.folds.row.prepend(this.hint);
    this.other = make("button", { type: "button", class: "bpv-other", onclick: () => this.otherNumbers() }, say("quiz.other"));
    this.score = make("span", { class: "bpv-score" });
    this.player = new Player(this, { back: "quiz.previous", next: "quiz.next", to: "quiz.next" }, make("span", { class: "bpv-stretch" }), this.other);
    this.frame(el, "quiz", this.player.skip,
      make("div", { class: "bpv-bar" }, this.dots, this.score),
      make("div", { class: "bpv-main" }, make("div", { class: "bpv-side" }, this.drawing), make("div", { class: "bpv-panel" },
        make("div", { class: "bpv-question" }, this.asked, this.setting, this.form, this.said), this.folds.element)),
      this.player.element);
    this.player.present.after(this.link.button, this.link.element);
    swipes(this.root, this);
  }

  async start() {
    const { model } = this;
    if (model.alone) this.program = await load(model.get("_program"));
    this.watch(["number", "_questions", "_results", "_answer"], (changed) => this.follow(changed));
    this.show();
    this.keeping?.restore();
    this.link.follow();
  }

  get number() { return this.get("number"); }
  get at() { return this.number; }
  get last() { return this.get("_questions").length - 1; }
  get question() { return this.get("_questions")[this.number]; }

  // What an answer from Python comes back with, so that no other view of this quiz takes it for its own.
  get token() { return `${this.uid} ${this.asks}`; }

  // --- answering ---

  check() {
    const text = this.answer.value.trim();
    if (text === "") return this.tell(this.say("quiz.nothing"), 0);
    try {
      const { quantity } = this.question;
      const answered = answerIn(this.get("_grammar"), text, quantity, this.get("_known"));
      const read = readNumber(this.get("_grammar"), answered);
      if (read === null && !this.model.alone) {
        this.asks += 1;
        this.model.send({ check: text, token: this.token });
        return null;
      }
      const [correct, sentence] = read ? this.judge(read.value, read.unit) : this.judgeFormula(answered);
      return this.tell(sentence, correct ? RIGHT : WRONG);
    } catch (error) {
      return this.tell(this.say("quiz.answer", { sentence: error.message }), 0); // what cannot be read is no answer
    }
  }

  judge(number, unit) {
    const { correct, sentence } = judge([...this.question.rows, ...this.get("_others")], number, unit, this.get("_rules").rounding);
    return [correct, this.get("_sentences")[sentence]];
  }

  // A formula where there is no Python: its value here, and with other numbers.
  judgeFormula(text) {
    const { quantity, names: shown, also } = this.question;
    const { same: tolerance } = this.get("_rules");
    const places = this.get("_places");
    const { value, names } = readFormula(this.get("_grammar"), text, [...shown.map(([name]) => name), ...also, quantity]);
    if (names.has(quantity)) throw Error(this.say("quiz.itself", { quantity }));
    const values = this.get("_vectors").map((given) => {
      const v = new Float64Array(this.get("_size"));
      v.set(given);
      this.program.check(v);
      return { formula: value((name) => v[places[name]]), expected: v[places[quantity]] };
    });
    const [here, ...others] = values;
    if (!Number.isFinite(here.formula)) throw Error(this.say("quiz.no_value"));
    if (!names.size) return this.judge(here.formula, 0);
    if (!same(here.formula, here.expected, tolerance)) return this.judge(here.formula, null);
    if (others.every(({ formula, expected }) => same(formula, expected, tolerance))) return [true, this.say("verdicts.right")];
    return [false, this.say("verdicts.here_only")];
  }

  tell(sentence, result) {
    this.showSaid(sentence, result);
    this.keep({ answer: this.answer.value, sentence, result });
    if (!result || this.results[this.number] === RIGHT) return;
    const results = [...this.results];
    results[this.number] = result;
    this.set("_results", results);
  }

  // Where a teacher hides the doctor it is not said which mistake it was.
  showSaid(sentence, result) {
    const only = { [RIGHT]: "quiz.only_right", [WRONG]: "quiz.only_wrong" }[result];
    this.said.textContent = this.link.hidesDoctor && only ? this.say(only) : sentence;
    this.said.dataset.result = String(result);
  }

  get results() { return this.get("_results"); }

  // What was typed, said and hinted stays with its question while the page is open.
  get memory() { return this.kept.get(`${this.drawn} ${this.number}`) ?? { answer: "", sentence: "", result: 0, hints: 0 }; }

  keep(changed) {
    this.kept.set(`${this.drawn} ${this.number}`, { ...this.memory, ...changed });
    this.keeping?.save();
  }

  giveHint() {
    this.addHint();
    this.keep({ hints: this.hints.children.length });
  }

  // Where the hints are shown they are set as large as the place allows.
  fitHints() { for (const formula of this.formulas ?? []) formula.fit(); }

  addHint() {
    const { sentence, label, formulas } = this.question;
    const shown = this.hints.children.length;
    if (shown > formulas.length) return;
    const hint = make("li");
    if (shown === 0) hint.append(...typeset(sentence, this.get("_written")));
    this.hints.append(hint);
    this.folds.offer("hints", true);
    this.folds.toggle("hints", true);
    if (shown > 0) {
      const place = make("div", { class: "bpv-hint" });
      hint.append(place);
      this.formulas.push(new Equation(place, true));
      this.formulas[this.formulas.length - 1].show(label, [formulas[shown - 1]]);
    }
    this.hint.setAttribute("aria-disabled", String(shown >= formulas.length));
    const { parentElement: fold } = this.hints;
    fold.scrollTop = fold.scrollHeight;
  }

  // --- moving ---

  goTo(number) { this.set("number", Math.max(0, Math.min(this.last, number))); }
  advance() { this.goTo(this.number + 1); }
  key(event) { this.player.key(event); }

  placed() {
    if (this.picture?.fit()) this.picture.showSeen(this.question.seen);
    if (!this.folds.touched && this.narrow) this.folds.toggle("names", true); // the numbers are there
    this.fitHints();
  }

  otherNumbers() {
    const seed = (this.get("seed") ?? 0) + 1;
    if (!this.model.alone) return this.set("seed", seed);
    return this.draw((this.drawn + 1) % this.get("_sets").length);
  }

  // A set of numbers of a page without Python.
  draw(set) {
    if (set === this.drawn) return;
    const sets = this.get("_sets");
    this.drawn = set;
    sets[0].questions ??= this.get("_questions");
    const { seed: drawn, questions, vectors, others } = sets[this.drawn];
    const results = questions.map((_, n) => this.kept.get(`${this.drawn} ${n}`)?.result ?? 0);
    this.model.set({ seed: drawn, _questions: questions, _vectors: vectors, _others: others, _results: results });
  }

  // --- showing ---

  follow(changed) {
    if (changed.has("_answer")) {
      const { number, token, correct, counts, sentence } = this.get("_answer");
      if (number === this.number && token === this.token) this.tell(sentence, counts ? (correct ? RIGHT : WRONG) : 0);
    }
    if (changed.has("_questions") && !this.model.alone) this.kept.clear();
    this.keeping?.save();
    if (changed.has("number") || changed.has("_questions")) this.show();
    else this.showScore();
  }

  show() {
    const { question } = this;
    const { answer, sentence, result, hints } = this.memory;
    this.picture ??= new Drawing(this.drawing, this.get("_drawings"));
    this.picture.showSeen(question.seen);
    write(this.asked, question.text, this.get("_written"));
    this.setting.textContent = question.setting;
    this.formula.replaceChildren(mathElement(`<mrow>${question.label}<mo>=</mo></mrow>`));
    this.answer.value = answer;
    this.showSaid(sentence, result);
    this.hints.replaceChildren();
    this.formulas = [];
    this.folds.offer("hints", false);
    this.hint.setAttribute("aria-disabled", "false");
    for (let n = 0; n < hints; n += 1) this.addHint();
    this.names.replaceChildren(
      ...question.names.map(([name, value]) => make("button", { type: "button", title: name, onclick: () => this.insert(name) }, make("span", {}, ...typeset(value === null ? name : `${name} = ${value}`, this.get("_written"))))),
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
    this.dots.replaceChildren(
      ...results.map((result, n) => {
        const dot = make("button", { type: "button", "data-result": String(result), "aria-label": this.say("quiz.dot", { number: n + 1, result: this.say(RESULTS[result]) }), onclick: () => this.goTo(n) }, String(n + 1));
        if (n === number) dot.setAttribute("aria-current", "step");
        return make("li", {}, dot);
      }),
    );
    this.score.textContent = this.say("quiz.score", { right: results.filter((result) => result === RIGHT).length, count: results.length });
    this.player.show(number, this.last, "");
    this.player.next.classList.toggle("bpv-primary", results[number] === RIGHT); // before that it is Check that leads on
  }
}

export default shows(QuizPage);
