// The bar at the bottom of a stage: back, a large next, playing, a slider, where one is, and presenting.

import { iconButton, make, showPlaying } from "./elements.js";

const FORWARD = ["ArrowRight", "PageDown"];
const BY = { ArrowLeft: -1, PageUp: -1, Home: -Infinity, End: Infinity };

const SWIPE = 50; // pixels sideways; and no more than that up or down

// A finger that goes left asks for the next one, as on any page that is turned.
export function swipes(root, page) {
  let from = null;
  root.addEventListener("pointerdown", (event) => {
    const ownUse = event.target.closest("input, select, textarea, .bpv-grip, .bpv-fold, .bpv-surface");
    from = event.pointerType === "touch" && !ownUse ? [event.clientX, event.clientY] : null;
  });
  root.addEventListener("pointerup", (event) => {
    if (!from) return;
    const [across, along] = [event.clientX - from[0], event.clientY - from[1]];
    from = null;
    if (Math.abs(across) < SWIPE || Math.abs(along) > SWIPE) return;
    if (across < 0) page.advance();
    else page.goTo(page.at - 1);
  });
}

// The button that shows a widget on the whole screen.
export function presenting(page) {
  const button = iconButton("present", page.say("page.present"), () => page.stage.present(!page.stage.presenting));
  button.setAttribute("aria-pressed", "false");
  return button;
}

export class Player {
  // `page` has at, last, goTo(n) and advance(); where it can play, also setPlaying(on).  `named` are the keys of the
  // sentences for {back, next, slider, to}; `more` stands after the counter.
  constructor(page, named, ...more) {
    const { say } = page;
    this.page = page;
    this.back = make("button", { type: "button", class: "bpv-back", "aria-label": say(named.back), title: say(named.back), "data-do": "back", onclick: () => page.goTo(page.at - 1) }, "←");
    this.next = make("button", { type: "button", class: "bpv-next bpv-primary", title: say(named.next), "data-do": "next", onclick: () => page.advance() }, say(named.to));
    this.slider = named.slider ? make("input", { type: "range", min: "0", "aria-label": say(named.slider), oninput: () => page.goTo(Number(this.slider.value)) }) : null;
    this.counter = make("span", { class: "bpv-counter" });
    this.play = page.setPlaying ? iconButton("play", say("page.play"), () => page.setPlaying(!this.playing)) : null;
    this.present = presenting(page);
    const parts = [this.back, this.next, this.play, this.slider, this.counter, ...more, this.present];
    this.element = make("div", { class: "bpv-controls" }, ...parts.filter(Boolean));
    const skip = make("a", { class: "bpv-skip", href: "#", onclick: (event) => { event.preventDefault(); this.next.focus(); } }, say("page.skip"));
    this.skip = skip;
  }

  // Says where one is; `first` is how the first place is counted.
  show(at, last, told, first = 1) {
    if (this.slider) {
      this.slider.max = String(last);
      this.slider.value = String(at);
      this.slider.setAttribute("aria-valuetext", told);
    }
    this.counter.textContent = `${at + first} / ${last + first}`;
    this.counter.style.minWidth = `${2 * String(last + first).length + 3}ch`;
    this.allow(this.back, at > 0);
    this.allow(this.next, at < last || Boolean(this.page.hidden));
  }

  // aria-disabled instead of disabled: a button that turns disabled under the focus loses it
  allow(button, possible) { button.setAttribute("aria-disabled", String(!possible)); }

  showPlaying(on) {
    this.playing = on;
    showPlaying(this.play, on, this.page.say(on ? "page.pause" : "page.play"));
  }

  // True where the key was one of its own.
  key(event) {
    const { page } = this;
    if (event.altKey || event.ctrlKey || event.metaKey) return false;
    const { target } = event;
    const typing = target.matches("select, input[type=number], input[type=text], textarea");
    const space = event.key === " " && page.stage.presenting && target === page.root;
    const forward = FORWARD.includes(event.key) || space;
    const by = BY[event.key];
    if (!forward && !by) return false;
    if (typing && (target.type !== "number" || !event.key.startsWith("Page"))) return false;
    event.preventDefault();
    if (forward) page.advance();
    else page.goTo(page.at + by);
    return true;
  }
}
