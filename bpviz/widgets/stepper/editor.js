// Changing numbers: a list with a slider and a field for each, and dragging a number wherever it stands.

import { decimalInput, make, mathElement } from "../shared/elements.js";
import { numberText } from "../shared/numbers.js";
import { numberTyped } from "../shared/typed.js";

const GROUPS = ["input", "target", "parameter", "rate"];
const A_DRAG = 4; // pixels; less is a click
const A_FINGER = 22; // pixels; half of what a finger covers

// A value that a slider or a drag gives, without the noise of binary fractions.
const rounded = (value, step) => Number((Math.round(value / step) * step).toPrecision(12));

export class Editor {
  // report(sentence) shows why a number was not taken, open() brings the list into sight.
  constructor(live, uid, say, report, open) {
    this.live = live;
    this.say = say;
    this.report = report;
    this.open = open;
    this.uid = uid;
    this.body = make("div", { class: "bpv-editor-body" });
    this.element = make("div", { class: "bpv-editor" }, this.body);
    this.place = make("div", { class: "bpv-spot", hidden: true, "data-over": "" });
    this.fields = [];
  }

  build() {
    const limits = this.live.model.get("_limits");
    const labels = this.live.model.get("_labels");
    for (const group of GROUPS) {
      const members = limits.flatMap((l, n) => (l.group === group ? [n] : []));
      if (!members.length) continue;
      const grid = make("div", { class: "bpv-editor-grid" });
      this.body.append(make("fieldset", {}, make("legend", {}, this.say(`editor.${group}`)), grid));
      for (const n of members) grid.append(this.row(n, limits[n], labels[n]));
    }
  }

  row(n, { low, high, step }, label) {
    const name = this.live.names[n];
    const slider = make("input", {
      type: "range", min: low, max: high, step: "any", "aria-label": this.say("page.slider", { name }),
      oninput: () => this.set(n, rounded(Number(slider.value), step), slider),
      onchange: () => this.live.letGo(),
    });
    const keys = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
    const move = (known) => (event) => {
      const by = known[event.key];
      if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.set(n, rounded(this.live.given[n] + by * step, step / 10));
    };
    slider.addEventListener("keydown", move({ ...keys, ArrowRight: 1, ArrowLeft: -1 }));
    const field = decimalInput({ id: `${this.uid}n${n}-${this.fields.length}`, "aria-label": name });
    field.addEventListener("change", () => this.set(n, numberTyped(this.live.model.get("_grammar"), field.value)));
    field.addEventListener("keydown", move(keys));
    const change = make("span", { class: "bpv-was" });
    this.fields.push({ n, slider, field, change });
    return make("div", { class: "bpv-editor-row" }, make("label", { for: field.id }, mathElement(label)), slider, field, change);
  }

  set(n, value, grip = null) {
    this.report(this.live.set(n, value, grip));
    this.show();
  }

  show() {
    if (!this.live.values) return; // the program is still on its way
    if (!this.body.children.length && !this.element.closest("[hidden]")) this.build();
    const { given, start } = this.live;
    for (const { n, slider, field, change } of this.fields) {
      const text = String(given[n]);
      if (slider.value !== text && this.live.grip !== slider) slider.value = text;
      slider.setAttribute("aria-valuetext", text);
      if (field.value !== text) field.value = text;
      const moved = given[n] !== start[1][n];
      change.parentNode.classList.toggle("bpv-moved", moved);
      change.textContent = moved ? this.say("editor.was", { value: numberText(start[1][n], 6) }) : "";
    }
  }

  // Opens the list at a number, ready for typing.
  edit(n) {
    this.open();
    const found = this.fields.find((entry) => entry.n === n);
    if (!found) return this.spot(n);
    found.field.focus();
    found.field.select();
  }

  // One number in a large field with a slider, over the bar, for a finger that tapped it.
  spot(n) {
    this.leaveSpot();
    const { model } = this.live;
    const row = this.row(n, model.get("_limits")[n], model.get("_labels")[n]);
    const done = make("button", { type: "button", onclick: () => this.leaveSpot() }, this.say("editor.done"));
    this.place.replaceChildren(row, done);
    this.place.hidden = false;
    this.show();
  }

  leaveSpot() {
    this.fields = this.fields.filter(({ field }) => !this.place.contains(field));
    this.place.replaceChildren();
    this.place.hidden = true;
  }

  // The number that a finger means: the nearest one that is near enough.
  near(event, root, find) {
    const away = (place) => {
      const { left, right, top, bottom } = place.getBoundingClientRect();
      return Math.hypot(Math.max(left - event.clientX, 0, event.clientX - right), Math.max(top - event.clientY, 0, event.clientY - bottom));
    };
    const places = [...root.querySelectorAll(".bpv-equation .bpv-grip, .bpv-drawing .bpv-grip")].map((place) => [away(place), place]);
    const [nearest, place] = places.sort(([a], [b]) => a - b)[0] ?? [Infinity];
    return nearest <= A_FINGER ? find(place) : undefined;
  }

  // Makes every given number inside `root` follow a sideways drag; what is clicked is left to others.
  grips(root, found) {
    let held = null;
    const find = (place) => (root.matches(".bpv-no-editor") ? undefined : found(place)); // a teacher hid it
    const gripped = ({ target }) => {
      const place = target.closest?.(".bpv-grip");
      return place ? find(place) : undefined;
    };
    const move = () => {
      if (!held?.moved) return;
      const { step } = this.live.model.get("_limits")[held.n];
      this.set(held.n, rounded(held.from + held.by * step, step / 10), held.grip);
    };
    root.addEventListener("pointerdown", (event) => {
      const n = gripped(event);
      if (n === undefined || event.button) return;
      held = { n, x: event.clientX, from: this.live.given[n], moved: false, grip: {} };
    });
    root.addEventListener("pointermove", (event) => {
      if (!held) return;
      const by = event.clientX - held.x;
      if (!held.moved && Math.abs(by) < A_DRAG) return;
      if (!held.moved) root.setPointerCapture(event.pointerId);
      held.moved = true;
      held.by = by * (event.shiftKey ? 0.1 : 1);
      this.frame ??= requestAnimationFrame(() => {
        this.frame = null;
        move();
      });
    });
    const release = (event) => {
      if (held?.moved) {
        move(); // the last frame may still be waiting
        this.live.letGo();
        this.dragged = event.timeStamp;
      }
      held = null;
    };
    root.addEventListener("pointerup", release);
    root.addEventListener("pointercancel", release);
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !held?.moved) return;
      this.set(held.n, held.from, held.grip);
      this.live.letGo();
      held = null;
    });
    root.addEventListener("dblclick", (event) => {
      const n = gripped(event);
      if (n !== undefined) this.edit(n);
    });
    // The click that ends a drag chooses nothing; that of a finger on a number opens it.
    root.addEventListener("click", (event) => {
      const meant = event.pointerType === "touch" && event.target.closest(".bpv-equation, .bpv-drawing") ? this.near(event, root, find) : undefined;
      if (meant !== undefined) {
        event.stopPropagation();
        this.spot(meant);
      }
      if (this.dragged !== undefined && event.timeStamp - this.dragged < 50) event.stopPropagation();
      this.dragged = undefined;
    }, true);
  }
}
