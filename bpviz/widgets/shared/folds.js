// What is not needed at every moment: a row of buttons, each of which opens one more part of the stage in its place.

import { make } from "./elements.js";

export class Folds {
  // `widget` has uid and say; `parts` are [key, word, element]; `opened(key)` is called with what is open now, or null.
  constructor({ uid, say }, parts, opened = () => {}) {
    this.opened = opened;
    this.open = null;
    this.withheld = [];
    this.tabs = new Map();
    this.panels = new Map();
    for (const [key, word, element] of parts) {
      const panel = make("div", { class: "bpv-fold", id: `${uid}fold-${key}`, hidden: true, "data-fold": key }, element);
      const tab = make("button", { type: "button", "aria-expanded": "false", "aria-controls": panel.id, "data-tab": key, onclick: () => { this.touched = true; this.toggle(key); } }, word);
      this.tabs.set(key, tab);
      this.panels.set(key, panel);
    }
    this.row = make("div", { class: "bpv-tabs" }, ...this.tabs.values());
    this.element = make("div", { class: "bpv-folds" }, this.row, ...this.panels.values());
    this.more = make("button", { type: "button", class: "bpv-more", "aria-expanded": "false", "aria-label": say("page.more"), title: say("page.more"), onclick: () => this.show() }, "⋯");
  }

  // Where there is no room for the row of buttons it comes with what they open, when one asks for more.
  get isCalled() { return this.more.getAttribute("aria-expanded") === "true"; }

  show(on = !this.isCalled) {
    this.more.setAttribute("aria-expanded", String(on));
    this.element.classList.toggle("bpv-called", on);
    const first = [...this.tabs].find(([, tab]) => !tab.hidden);
    if (on && !this.open && first) this.toggle(first[0], true);
    else this.opened(this.open);
  }

  // True where that is a change.
  toggle(key, on = this.open !== key) {
    if (on && this.withheld.includes(key)) {
      this.covered = key; // until it is no longer hidden
      return false;
    }
    if (on ? this.open === key : this.open !== key) return false;
    this.open = on ? key : null;
    for (const [name, tab] of this.tabs) {
      tab.setAttribute("aria-expanded", String(name === this.open));
      this.panels.get(name).hidden = name !== this.open || tab.hidden;
    }
    this.element.classList.toggle("bpv-open", Boolean(this.open) && !this.tabs.get(this.open).hidden);
    this.opened(this.open);
    return true;
  }

  // What a teacher hides has no button and does not open.
  withhold(keys) {
    for (const key of this.withheld) this.tabs.get(key).hidden = false;
    this.withheld = keys.filter((key) => this.tabs.has(key));
    for (const key of this.withheld) this.tabs.get(key).hidden = true;
    const { covered, open } = this;
    this.covered = null;
    if (keys.includes(open)) this.toggle(open, false);
    if (keys.includes(open) || (covered && !open)) this.toggle(covered ?? open, true);
    this.showMore();
  }

  showMore() { this.more.hidden = [...this.tabs.values()].every((tab) => tab.hidden); }

  // What is empty has no button and takes no room, unless somebody has opened it.  True where what is open changed.
  offer(key, filled) {
    const shown = !this.withheld.includes(key) && (filled || (this.touched && this.open === key));
    this.tabs.get(key).hidden = !shown;
    this.showMore();
    if (this.open !== key || this.panels.get(key).hidden === !shown) return false;
    this.panels.get(key).hidden = !shown;
    this.element.classList.toggle("bpv-open", shown);
    this.opened(key);
    return true;
  }
}
