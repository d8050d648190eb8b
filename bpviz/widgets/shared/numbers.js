// Numbers as the Python side writes them (bpviz/formula/digits.py and views/mathml.py); a test holds the two together.

const FENCE = (sign) => `<mo stretchy="false" lspace="0" rspace="0">${sign}</mo>`;
const MINUS = (space) => `<mo form="prefix" lspace="0" rspace="${space}">−</mo>`;

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

const strip = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

// A number in pieces: {negative, mantissa, exponent}; exponent is null where there is no power of ten.
function pieces(value, digits) {
  const x = Number(value);
  if (Number.isNaN(x)) return { negative: false, mantissa: "undefined", exponent: null };
  const negative = x < 0;
  const size = Math.abs(x);
  if (size === Infinity) return { negative, mantissa: "∞", exponent: null };
  if (Number.isInteger(size) && size < 1e7) return { negative, mantissa: String(size), exponent: null };
  const [mantissa, power] = size.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent < -5 || exponent >= digits) return { negative, mantissa: strip(mantissa), exponent };
  const figures = mantissa.replace(".", "");
  if (exponent < 0) return { negative, mantissa: strip(`0.${"0".repeat(-exponent - 1)}${figures}`), exponent: null };
  const whole = figures.slice(0, exponent + 1);
  const rest = figures.slice(exponent + 1);
  return { negative, mantissa: strip(rest ? `${whole}.${rest}` : whole), exponent: null };
}

export function numberText(value, digits) {
  const { negative, mantissa, exponent } = pieces(value, digits);
  const sign = negative ? "−" : "";
  if (exponent === null) return sign + mantissa;
  const raised = [...String(exponent)].map((digit) => (digit === "-" ? "⁻" : RAISED[digit])).join("");
  return `${sign}${mantissa === "1" ? "" : `${mantissa}·`}10${raised}`;
}

export function numberMathML(value, digits, guarded) {
  const { negative, mantissa, exponent } = pieces(value, digits);
  let inner = `<mn>${mantissa}</mn>`;
  if (exponent !== null) {
    const sign = exponent < 0 ? MINUS("0") : "";
    inner += `<mo>⋅</mo><msup><mn>10</mn><mrow>${sign}<mn>${Math.abs(exponent)}</mn></mrow></msup>`;
  }
  if (negative) inner = MINUS("0.05em") + inner;
  return guarded && (negative || exponent !== null) ? FENCE("(") + inner + FENCE(")") : inner;
}

// Numbers with as few digits as tell as many of them apart as can be.
export function numbersApart(values, least, most) {
  const texts = values.map((value) => numberText(value, least));
  if (least >= most) return texts;
  const longer = numbersApart(values, least + 1, most);
  return new Set(longer).size > new Set(texts).size ? longer : texts;
}
