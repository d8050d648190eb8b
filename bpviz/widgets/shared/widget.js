// What the pages of all widgets have in common: their frame, what they know and say, and how Jupyter shows them.

import { make } from "./elements.js";
import { onChange } from "./model.js";
import { Stage } from "./stage.js";
import { fill } from "./words.js";

const KERNEL_ENDS = ["restarting", "autorestarting", "terminating", "dead"]; // as Jupyter calls it

export class Widget {
  constructor(model) {
    this.model = model;
    this.say = (key, blanks) => fill(model.get("_words")[key], blanks);
    this.letters = document.fonts.load('1em "bpv math"').catch(() => {}); // or those of the machine
    this.forget = []; // what ends what was begun
    this.uid = `bpv${Math.random().toString(36).slice(2)}`; // ids of its parts begin with it
    this.message = make("p", { class: "bpv-message", role: "alert", hidden: true });
  }

  get(name) { return this.model.get(name); }

  // Here and in Python.
  set(name, value) {
    this.model.set(name, value);
    this.model.save_changes();
  }

  // The keys pressed in it are its own, as the notebook has other uses for them.
  frame(el, kind, ...children) {
    const looks = { class: `bpv bpv-${kind}`, tabindex: "-1", role: "group", "aria-label": this.get("_title"), "data-lm-suppress-shortcuts": "true" };
    const onkeydown = (event) => { event.stopPropagation(); this.pressed(event); };
    this.root = make("div", { ...looks, onkeydown }, ...children, ...(children.includes(this.message) ? [] : [this.message]));
    el.append(this.root);
    this.stage = new Stage(this);
  }

  // Whether it stands in a place as narrow as a phone; the style sheet says where that begins.
  get narrow() { return getComputedStyle(this.root.querySelector(".bpv-main")).getPropertyValue("--narrow") === "1"; }

  pressed(event) { if (!this.stage.key(event)) this.key(event); }

  // Says why something was not taken, or what stands.
  report(sentence = "") {
    const said = sentence || this.standing || "";
    this.message.textContent = said;
    this.message.hidden = !said;
  }

  // Where Jupyter's kernel ends the page goes on by itself.
  watchKernel() {
    const kernel = this.model.widget_manager?.kernel;
    if (!kernel?.statusChanged) return;
    const heard = (_, now) => { // what is disposed of has no status any more, and the signal then says nothing else
      if (now && !KERNEL_ENDS.includes(now)) return;
      this.standing = this.say("page.kernel_ended");
      this.report();
    };
    for (const signal of [kernel.statusChanged, kernel.disposed]) {
      signal?.connect(heard);
      this.forget.push(() => signal?.disconnect(heard));
    }
  }

  // A whole number within its bounds; else it is said why not.
  whole(name, text) {
    const [least, most] = this.get("_bounds")[name];
    const value = Number(text);
    const fits = text !== "" && Number.isInteger(value) && value >= least && value <= most;
    this.report(fits ? "" : this.say("page.whole", { name, least, most, value: text || this.say("page.typed") }));
    return fits ? value : null;
  }

  // While it was starting there was nothing to place.
  async open() {
    await this.start();
    this.watchKernel();
    this.stage?.placeAnew();
  }

  // Shows changes of the model until the widget is closed.
  watch(names, show) { this.forget.push(onChange(this.model, names, show)); }
  stop() {
    for (const forget of this.forget) forget();
    this.stage?.stop();
  }

  // What subclasses add, where they have something to do then.
  start() {}
  key() {}
  placed() {}
  presented() {}
}

// What Jupyter calls to show a widget.
export const shows = (Page) => ({
  async render({ model, el }) {
    const page = new Page(model, el);
    await page.open();
    return () => page.stop();
  },
});
