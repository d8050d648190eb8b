// The way through the steps: buttons, a slider, playing, presenting, and the keys.

import { iconButton, make, showPlaying } from "../shared/elements.js";

const PLAY_EVERY = 1500; // milliseconds
const FORWARD = ["ArrowRight", "PageDown"];
const BY = { ArrowLeft: -1, PageUp: -1, Home: -Infinity, End: Infinity };

export class Controls {
  // `page` has goTo, step, lastStep, advance, applyUpdate, live, root, hidden, presenting and present.
  constructor(page, say) {
    this.page = page;
    this.say = say;
    this.play = iconButton("play", say("page.play"), () => this.setPlaying(!this.timer));
    this.slider = make("input", { type: "range", min: "0", "aria-label": say("stepper.step"), oninput: () => page.goTo(Number(this.slider.value)) });
    this.counter = make("span", { class: "bpv-counter" });
    this.apply = make("button", { type: "button", class: "bpv-apply bpv-primary", onclick: () => page.applyUpdate() }, say("stepper.apply"));
    this.first = iconButton("first", say("stepper.first"), () => page.goTo(0));
    this.back = iconButton("back", say("stepper.back"), () => page.goTo(page.step - 1));
    this.next = iconButton("next", say("stepper.next"), () => page.advance());
    this.last = iconButton("last", say("stepper.last"), () => page.goTo(Infinity));
    this.present = iconButton("present", say("stepper.present"), () => page.present(!page.presenting));
    this.present.setAttribute("aria-pressed", "false");
    const parts = [this.first, this.back, this.play, this.next, this.last, this.slider, this.counter, this.apply, this.present];
    this.element = make("div", { class: "bpv-controls" }, ...parts);
  }

  show(at, last, named) {
    this.slider.max = String(last);
    this.slider.value = String(at);
    this.slider.setAttribute("aria-valuetext", this.say("stepper.at", { step: at + 1, count: last + 1, name: named }));
    this.counter.textContent = `${at + 1} / ${last + 1}`;
    // aria-disabled instead of disabled: a button that turns disabled under the focus loses it
    const ended = at === last;
    for (const [control, off] of [[this.first, at === 0], [this.back, at === 0], [this.next, ended && !this.page.hidden], [this.last, ended]]) {
      control.setAttribute("aria-disabled", String(off));
    }
    if (this.timer && ended) this.setPlaying(false);
  }

  setPlaying(on) {
    clearInterval(this.timer);
    this.timer = 0;
    if (on) {
      if (this.page.step === this.page.lastStep) this.page.goTo(0);
      this.timer = setInterval(() => this.page.advance(), PLAY_EVERY); // in a presentation it shows each number first
    }
    showPlaying(this.play, on, this.say(on ? "page.pause" : "page.play"));
  }

  key(event) {
    const { page } = this;
    const typing = event.target.matches("select, input[type=number], input[type=text]");
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z" && !typing) {
      event.preventDefault();
      return event.shiftKey ? page.live?.redo() : page.live?.undo();
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && page.presenting) return page.present(false);
    const forward = FORWARD.includes(event.key) || (page.presenting && event.key === " " && event.target === page.root);
    const by = BY[event.key];
    if (!forward && !by) return;
    if (typing && (event.target.type === "text" || !event.key.startsWith("Page"))) return;
    event.preventDefault();
    if (forward) page.advance();
    else page.goTo(page.step + by);
  }
}
