// The stepper on a proof: the stepper's page, with a link that holds the proof and its line.

import { TraitLink } from "../shared/traits.js";
import { shows } from "../shared/widget.js";
import { Page } from "./stepper.js";

class ProofLink extends TraitLink {
  constructor(page) {
    super(page);
    this.step = page.get("step"); // as it was exported
  }

  own() { return { ...super.own(), step: this.page.at }; }

  readOwn(said, state, number, refuse) {
    const read = super.readOwn(said, state, number, refuse);
    const { steps } = this.page.get("_scripts")[read.wrt];
    const usual = read.wrt === this.start.get("wrt") ? this.step : 0;
    return { ...read, step: number("step", 0, steps.length - 1, usual) };
  }
}

class ProofPage extends Page {
  build(el) {
    super.build(el);
    this.link = new ProofLink(this);
    this.player.present.after(this.link.button, this.link.element);
  }

  async start() {
    await super.start();
    this.link.follow();
  }
}

export default shows(ProofPage);
