// Elements of a page.  Text and attributes are set as such, never as markup; markup comes from Python alone.

const MATHML = "http://www.w3.org/1998/Math/MathML";
const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  play: "M4 6l8 6-8 6zM12 6l8 6-8 6z",
  pause: "M8 5v14M16 5v14",
  undo: "M9 5L4 10l5 5M4 10h9a5 5 0 0 1 0 10h-3",
  redo: "M15 5l5 5-5 5M20 10h-9a5 5 0 0 0 0 10h3",
  reset: "M5 5v5h5M5.5 10a7.5 7.5 0 1 1-1 4",
  present: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  link: "M10 7H8a5 5 0 0 0 0 10h2M14 7h2a5 5 0 0 1 0 10h-2M8 12h8",
};
const OUTLINED = ["undo", "redo", "reset", "present", "link"];

function fillIn(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

export const make = (tag, attributes = {}, ...children) => fillIn(document.createElement(tag), attributes, children);
export const makeSVG = (tag, attributes = {}, ...children) => fillIn(document.createElementNS(SVG, tag), attributes, children);

export function icon(name) {
  const path = makeSVG("path", { d: ICONS[name] });
  return makeSVG("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: OUTLINED.includes(name) ? "bpv-outlined" : null }, path);
}

// A button that starts and stops something.
export function showPlaying(button, on, word) {
  button.replaceChildren(icon(on ? "pause" : "play"));
  button.setAttribute("aria-label", word);
  button.title = word;
}

// A field for a number as people write it, so that a comma and a minus sign are taken too.
export const decimalInput = (attributes) => make("input", { type: "text", inputmode: "decimal", autocomplete: "off", ...attributes });

// A choice between values, each as it is or as [value, word].
export const select = (attributes, values, chosen) =>
  make("select", attributes, ...values.map((one) => [one].flat()).map(([value, word = value]) => make("option", { value, selected: value === chosen }, String(word))));

export const field = (label, ...inputs) => make("span", { class: "bpv-field" }, make("label", { for: inputs[0].id }, label), ...inputs);

export const iconButton = (name, label, action) =>
  make("button", { type: "button", "aria-label": label, title: label, "data-do": name, onclick: action }, icon(name));

export function mathElement(markup, display = "inline") {
  const math = document.createElementNS(MATHML, "math");
  if (display === "block") math.setAttribute("display", "block");
  math.innerHTML = markup;
  return math;
}

export const USUAL_TYPE = 15; // pixels; the type of a page that is not presented

// The room of a chart in units of its own: its pixels, and fewer of them where type is larger, so that its type is, too.
export function roomOf(element) {
  const larger = Math.max(1, parseFloat(getComputedStyle(element.parentElement).fontSize) / USUAL_TYPE);
  return { width: element.clientWidth / larger, height: element.clientHeight / larger };
}
