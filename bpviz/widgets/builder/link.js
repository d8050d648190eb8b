// A link to a builder: the stepper's, and which of the networks that the page carries it is about.

import { StepperLink } from "../stepper/link.js";

export class BuilderLink extends StepperLink {
  // Each network that is built has a page of its own; how the first one of each was is kept with the builder.
  constructor(page, builder) {
    super(page);
    this.builder = builder;
    const { at, starts } = builder;
    const { start, exported } = (starts[at] ??= { start: this.start, exported: { ...this.exported, digits: (starts[0] ?? this).exported.digits } });
    Object.assign(this, { start, exported });
  }

  own() { return { net: this.builder.at, ...super.own() }; }

  // The network first, as everything else is read by it: its page hears the address again.
  hear() {
    const { builder } = this;
    if (builder.heard === location.hash) { // after a move of the form
      this.hidden = builder.hidden;
      return this.withhold();
    }
    const net = Number(new URLSearchParams(location.hash.slice(1)).get("net") ?? 0);
    if (net !== builder.at && this.page.get("_carried")[net] && /(^|[#&])v=/.test(location.hash)) {
      builder.before = builder.kept();
      return builder.take(net);
    }
    builder.heard = location.hash;
    return super.hear();
  }

  open() {
    const { builder } = this;
    const refusal = super.open();
    const { before } = builder;
    builder.before = null;
    if (!refusal) builder.hidden = this.hidden;
    else if (before) builder.take(before.at, { ...before.state, _refusal: refusal });
    return refusal;
  }

  readOwn(said, state, number, refuse) {
    const carried = this.page.get("_carried").length;
    if (number("net", 0, carried - 1, 0) !== this.builder.at) refuse("net");
    return super.readOwn(said, state, number, refuse);
  }
}
