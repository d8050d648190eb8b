// The chain rule as a whole and the list of earlier steps: what is computed in them, and which of their rows are in sight.

import { make, mathElement } from "../shared/elements.js";
import { fillNumbers, inline } from "./formulas.js";

const A_LITTLE = 8; // pixels below what is brought into sight
const LARGEST = 1.4; // of its usual type

export class Log {
  constructor(say, goTo) {
    this.goTo = goTo;
    this.chain = make("div", { class: "bpv-chain", tabindex: "0", role: "group", "aria-label": say("stepper.chain") });
    this.list = make("ol", { class: "bpv-log", tabindex: "0", "aria-label": say("stepper.log") });
    this.values = null; // a proof has none
    this.digits = 6;
    this.inSight = new Set();
    this.watch = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) {
          this.inSight.add(target);
          this.fill(target);
        } else this.inSight.delete(target);
      }
    });
  }

  fill(element) { if (this.values) fillNumbers(element, this.values, this.digits); }

  // Another derivation: its chain rule, and an empty list.
  begin(formulas, chain) {
    this.formulas = formulas;
    this.watch.disconnect();
    this.inSight.clear();
    this.leavesOut = false;
    this.chain.style.height = "";
    this.list.replaceChildren();
    this.chain.replaceChildren(mathElement(formulas.expanded(chain), "block"));
    for (const row of this.rows) this.watch.observe(row);
  }

  // The first `count` of these steps; rowOf gives the row of a quantity.
  show(steps, count, rowOf) {
    const { list } = this;
    while (list.children.length > count) {
      this.watch.unobserve(list.lastChild);
      this.inSight.delete(list.lastChild);
      list.lastChild.remove();
    }
    while (list.children.length < count) {
      const at = list.children.length;
      const row = rowOf(steps[at]);
      const item = make("li", { onclick: () => this.goTo(at), title: row.sentence });
      item.append(inline(this.formulas.label(steps[at]), this.formulas.sides(row)));
      this.fill(item);
      list.append(item);
      this.watch.observe(item);
    }
  }

  // While something is dragged, only what is in sight is kept up to date; letting go brings the rest.
  showNumbers(values, digits, dragging) {
    this.values = values;
    this.digits = digits;
    const rows = dragging ? [...this.rows, ...this.list.children].filter((row) => this.inSight.has(row)) : [this.chain, this.list];
    this.leaveOut(Boolean(dragging));
    rows.forEach((row) => this.fill(row));
  }

  // Rows that are not in sight are left out for so long, as the whole table is painted for each number in it.
  leaveOut(on) {
    const math = this.chain.firstElementChild;
    if (!math || on === this.leavesOut) return;
    const seen = this.rows.find((row) => this.inSight.has(row));
    this.leavesOut = on && Boolean(seen);
    const above = this.leavesOut ? seen.getBoundingClientRect().top - math.getBoundingClientRect().top : 0;
    this.chain.style.height = this.leavesOut ? `${this.chain.offsetHeight}px` : "";
    math.style.marginTop = this.leavesOut ? `${above}px` : "";
    for (const row of this.rows) row.classList.toggle("bpv-away", this.leavesOut && !this.inSight.has(row));
  }

  get rows() { return [...this.chain.querySelectorAll("mtr")]; }

  // What is computed, what is computed now, and what is still to be guessed.
  showDone(done, current, hidden) {
    for (const place of this.chain.querySelectorAll(".bpv-q")) {
      const n = Number(place.dataset.q);
      place.classList.toggle("bpv-done", done.has(n));
      place.classList.toggle("bpv-current", n === current);
    }
    for (const place of this.chain.querySelectorAll(".bpv-under")) {
      const n = Number(place.dataset.v);
      place.classList.toggle("bpv-hidden", !done.has(n) || (hidden && n === current));
    }
  }

  // What is computed now must be in sight where the list or the chain rule is larger than its box.
  bringIntoView() {
    const [list, chain] = [this.list.parentElement, this.chain.parentElement]; // what folds is what scrolls
    this.toTheEnd(list);
    const row = this.chain.querySelector(".bpv-current")?.closest("mtr");
    if (!row) return;
    const [frame, box] = [chain.getBoundingClientRect(), row.getBoundingClientRect()];
    if (box.top < frame.top || box.bottom > frame.bottom) chain.scrollTop += box.bottom - frame.bottom + A_LITTLE;
  }

  // Rows have their own height only once they were in sight, so the end moves for a few frames.
  toTheEnd(list, frames = 3) {
    cancelAnimationFrame(this.settling);
    list.scrollTop = list.scrollHeight;
    if (frames) this.settling = requestAnimationFrame(() => this.toTheEnd(list, frames - 1));
  }

  // The chain rule is as large as its box allows; it gets smaller type where it is wider, or where it could be shown whole
  // that way, as far as that can be read.
  fit() {
    const math = this.chain.firstElementChild;
    if (!math || !this.chain.clientWidth) return;
    math.style.fontSize = "";
    const { clientWidth: room, parentElement: box } = this.chain;
    const smallest = parseFloat(getComputedStyle(this.chain).getPropertyValue("--smallest"));
    const high = box.clientHeight - parseFloat(getComputedStyle(box).paddingTop) * 2;
    const wide = () => math.getBoundingClientRect().width / room;
    const tall = () => math.getBoundingClientRect().height / high;
    const set = (size) => { math.style.fontSize = `${size}px`; };
    const shrunk = (from, over) => {
      let size = from;
      while (over() > 1 && size > smallest) { // indices do not shrink in proportion
        size = Math.max(smallest, size / over() - 0.1);
        set(size);
      }
      return size;
    };
    const size = parseFloat(getComputedStyle(math).fontSize) * Math.max(1, Math.min(LARGEST, 1 / wide(), 1 / tall()));
    set(size);
    const fitting = shrunk(size, wide);
    shrunk(fitting, tall);
    if (tall() > 1) set(fitting);
  }

  stop() {
    cancelAnimationFrame(this.settling);
    this.watch.disconnect();
  }
}
