// One screen: how high a widget may be where it stands, and presenting it on the whole of one.

import { make } from "./elements.js";

const PROBE = 30000; // pixels; higher than any screen
const HEADING = 120; // pixels; so much above a widget stays in sight together with it
const MARGIN = 12; // pixels left free below it

// What scrolls round an element and does not grow with it, or nothing where that is the window.
function frameOf(element) {
  const before = element.style.height;
  element.style.height = `${PROBE}px`;
  let box = element.parentElement;
  while (box && !(box !== document.body && box.clientHeight < PROBE && /auto|scroll/.test(getComputedStyle(box).overflowY))) {
    box = box === document.body ? null : box.parentElement;
  }
  element.style.height = before;
  return box;
}

export class Stage {
  // `widget` may have key(event), presented(on) and placed(), which is called when its place has another size.
  constructor(widget) {
    Object.assign(this, { widget, root: widget.root });
    const { root, say } = widget;
    this.blank = make("div", { class: "bpv-blank", hidden: true, role: "img", "aria-label": say("page.blank") });
    root.append(this.blank);
    root.classList.add("bpv-stage");
    this.later = () => { this.frame ??= requestAnimationFrame(() => this.measure()); };
    this.size = new ResizeObserver(this.later);
    this.size.observe(root);
    addEventListener("resize", this.later);
    this.letters = () => this.placeAnew(); // formulas are as wide as their own letters, which may come later
    document.fonts.addEventListener("loadingdone", this.letters);
    this.listen = (event) => { if (event.target === document.body) widget.pressed(event); };
    if (document.querySelectorAll("[data-widget]").length === 1 && !root.parentElement.closest(".bpv")) document.addEventListener("keydown", this.listen);
    root.addEventListener("click", (event) => { // so that its keys are heard
      if (!event.target.closest("a, button, select, input, label, textarea, [tabindex]:not(.bpv)")) root.focus({ preventScroll: true });
    });
    root.addEventListener("fullscreenchange", () => {
      if (this.presenting && document.fullscreenElement !== root) this.present(false);
    });
  }

  placeAnew() {
    this.place = null;
    this.measure();
  }

  // As high as what is in sight at once; a heading above it counts, a whole notebook does not.
  measure() {
    this.frame = null;
    const { root } = this;
    if (!root.isConnected || !root.clientWidth) {
      this.place = null; // what is drawn meanwhile is drawn for no place
      return;
    }
    if (this.presenting) root.style.removeProperty("--room");
    else {
      const box = frameOf(root);
      if (box && this.watched !== box) this.size.observe(box);
      this.watched = box;
      const [top, scrolled] = box ? [box.getBoundingClientRect().top, box.scrollTop] : [0, scrollY];
      const above = root.getBoundingClientRect().top - top + scrolled;
      const room = (box ? box.clientHeight : innerHeight) - (above < HEADING ? above : 0) - MARGIN;
      root.style.setProperty("--room", `${Math.round(room)}px`);
    }
    const { clientWidth, clientHeight } = root;
    const place = `${clientWidth} ${clientHeight}`;
    if (place === this.place) return;
    this.place = place;
    this.widget.placed();
  }

  // Large type on the whole screen; where that is not allowed, it fills the window.
  present(on) {
    const { root, widget } = this;
    this.presenting = on;
    this.blank.hidden = true;
    root.classList.toggle("bpv-presenting", on);
    if (on) root.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement === root) document.exitFullscreen();
    root.querySelector('[data-do="present"]')?.setAttribute("aria-pressed", String(on));
    widget.presented(on);
    this.measure();
    root.focus({ preventScroll: true });
  }

  // The keys of every widget; true where one was meant.
  key(event) {
    if (!this.presenting || event.altKey || event.ctrlKey || event.metaKey) return false;
    const hidden = this.blank.hidden;
    if (event.key === "Escape" && hidden) this.present(false);
    else if (event.key.toLowerCase() === "b" || !hidden) this.blank.hidden = !hidden;
    else return false;
    event.preventDefault();
    return true;
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.size.disconnect();
    removeEventListener("resize", this.later);
    document.fonts.removeEventListener("loadingdone", this.letters);
    document.removeEventListener("keydown", this.listen);
  }
}
