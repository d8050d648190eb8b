// The builder: a form that Python builds from, and the stepper of what was built.

import { field, make, select } from "../shared/elements.js";
import { Widget, shows } from "../shared/widget.js";
import { Page } from "../stepper/stepper.js";
import { BuilderLink } from "./link.js";

class BuilderPage extends Widget {
  constructor(model, el) {
    super(model);
    this.at = 0; // which of the networks that a page without Python carries
    this.starts = []; // how each of them was when it was first shown
    this.hidden = []; // what a link hides
    this.shown = { open: "network", touched: true }; // what was open on the page before
    const { say } = this;
    this.form = make("form", { class: "bpv-form", onsubmit: (event) => event.preventDefault() });
    this.place = make("div", { class: "bpv-builder" });
    this.folds = [["network", say("builder.network"), this.form]];
    el.append(this.place);
  }

  async start() {
    this.watch(["choices", "_build", "_refusal"], async (changed) => {
      if (changed.has("_build")) await this.mount();
      if (changed.has("_build") || changed.has("choices") || changed.has("_refusal")) this.showForm();
    });
    this.showForm();
    await this.mount();
  }

  // The stepper of what was built; the form folds in it like its own parts.
  async mount() {
    if (this.page) this.shown = this.seen();
    this.isWhole = false;
    const { shown } = this;
    this.page?.stop();
    if (this.place.contains(document.fullscreenElement)) await document.exitFullscreen(); // so that it does not end later
    this.place.replaceChildren();
    const page = new Page(this.model, this.place, this.folds);
    this.page = page;
    page.link = new BuilderLink(page, this);
    Object.assign(page.folds, { touched: shown.touched });
    await page.open();
    if (page.stopped) return; // another network was built meanwhile
    this.see(shown);
    this.isWhole = true;
    page.report(this.get("_refusal"));
  }

  // What is open on the page of a network, and how; the next one's is opened alike.
  seen() {
    const { folds, stage } = this.page;
    const focused = this.place.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = this.form.parentElement?.scrollTop ?? 0;
    const now = { presenting: stage.presenting, focused, scrolled };
    if (!this.isWhole) return { ...this.shown, presenting: now.presenting || this.shown.presenting, focused: focused || this.shown.focused }; // before all of it was open
    return { open: folds.open ?? folds.covered, touched: folds.touched, called: folds.isCalled, ...now };
  }

  see({ open, called, presenting, focused, scrolled }) {
    const { folds, stage } = this.page;
    if (presenting) stage.present(true);
    if (open) folds.toggle(open, true); // what folds may show numbers, which are there now
    if (called) folds.show(true);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    if (this.form.parentElement) this.form.parentElement.scrollTop = scrolled;
  }

  // --- the form ---

  // What becomes of a move is Python's to say.
  move(name, to, of) {
    if (!this.model.alone) return this.model.send({ name, to, of });
    return this.take(this.wayOf(name, to, of)[3]);
  }

  // One of the networks that are carried, as it was made.
  take(at) {
    const carried = this.get("_carried");
    this.at = at;
    return this.model.set({ ...carried[0].state, ...carried[at].state, step: 0, iteration: 0, _refusal: "", _build: this.get("_build") + 1 });
  }

  // Where a move leads on a page without Python, among the networks that it carries.
  wayOf(name, to, of = null) {
    return this.get("_carried")[this.at].ways.find(([n, t, o]) => n === name && t === to && o === of);
  }

  showForm() {
    const choices = this.get("choices");
    const options = this.get("_options");
    const { say } = this;
    const focused = document.activeElement?.id;
    const { alone } = this.model;
    const chooser = (id, label, values, value, name, of) => {
      const listed = Array.isArray(values) ? values.map((one) => [one, String(one).replaceAll("_", " ")]) : Object.entries(values);
      const list = select({ id: `${this.uid}${id}`, onchange: () => this.move(name, listed[list.selectedIndex][0], of) }, listed, value);
      if (alone) [...list.options].forEach((option, n) => { option.disabled = listed[n][0] !== value && !this.wayOf(name, listed[n][0], of); });
      return field(label, list);
    };
    const { sizes, activations } = choices;
    const layers = sizes.map((size, n) => {
      const place = n === 0 ? "inputs" : n === sizes.length - 1 ? "outputs" : sizes.length === 3 ? "hidden" : "hidden_layer";
      const name = say(`builder.${place}`, { layer: n });
      const count = chooser(`u${n}`, name, options.units, size, "units", n);
      if (n === 0) return make("div", { class: "bpv-layer" }, count);
      const f = chooser(`f${n}`, say("builder.activation"), options.activations, activations[n - 1], "activation", n);
      return make("div", { class: "bpv-layer" }, count, f);
    });
    const { add, remove } = this.get("_possible");
    const button = (name, possible = true) => make("button", { type: "button", id: `${this.uid}${name}`, "aria-disabled": String(!possible), onclick: () => possible && this.move(name) }, say(`builder.${name}`));
    const choice = (name) => chooser(name, say(`builder.${name}`), options[name], choices[name], name);
    this.form.replaceChildren(
      make("div", { class: "bpv-layers" }, ...layers, alone ? "" : make("div", { class: "bpv-layer" }, button("add", add), button("remove", remove))),
      make("div", { class: "bpv-layers" }, ...["loss", "biases", "names", "method"].map(choice), alone ? "" : button("draw")),
      alone ? make("p", { class: "bpv-copied" }, say("builder.carried")) : this.renaming());
    this.page?.report(this.get("_refusal"));
    if (focused?.startsWith(this.uid)) document.getElementById(focused)?.focus();
  }

  // A parameter of the scheme, or of a name given before, gets another name.
  renaming() {
    const which = select({ id: `${this.uid}which` }, this.get("_parameters"));
    const name = make("input", { type: "text", id: `${this.uid}name`, maxlength: this.get("_options").longest_name, "aria-label": this.say("builder.new_name") });
    const done = () => name.value.trim() && this.move("rename", name.value.trim(), which.value);
    name.addEventListener("keydown", (event) => event.key === "Enter" && done());
    return make("div", { class: "bpv-layers" }, field(this.say("builder.rename"), which, this.say("builder.to"), name),
      make("button", { type: "button", id: `${this.uid}rename`, onclick: done }, this.say("builder.rename")));
  }

  stop() {
    this.page?.stop();
    super.stop();
  }
}

export default shows(BuilderPage);
