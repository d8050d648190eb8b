// What people type, read by the grammar that Python hands over as a table (bpviz/formula/grammar.py).
// Nothing is ever run: what is not in the grammar is refused with a sentence.

import { fill } from "./words.js";

// What the signs and functions of the grammar mean.
const MEANING = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  exp: Math.exp,
  e: Math.exp,
  ln: Math.log,
  log: Math.log,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  max: Math.max,
};

const count = (text) => [...text].length; // as Python counts, not halves
const cut = (text, { shown }) => [...text].slice(0, shown).join("");

// The number that a text is, and what its last digit counts; null where it is no number.
export function readNumber(grammar, typed) {
  const text = trimmed(grammar, plain(grammar, typed));
  if (matchAt(grammar, "endless", text, 0)) throw refused(grammar, "endless", { text });
  const [, sign, digits, power = "", percent] = numberAlone(grammar, text) ?? [];
  if (digits === undefined) return null;
  const most = grammar.limits.digits;
  const [mantissa, own = ""] = digits.toLowerCase().split("e");
  if (power.length > most || own.length > most) throw refused(grammar, "large_exponent", { text: cut(typed, grammar.limits) });
  const exponent = Number(own) + Number(power) - (percent ? 2 : 0);
  const value = numberOf(grammar, power || percent ? `${mantissa}e${exponent}` : digits);
  return { value: sign === "-" ? -value : value, unit: Number(`1e${exponent + noughts(mantissa) - (mantissa.split(".")[1] ?? "").length}`) };
}

// So many noughts before no point may stand for any digit.
function noughts(mantissa) {
  const found = mantissa.includes(".") ? 0 : mantissa.length - mantissa.replace(/0+$/, "").length;
  return found < mantissa.length ? found : 0;
}

// The number in a field that takes any number that a float holds: NaN where it is none.
export function numberTyped(grammar, typed) {
  try {
    return readNumber(grammar, typed)?.value ?? NaN;
  } catch {
    return Number(plain(grammar, typed.trim()));
  }
}

// A formula as {value, names}: value takes a function from names to numbers.
export function readFormula(grammar, typed, known) {
  if (count(typed) > grammar.limits.longest) throw refused(grammar, "too_long", { length: count(typed) });
  const names = [...known];
  const written = names.map((name) => [plain(grammar, name), name]);
  const strict = new Map([...written, ...written.filter(([one, name]) => one === name)]); // what is written so goes first
  const text = trimmed(grammar, plain(grammar, typed));
  try {
    return read(grammar, text, strict);
  } catch (error) {
    try {
      return read(grammar, loose(grammar, text), looseNames(grammar, names));
    } catch {
      throw error;
    }
  }
}

function read(grammar, text, known) {
  const reader = new Reader(grammar, tokensOf(grammar, text, known));
  if (!reader.here) throw refused(grammar, "empty");
  const value = reader.formula(1, 0);
  if (reader.here) throw reader.misplaced();
  return { value, names: reader.names };
}

// What is answered, where the name of what is asked for stands before it, or steps on the way.
export function answerIn(grammar, typed, quantity, names) {
  if (count(typed) > grammar.limits.longest) return trimmed(grammar, typed);
  const [first, ...rest] = betweenEquals(grammar, trimmed(grammar, plain(grammar, typed)), names);
  if (!rest.length) return trimmed(grammar, typed);
  const meant = looseNames(grammar, [...names, quantity]).get(loose(grammar, trimmed(grammar, first)));
  if (meant !== undefined && meant !== quantity) throw refused(grammar, "other", { quantity, name: meant });
  return trimmed(grammar, rest[rest.length - 1]);
}

// A text in pieces, cut at each sign of equality that is not in a name.
function betweenEquals(grammar, text, names) {
  const withSign = names.map((name) => plain(grammar, name)).filter((name) => name.includes("=")).sort((a, b) => b.length - a.length);
  const shown = withSign.reduce((now, name) => now.replaceAll(name, " ".repeat(name.length)), text);
  const cuts = [-1, ...[...shown.matchAll(/=/g)].map(({ index }) => index), text.length];
  return cuts.slice(1).map((after, n) => text.slice(cuts[n] + 1, after));
}

