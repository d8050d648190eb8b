// What one takes away: the network as a program of a library or as JSON, with the numbers as they are now.

import { Copied } from "../shared/copied.js";
import { field, make, select } from "../shared/elements.js";

export class Away {
  // `number` is what stands now in a place of the program.
  constructor(page, number) {
    Object.assign(this, { page, number });
    const { say, uid } = page;
    this.which = select({ id: `${uid}library`, onchange: () => this.show() }, page.get("_offered"), page.get("_taken"));
    this.text = make("textarea", { readonly: true, rows: "12", spellcheck: "false", wrap: "off", "aria-label": say("away.title") });
    this.copied = new Copied(say, this.text);
    this.linked = make("input", { type: "text", readonly: true, hidden: true, "aria-label": say("page.link") });
    this.toLink = new Copied(say, this.linked);
    const copy = make("button", { type: "button", onclick: () => this.copy() }, say("away.copy"));
    const link = make("button", { type: "button", hidden: !page.link.isOffered, onclick: () => this.link() }, say("page.link"));
    this.element = make("div", { class: "bpv-taken" }, field(say("away.which"), this.which), copy, link, make("span", {}, this.copied.element, this.toLink.element), this.text, this.linked);
  }

  // Python writes it where there is one; a page without has it in pieces, with places for the numbers.
  show() {
    const { model } = this.page;
    const [integer, written] = this.page.get("_literal");
    const { value } = this.which;
    if (!this.element.closest(".bpv-fold:not([hidden])")) return;
    this.copied.clear();
    if (!model.alone && this.page.get("_taken") !== value) this.page.set("_taken", value);
    const pieces = model.alone ? (this.page.get("_open")[value] ?? [this.page.say("away.no_pieces")]) : [this.page.get("_text")];
    this.text.value = pieces.map((piece) => (typeof piece === "string" ? piece : String(this.number(piece)).replace(new RegExp(integer), written))).join("");
  }

  copy() {
    this.toLink.clear();
    this.text.select();
    return this.copied.put(this.text.value);
  }

  async link() {
    const { link } = this.page;
    this.copied.clear();
    await this.toLink.put(link.address);
    this.page.report(link.lost);
  }
}
