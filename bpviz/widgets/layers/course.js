// The numbers of a page by layer: a start, what was changed by hand, and what the printed program makes of it.

import { load } from "../shared/model.js";

const doubles = (bytes) => {
  const own = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).slice(); // numbers must lie at whole places
  return new Float64Array(own.buffer);
};

export class Course {
  constructor(model, say) { Object.assign(this, { model, say, reached: null }); }

  async load() {
    const program = this.model.get("_program");
    if (this.loaded !== program) this.module = await load(program);
    this.loaded = program;
    this.begin();
  }

  // The numbers that everything starts from.
  begin() {
    this.given = Object.fromEntries(Object.entries(this.model.get("_given")).map(([name, { rows, columns, data }]) => [name, { rows, columns, data: doubles(data) }]));
    this.reached = null;
    this.follow();
  }

  get changes() { return this.model.get("_changes"); }
  get iteration() { return this.model.get("iteration"); }
  get error() { return this.m.loss.data[0]; }
  // Whether the error is no longer that of the same task.
  get isRedrawn() { return this.changes.some(([, change]) => change.x || change.target); }

  get isChanged() { return this.iteration > 0 || this.changes.length > 0; }

  // Takes over what the model says: another iteration, other changes.
  follow() {
    const changes = JSON.stringify(this.changes);
    if (changes !== this.followed) this.reached = null;
    this.followed = changes;
    this.m = this.at(this.iteration, this.changes);
    this.startError ??= this.at(0, []).loss.data[0];
  }

  // All matrices at an iteration; throws where the numbers grow too large on the way.
  at(iteration, changes) {
    const known = changes === this.changes && this.reached?.iteration <= iteration ? this.reached : null;
    let m = known ? known.m : this.computed(this.changed({ ...this.given }, 0, changes));
    for (let n = known ? known.iteration : 0; n < iteration; n += 1) {
      const next = Object.fromEntries(Object.keys(this.given).map((name) => [name, m[this.model.get("_advance")[name]] ?? m[name]]));
      m = this.computed(this.changed(next, n + 1, changes));
    }
    if (changes === this.changes) this.reached = { iteration, m };
    return m;
  }

  // The same with what was changed at that iteration; a sample is a column.
  changed(m, iteration, changes) {
    const change = changes.find(([at]) => at === iteration)?.[1] ?? {};
    for (const [name, key] of [["input", "x"], ["target", "target"]]) {
      if (change[key]) {
        const samples = Array.isArray(change[key][0]) ? change[key] : [change[key]];
        const { rows, columns } = m[name];
        m[name] = { rows, columns, data: Float64Array.from({ length: rows * columns }, (_, n) => samples[n % columns][Math.floor(n / columns)]) };
      }
    }
    if (change.learning_rate) m.rate = { rows: 1, columns: 1, data: Float64Array.of(change.learning_rate) };
    return m;
  }

  computed(m) {
    this.module.derive(m);
    const watched = [m.loss, ...Object.values(this.model.get("_gradients")).map((name) => m[name])];
    if (!watched.every(({ data }) => data.every(Number.isFinite))) throw new RangeError(this.say("page.too_large"));
    return m;
  }

  // Each of these returns a sentence that says why not, or nothing.

  reach(iteration) {
    try {
      this.at(iteration, this.changes);
    } catch (error) {
      return this.say("page.out_of_reach", { iteration, sentence: error.message });
    }
    this.model.set("iteration", iteration);
    this.model.save_changes();
    return "";
  }

  // What is changed here holds from here on; what lay ahead is forgotten.
  change(values) {
    const here = this.iteration;
    const before = this.changes.filter(([at]) => at < here);
    const changes = [...before, [here, { ...this.changes.find(([at]) => at === here)?.[1], ...values }]];
    try {
      this.at(here, changes);
    } catch (error) {
      return error.message;
    }
    const more = values.learning_rate ? { learning_rate: values.learning_rate } : {};
    this.model.set({ _changes: changes, ...more });
    this.model.save_changes();
    return "";
  }

  reset() {
    this.model.set({ _changes: [], iteration: 0, learning_rate: this.given.rate.data[0] });
    this.model.save_changes();
  }

  // A sample as it was at the start.
  start(name, sample) {
    const { columns, data } = this.given[name];
    return Array.from(data.filter((_, n) => n % columns === sample));
  }

  // The samples as Python has them: one, or a list of them.
  samples(name) {
    const { rows, columns, data } = this.m[name];
    const all = Array.from({ length: columns }, (_, s) => Array.from({ length: rows }, (_, i) => data[i * columns + s]));
    return this.model.get("_batch") ? all : all[0];
  }
}