const numberAlone = (grammar, text) => matchAt(grammar, "alone", text.replace(new RegExp(grammar.patterns.comma, "u"), "$1.$2"), 0);

const rewritten = (text, rules) => rules.reduce((now, [pattern, other]) => now.replace(new RegExp(pattern, "gu"), other), text);

const plain = ({ signs, rewrites }, text) => rewritten(signs.reduce((now, [sign, other]) => now.replaceAll(sign, other), text), rewrites);

const trimmed = ({ edges }, text) => rewritten(text, edges);

const loose = (grammar, name) => plain(grammar, name).replaceAll(grammar.leftOut, "").toLowerCase();

// The names that people may mean by what they write loosely; a form that could mean two of them means none.
function looseNames(grammar, names) {
  const found = new Map();
  for (const name of names) {
    for (const written of [name, ...grammar.forms.map(([form, other]) => name.replaceAll(form, other))]) {
      const form = loose(grammar, written);
      found.set(form, (found.get(form) ?? new Set()).add(name));
    }
  }
  return new Map([...found].filter(([, meant]) => meant.size === 1).map(([form, meant]) => [form, [...meant][0]]));
}

const refused = ({ words, limits }, key, blanks) => Error(fill(words[key], { ...limits, ...blanks }));

function matchAt({ patterns }, name, text, at) {
  const pattern = new RegExp(patterns[name], "yu");
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function numberOf(grammar, text) {
  const { digits, exponent } = grammar.limits;
  const [mantissa, power = ""] = text.toLowerCase().split("e");
  if (mantissa.length > digits) throw refused(grammar, "many_digits", { length: mantissa.length });
  if (power.length > digits || Math.abs(Number(power)) > exponent) throw refused(grammar, "large_exponent", { text: cut(text, grammar.limits) });
  return Number(text);
}

// The pieces of a text, the names that are known first, the longest of them before its beginnings.
function tokensOf(grammar, text, known) {
  const names = new Map([...known].filter(([name]) => name).sort(([a], [b]) => b.length - a.length));
  const tokens = [];
  for (let at = 0; at < text.length;) {
    const space = matchAt(grammar, "space", text, at);
    if (space) {
      at += space[0].length;
      continue;
    }
    const name = [...names.keys()].find((one) => text.startsWith(one, at) && !matchAt(grammar, "joins", text, at + one.length));
    const kind = name === undefined ? ["number", "function", "sign"].find((one) => matchAt(grammar, one, text, at)) : "name";
    if (kind === undefined) throw unknown(grammar, text, at, [...names.values()]);
    const piece = name ?? matchAt(grammar, kind, text, at)[0];
    tokens.push({ kind, text: names.get(name) ?? piece });
    at += piece.length;
  }
  return tokens;
}

function unknown(grammar, text, at, names) {
  const found = matchAt(grammar, "word", text, at);
  const word = cut(found?.[0] ?? String.fromCodePoint(text.codePointAt(at)), grammar.limits);
  const near = found ? nearest(grammar, word, names) : null;
  return refused(grammar, "unknown", { word, hint: near === null ? "" : fill(grammar.words.did_you_mean, { name: near }) });
}

// The name that a word is most likely meant to be: that of the fewest changed letters, if they are few.
function nearest(grammar, word, names) {
  const few = Math.min(grammar.limits.changed, Math.floor(count(word) / 2));
  const found = names.map((name) => [changes(loose(grammar, word), loose(grammar, name)), name]).sort(([m, a], [n, b]) => m - n || (a < b ? -1 : 1));
  return found.length && found[0][0] <= few ? found[0][1] : null;
}

function changes(one, other) {
  let row = [0, ...[...other].map((_, n) => n + 1)];
  [...one].forEach((letter, n) => {
    const before = row;
    row = [n + 1];
    [...other].forEach((wanted, k) => row.push(Math.min(before[k] + Number(letter !== wanted), before[k + 1] + 1, row[k] + 1)));
  });
  return row[row.length - 1];
}

// Goes through the tokens once, from left to right.
class Reader {
  constructor(grammar, tokens) {
    Object.assign(this, { grammar, tokens, at: 0, names: new Set() });
  }

  get here() { return this.tokens[this.at]; }

  misplaced() {
    return refused(this.grammar, "misplaced", { text: cut(this.here.text, this.grammar.limits) });
  }

  // The next sign, if it is one of these.
  take(...signs) {
    const token = this.here;
    if (token?.kind !== "sign" || !signs.includes(token.text)) return null;
    this.at += 1;
    return token.text;
  }

  // Operands and the signs between them that bind at least so strongly.
  formula(least, depth) {
    const { infix } = this.grammar;
    const signs = Object.keys(infix).filter((sign) => infix[sign] >= least);
    let left = this.operand(depth);
    const next = () => this.take(...signs) ?? this.sideBySide(signs);
    for (let sign = next(); sign; sign = next()) {
      const [before, after, meaning] = [left, this.formula(infix[sign] + 1, depth), MEANING[sign]];
      left = (v) => meaning(before(v), after(v));
    }
    return left;
  }

  // What stands side by side is multiplied; two numbers are not, as nobody can tell what is meant.
  sideBySide(signs) {
    const { here, grammar } = this;
    const begins = here && (here.kind === "name" || here.kind === "function" || here.text === "(");
    return begins && signs.includes(grammar.together) ? grammar.together : null;
  }

  operand(depth) {
    const { prefix } = this.grammar;
    const sign = this.take(...Object.keys(prefix));
    if (sign) {
      const inner = this.formula(prefix[sign] + 1, this.deeper(depth));
      return sign === "-" ? (v) => -inner(v) : inner;
    }
    return this.power(depth);
  }

  power(depth) {
    const isExponential = this.here?.kind === "function" && this.here.text === "e";
    const base = this.atom(depth);
    if (isExponential || !this.take("^")) return base; // e^x has its power already
    const minus = this.take("-");
    const text = this.here?.text ?? "";
    if (!matchAt(this.grammar, "whole", text, 0)) throw refused(this.grammar, "whole_power");
    const exponent = numberOf(this.grammar, text);
    const { limits } = this.grammar;
    if (exponent > limits.power) throw refused(this.grammar, "large_power", { text: cut(text, limits) });
    this.at += 1;
    return (v) => base(v) ** (minus ? -exponent : exponent);
  }

  atom(depth) {
    const token = this.here;
    if (!token) throw refused(this.grammar, "ends");
    if (token.kind === "name" || token.kind === "number") {
      this.at += 1;
      if (token.kind === "name") this.names.add(token.text);
      const value = token.kind === "number" ? numberOf(this.grammar, token.text) : 0;
      return token.kind === "name" ? (v) => v(token.text) : () => value;
    }
    if (token.kind === "sign" && token.text !== "(") throw this.misplaced();
    const inside = this.deeper(depth);
    this.at += 1;
    return token.kind === "sign" ? this.closed(this.formula(1, inside)) : this.called(token.text, inside);
  }

  called(name, depth) {
    if (name === "e") {
      this.take("^");
      const minus = this.take("-");
      const power = this.power(depth); // e^x^2 is e^(x^2)
      return (v) => MEANING.e(minus ? -power(v) : power(v));
    }
    this.take("(");
    const inner = [this.formula(1, depth)];
    while (inner.length < this.grammar.functions[name]) {
      if (!this.take(",")) throw refused(this.grammar, "two_formulas");
      inner.push(this.formula(1, depth));
    }
    return this.closed((v) => MEANING[name](...inner.map((one) => one(v))));
  }

  closed(inner) {
    if (!this.take(")")) throw refused(this.grammar, "open_bracket");
    return inner;
  }

  deeper(depth) {
    if (depth >= this.grammar.limits.deepest) throw refused(this.grammar, "too_deep");
    return depth + 1;
  }
}
