// What people type as an answer, read where no Python is: the grammar of bpviz/reading.py, which a test holds beside it.
// Nothing is ever run: what is not in the grammar is refused with a sentence.

const READ = { longest: 1000, deepest: 40, digits: 30, power: 9 };
const SAME_SIGNS = [["·", "*"], ["×", "*"], ["⋅", "*"], ["−", "-"], ["–", "-"], ["÷", "/"], ["**", "^"], ["∂", "d"], ["δ_", "delta_"]];
const TYPED_NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const TYPED_FUNCTION = /(?:exp|ln|log|tanh|sigmoid|max)(?=\s*\()|e(?=\s*\^)/y;
const TYPED_WORD = /[\p{L}_][\p{L}\p{N}_]*(?:\[[\d,]*\])?/uy;
const FUNCTIONS = {
  exp: Math.exp, e: Math.exp, ln: Math.log, log: Math.log, tanh: Math.tanh, sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

const quoted = (text, limit = 60) => {
  const whole = `'${text.split(/\s+/).join(" ")}'`;
  return whole.length <= limit ? whole : `${whole.slice(0, limit - 3)}...`;
};

function matchAt(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function typedNumber(text) {
  const [mantissa, power = ""] = text.toLowerCase().split("e");
  if (mantissa.length > READ.digits) throw Error(`a number may have ${READ.digits} digits, but this one has ${mantissa.length}`);
  if (power.length > 4 || Math.abs(Number(power)) > 300) throw Error(`the power of ten in ${quoted(text, 30)} is too large`);
  return Number(text);
}

// A number and what its last digit counts; null where the text is no number.
export function readAnswer(typed) {
  let text = typed.trim().replace(/[−–]/g, "-").replace(/^([-+])\s+/, "$1").replace(/^([-+]?\d*),(\d+)$/, "$1.$2");
  if (/^[-+]*(nan|inf|infinity|∞)$/i.test(text)) throw Error(`an answer must be a finite number, not ${text}`);
  const sign = text.startsWith("-") ? -1 : 1;
  text = text.replace(/^[-+]/, "");
  if (matchAt(TYPED_NUMBER, text, 0) !== text || text === "") return null;
  const [mantissa, power = "0"] = text.toLowerCase().split("e");
  return { number: sign * typedNumber(text), unit: Number(`1e${Number(power) - (mantissa.split(".")[1] ?? "").length}`) };
}

function tokensOf(text, names) {
  const tokens = [];
  const ends = (at) => at >= text.length || !/[\p{L}\p{N}_[]/u.test(text[at]);
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text[at])) {
      at += 1;
      continue;
    }
    const name = names.find((known) => text.startsWith(known, at) && ends(at + known.length));
    const number = name === undefined ? matchAt(TYPED_NUMBER, text, at) : undefined;
    const called = name === undefined && !number ? matchAt(TYPED_FUNCTION, text, at) : undefined;
    const sign = "+-*/^(),".includes(text[at]) ? text[at] : undefined;
    const found = name ?? number ?? called ?? sign;
    if (found === undefined) {
      const listed = [...names].sort().slice(0, 20).join(", ") + (names.length > 20 ? ", ..." : "");
      throw Error(`there is no ${quoted(matchAt(TYPED_WORD, text, at) ?? text[at])} here; there are exp, ln, tanh, sigmoid, max, and the names ${listed}`);
    }
    tokens.push({ kind: name !== undefined ? "name" : number ? "number" : called ? "function" : "sign", text: found });
    at += found.length;
  }
  return tokens;
}

// A formula as {value, names}: value takes a function from names to numbers.
export function readFormula(typed, known) {
  if (typed.length > READ.longest) throw Error(`a formula may have ${READ.longest} characters, but this one has ${typed.length}`);
  const text = SAME_SIGNS.reduce((now, [sign, plain]) => now.replaceAll(sign, plain), typed);
  const tokens = tokensOf(text, [...known].sort((a, b) => b.length - a.length));
  if (!tokens.length) throw Error("there is nothing to read: type a number or a formula");
  const names = new Set();
  let at = 0;
  const here = () => tokens[at];
  const misplaced = (token) => Error(`${quoted(token.text, 30)} does not belong there`);

  function take(...signs) {
    if (here()?.kind !== "sign" || !signs.includes(here().text)) return null;
    at += 1;
    return tokens[at - 1].text;
  }

  function close(inner) {
    if (!take(")")) throw Error("a bracket is opened but not closed");
    return inner;
  }

  function sum(depth) {
    const sign = take("+", "-");
    const first = product(depth);
    let total = sign === "-" ? (v) => -first(v) : first;
    for (let next = take("+", "-"); next !== null; next = take("+", "-")) {
      const [before, term, minus] = [total, product(depth), next === "-"];
      total = (v) => (minus ? before(v) - term(v) : before(v) + term(v));
    }
    return total;
  }

  function product(depth) {
    let result = factor(depth);
    for (let next = take("*", "/"); next !== null; next = take("*", "/")) {
      const [before, other, over] = [result, factor(depth), next === "/"];
      result = (v) => (over ? before(v) / other(v) : before(v) * other(v));
    }
    return result;
  }

  function factor(depth) {
    const minus = take("-");
    const inner = power(depth);
    return minus ? (v) => -inner(v) : inner;
  }

  function power(depth) {
    const base = atom(depth);
    if (!take("^")) return base;
    const minus = take("-");
    if (here()?.kind !== "number" || !/^\d+$/.test(here().text)) throw Error("after ^ there must be a whole number");
    const exponent = Number(here().text.slice(0, 3));
    if (exponent > READ.power) throw Error(`a power may be at most ${READ.power}, but this one is ${quoted(here().text, 30)}`);
    at += 1;
    return (v) => base(v) ** (minus ? -exponent : exponent);
  }

  function called(name, depth) {
    if (name === "e" && take("^")) {
      const minus = take("-");
      const inner = atom(depth);
      return (v) => Math.exp(minus ? -inner(v) : inner(v));
    }
    if (name === "max") {
      take("(");
      const one = sum(depth);
      if (!take(",")) throw Error("max needs two formulas with a comma between them, as in max(0, net)");
      const other = sum(depth);
      return close((v) => Math.max(one(v), other(v)));
    }
    const inner = atom(depth);
    return (v) => FUNCTIONS[name](inner(v));
  }

  function atom(depth) {
    const token = here();
    if (token === undefined) throw Error("the formula ends too early: something must follow");
    if (token.kind === "name") {
      at += 1;
      names.add(token.text);
      return (v) => v(token.text);
    }
    if (token.kind === "number") {
      const value = typedNumber(token.text);
      at += 1;
      return () => value;
    }
    if (depth >= READ.deepest && (token.kind === "function" || token.text === "(")) throw Error(`brackets may be ${READ.deepest} deep, and these are deeper`);
    if (token.kind === "function") {
      at += 1;
      return called(token.text, depth + 1);
    }
    if (!take("(")) throw misplaced(token);
    return close(sum(depth + 1));
  }

  const value = sum(0);
  if (here() !== undefined) throw misplaced(here());
  return { value, names };
}
