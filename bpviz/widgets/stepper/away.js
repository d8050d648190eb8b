// What one takes away: the network as a program of a library or as JSON, with the numbers as they are now.

import { field, make, select } from "../shared/elements.js";

// A number that is no integer where it is read: PyTorch would make an array of integers of 5.
const written = (value) => (/^-?\d+$/.test(String(value)) ? `${value}.0` : String(value));

export class Away {
  constructor(page) {
    this.page = page;
    const { say, uid } = page;
    this.which = select({ id: `${uid}library`, onchange: () => this.show() }, page.get("_offered"), page.get("_taken"));
    this.text = make("textarea", { readonly: true, rows: "12", spellcheck: "false", wrap: "off", "aria-label": say("away.title") });
    this.copied = make("span", { role: "status", class: "bpv-copied" });
    const copy = make("button", { type: "button", onclick: () => this.copy() }, say("away.copy"));
    const link = make("button", { type: "button", hidden: !page.link.isOffered, onclick: () => this.put(page.link.address) }, say("away.link"));
    this.element = make("div", { class: "bpv-taken" }, field(say("away.which"), this.which), copy, link, this.copied, this.text);
  }

  // Python writes it where there is one; a page without has it in pieces, with places for the numbers.
  show() {
    const { model, live } = this.page;
    const { value } = this.which;
    if (!this.element.closest(".bpv-fold:not([hidden])")) return;
    this.copied.textContent = "";
    if (!model.alone && this.page.get("_taken") !== value) this.page.set("_taken", value);
    const pieces = model.alone ? this.page.get("_open")[value] : [this.page.get("_text")];
    this.text.value = pieces.map((piece) => (typeof piece === "number" ? written(live.values[piece]) : piece)).join("");
  }

  copy() {
    this.text.select();
    return this.put(this.text.value);
  }

  // Where nothing may be put into the clipboard, the text stands there to be copied by hand.
  async put(text) {
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    if (!done) this.text.value = text;
    if (!done) this.text.select();
    this.copied.textContent = this.page.say(done ? "away.copied" : "away.selected");
  }
}
