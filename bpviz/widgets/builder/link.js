// A link to a builder: the stepper's, and which of the networks that the page carries it is about.

import { localModel } from "../shared/model.js";
import { Live } from "../stepper/live.js";
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

  // An address about another network is tried on that one first; its page opens what fits.
  hear(hash = this.builder.pending ?? location.hash) {
    const { builder } = this;
    if (builder.heard === hash) { // after a move of the form
      this.hidden = builder.hidden;
      return this.withhold();
    }
    const net = this.isLink(hash) ? Number(this.parts(hash).get("net") ?? 0) : builder.at;
    if (net !== builder.at && this.page.get("_carried")[net]) return this.turn(hash, net);
    builder.heard = hash;
    builder.pending = null;
    super.hear(hash);
    return hash === location.hash || this.hear(location.hash); // what was opened meanwhile
  }

  async turn(hash, net) {
    const { builder, page } = this;
    const refusal = await this.tried(hash, net);
    if (hash !== location.hash || page.stopped) return; // what came instead is heard by itself
    if (!refusal) {
      builder.pending = hash;
      return builder.take(net);
    }
    builder.heard = hash;
    page.report(refusal);
  }

  // The sentence why an address does not fit another network, without a page of it.
  async tried(hash, net) {
    const { page, builder } = this;
    const carried = page.get("_carried");
    const state = { ...carried[0].state, ...carried[net].state, iteration: 0, step: 0 };
    const get = (name) => (name in state ? state[name] : page.get(name));
    const live = new Live({ ...localModel({}), get }, page.say);
    await live.load();
    const { start, exported } = builder.starts[net] ?? { start: { wrt: state.wrt, step: 0, anchors: live.anchors }, exported: { ...this.exported, iteration: 0 } };
    const trial = Object.assign(Object.create(BuilderLink.prototype), { page: { get, live }, builder: { at: net }, start, exported });
    try {
      trial.read(this.parts(hash));
      return "";
    } catch (error) {
      return page.say("page.no_link", { part: error.message });
    }
  }

  open(hash) {
    const refusal = super.open(hash);
    if (!refusal) this.builder.hidden = this.hidden;
    return refusal;
  }

  readOwn(said, state, number, refuse) {
    const carried = this.page.get("_carried").length;
    if (number("net", 0, carried - 1, 0) !== this.builder.at) refuse("net");
    return super.readOwn(said, state, number, refuse);
  }
}
