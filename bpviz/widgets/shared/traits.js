// A link to a page that is shown by its traits alone: which they are and what each may be, Python says.

import { Copied } from "./copied.js";
import { iconButton, make } from "./elements.js";
import { Link } from "./link.js";

export class TraitLink extends Link {
  // `controls` are what is chosen on the page alone, each by its key.
  constructor(page, controls = {}) {
    super(page);
    this.controls = Object.entries(controls);
    this.start = new Map([...this.rules.parts.map(({ trait }) => [trait, page.get(trait)]), ...this.controls.map(([key, control]) => [key, chosenIn(control)])]);
    const label = page.say("page.link");
    const gone = () => { area.hidden = true; this.copied.clear(); };
    const area = make("input", { type: "text", readonly: true, hidden: true, "aria-label": label, onblur: gone });
    this.copied = new Copied(page.say, area);
    this.button = this.isOffered ? iconButton("link", label, () => this.copied.put(this.address)) : "";
    if (this.button) this.button.addEventListener("blur", () => this.copied.clear());
    this.element = make("div", { class: "bpv-linked" }, this.copied.element, area);
  }

  own() {
    const traits = this.rules.parts.map(({ key, trait }) => [key, [this.page.get(trait)].flat().join() || this.rules.none]);
    const chosen = this.controls.map(([key, control]) => [key, chosenIn(control)]);
    return Object.fromEntries([...traits, ...chosen]);
  }

  readOwn(said, state, number, refuse) {
    const read = this.rules.parts.map((part) => [part.trait, said.has(part.key) ? this.readPart(part, said.get(part.key), refuse) : this.start.get(part.trait)]);
    this.wanted = this.controls.map(([key, control]) => {
      const value = said.get(key) ?? this.start.get(key);
      return allowedIn(control).includes(value) ? [control, value] : refuse(key);
    });
    return { ...state, ...Object.fromEntries(read) };
  }

  readPart({ key, values, several, numbers, least, most }, text, refuse) {
    if (numbers) {
      const read = text.split(",").map((one) => this.numberIn(one));
      if (read.length !== numbers || !read.every((one) => one >= least && one <= most)) refuse(key);
      return numbers === 1 ? read[0] : read;
    }
    const chosen = (several ? text.split(",").filter((one) => one !== this.rules.none) : [text]).map((one) => values.find((value) => String(value) === one) ?? refuse(key));
    return several ? chosen : chosen[0];
  }

  numberIn(text) { return text && new RegExp(this.rules.number).test(text) ? Number(text) : NaN; }

  // After the page has followed its traits.
  opened() {
    queueMicrotask(() => {
      for (const [control, value] of this.wanted) choose(control, value);
    });
  }
}

const chosenIn = (control) => (control.type === "checkbox" ? String(Number(control.checked)) : control.value);
const allowedIn = (control) => (control.type === "checkbox" ? ["0", "1"] : [...control.options].map(({ value }) => value));

function choose(control, value) {
  if (control.type === "checkbox") control.checked = value === "1";
  else control.value = value;
  control.dispatchEvent(new Event("change"));
}
