// The numbers of a page: what is given at every iteration, and what the printed program makes of it.

import { load } from "../shared/model.js";

const SEND_EVERY = 120; // milliseconds between messages to the kernel while something is dragged

export class Live {
  constructor(model, say) {
    this.model = model;
    this.say = say;
    this.undos = [];
    this.redos = [];
    this.grip = null; // what a drag holds on to, so that the whole drag is undone at once
    this.start = [0, model.get("_start")];
    this.restart(model.get("_anchors"));
  }

  async load() {
    const program = this.model.get("_program");
    if (this.loaded === program) return;
    const module = await load(program);
    this.loaded = program;
    this.module = module;
    this.names = this.model.get("_names");
    this.place = new Map(this.names.map((name, n) => [name, n]));
    this.rate = this.model.get("_limits").findIndex(({ group }) => group === "rate");
    this.values = new Float64Array(this.names.length);
    this.startError = this.run(this.start[1])[this.model.get("_advance").loss];
    this.compute();
  }

  // --- what is given ---

  restart(anchors) {
    this.anchors = anchors;
    this.known = [Float64Array.from(anchors[0][1])];
  }

  // What is given at an iteration; throws where the numbers grow too large on the way.
  at(iteration) {
    while (this.known.length <= iteration) {
      const n = this.known.length;
      const anchor = this.anchors.find(([at]) => at === n);
      this.known.push(anchor ? Float64Array.from(anchor[1]) : this.next(this.known[n - 1]));
    }
    return this.known[iteration];
  }

  run(given) {
    const { size, finite } = this.model.get("_advance");
    const values = new Float64Array(size);
    values.set(given);
    this.module.advance(values);
    if (!finite.every((n) => Number.isFinite(values[n]))) throw new RangeError(this.say("page.too_large"));
    return values;
  }

  next(given) {
    const values = this.run(given);
    const after = given.slice();
    for (const [n, moved] of Object.entries(this.model.get("_advance").next)) after[n] = values[moved];
    this.run(after);
    return after;
  }

  get iteration() { return this.model.get("iteration"); }
  get given() { return this.at(this.iteration); }

  get isChanged() {
    return this.anchors.length > 1 || this.iteration > 0 || this.start[1].some((value, n) => value !== this.anchors[0][1][n]);
  }

  get error() { return this.values[this.model.get("_drawn").loss]; }

  compute() {
    this.values.set(this.given);
    this.module.derive(this.values);
    this.shownIteration = this.iteration;
  }

  // Everything, with one given number larger by so much.
  nudged(n, size) {
    const values = new Float64Array(this.values.length);
    values.set(this.given);
    values[n] += size;
    this.module.derive(values);
    return values;
  }

  // --- changing it; each of these returns a sentence that says why not, or nothing ---

  // Takes over what another view or Python has set.
  follow() {
    const anchors = this.model.get("_anchors");
    if (anchors !== this.anchors && JSON.stringify(anchors) !== JSON.stringify(this.anchors)) {
      this.remember();
      this.restart(anchors);
    }
    this.compute();
  }

  remember() {
    this.undos.push({ anchors: this.anchors, iteration: this.shownIteration });
    this.redos = [];
  }

  // Why a number cannot be that, or nothing.
  refusal(n, value) {
    const limits = this.model.get("_limits")[n];
    const name = this.names[n];
    if (!Number.isFinite(value)) return this.say("page.finite", { name });
    if (value <= limits.above) return this.say("page.above", { name, least: limits.above, value });
    if (value < limits.least || value > limits.most) return this.say("page.between", { name, ...limits, value });
    return "";
  }

  // Whether targets that must sum to one do.
  areShared(given) {
    const limits = this.model.get("_limits");
    const sums = new Map();
    limits.forEach(({ shares }, n) => { if (shares !== undefined) sums.set(shares, (sums.get(shares) ?? 0) + given[n]); });
    return [...sums.values()].every((sum) => Math.abs(sum - 1) <= this.model.get("_bounds").sum);
  }

  set(n, value, grip = null) {
    const limits = this.model.get("_limits")[n];
    const refusal = this.refusal(n, value);
    if (refusal) return refusal;
    const given = this.given.slice();
    if (given[n] === value) return "";
    given[n] = value;
    if ("shares" in limits) this.share(given, n, limits.shares);
    try {
      this.run(given);
    } catch (error) {
      return error.message;
    }
    if (grip === null || grip !== this.grip) this.remember();
    this.grip = grip;
    const here = this.iteration;
    const anchors = [...this.anchors.filter(([at]) => at < here), [here, Array.from(given)]];
    this.known = [...this.known.slice(0, here), given];
    this.go(anchors, here, grip !== null);
    return "";
  }

  // Targets that sum to one: the others of the sample make room.
  share(given, n, sample) {
    const others = this.model.get("_limits").flatMap((l, k) => (l.shares === sample && k !== n ? [k] : []));
    const rest = others.reduce((sum, k) => sum + given[k], 0);
    if (!others.length) given[n] = 1;
    for (const k of others) given[k] = this.module.madeRoom([given[k], rest, 1 - given[n], others.length]);
  }

  reach(iteration) {
    try {
      this.at(iteration);
    } catch {
      return this.say("page.out_of_reach", { iteration: this.known.length, sentence: this.say("page.too_large") });
    }
    this.remember();
    this.grip = null;
    this.go(this.anchors, iteration);
    return "";
  }

  undo() { this.exchange(this.undos, this.redos); }
  redo() { this.exchange(this.redos, this.undos); }

  // The keys that take changes back; true where one was pressed.
  key(event) {
    const typing = event.target.matches("select, input[type=number], input[type=text]");
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "z" || typing) return false;
    event.preventDefault();
    if (event.shiftKey) this.redo();
    else this.undo();
    return true;
  }

  reset() {
    this.remember();
    this.goBack({ anchors: [this.start], iteration: 0 });
  }

  exchange(from, to) {
    const state = from.pop();
    if (!state) return;
    to.push({ anchors: this.anchors, iteration: this.iteration });
    this.goBack(state);
  }

  goBack({ anchors, iteration }) {
    this.grip = null;
    this.restart(anchors);
    this.go(anchors, iteration);
  }

  go(anchors, iteration, soon = false) {
    this.anchors = anchors;
    const rate = this.at(iteration)[this.rate];
    this.model.set({ _anchors: anchors, iteration, learning_rate: rate });
    if (soon) this.sending ??= setTimeout(() => this.send(), SEND_EVERY);
    else this.send();
  }

  letGo() {
    this.grip = null;
    this.settled?.();
    this.send();
  }

  send() {
    clearTimeout(this.sending);
    this.sending = null;
    this.model.save_changes();
  }
}
