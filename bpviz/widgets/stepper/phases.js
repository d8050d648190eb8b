// The phases of a derivation: a button for each leads to its first step, and the one that is shown is marked.

import { make } from "../shared/elements.js";

export class Phases {
  // go(phase) leads to the first step of a phase.
  constructor(say, headings, go) {
    this.chips = headings.map((heading, phase) => make("button", { type: "button", onclick: () => go(phase) }, heading));
    this.element = make("div", { class: "bpv-phases", role: "group", "aria-label": say("stepper.phases") }, ...this.chips);
  }

  show(here, all) {
    this.chips.forEach((chip, phase) => {
      chip.classList.toggle("bpv-here", phase === here);
      if (phase === here) chip.setAttribute("aria-current", "step");
      else chip.removeAttribute("aria-current");
      chip.hidden = !all.has(phase);
    });
  }
}
