// One training run: its drawing, its samples and its outputs at any epoch.

import { Drawing } from "../shared/drawing.js";
import { make, makeSVG } from "../shared/elements.js";
import { Folds } from "../shared/folds.js";
import { numberText } from "../shared/numbers.js";

const floats = (view) => new Float64Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
const singles = (view) => new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

export class Run {
  constructor(page, number, film) {
    Object.assign(this, { page, number, say: page.say });
    this.info = page.get("_runs")[number];
    this.parameters = floats(film.parameters);
    this.losses = floats(film.losses);
    this.rates = floats(film.rates);
    this.heights = { linear: singles(film.linear), logarithmic: singles(film.logarithmic) };
    this.values = new Float64Array(page.get("_names").length);
    this.targets = page.get("_targets");
    this.build();
  }

  build() {
    this.title = make("h2", {}, this.info.name);
    this.told = make("p", { class: "bpv-told" });
    this.drawing = make("div", { class: "bpv-drawing", tabindex: "0", role: "group", "aria-label": this.say("trainer.network", { name: this.info.name }) });
    this.picture = new Drawing(this.drawing, this.page.get("_drawings"), this.page.get("_drawn"));
    this.summary = make("p", { class: "bpv-summary" });
    this.table = make("table", { class: "bpv-samples" });
    this.list = make("div", { class: "bpv-list", tabindex: "0", role: "group", "aria-label": this.say("trainer.samples") }, this.table);
    this.open = make("button", { type: "button", class: "bpv-to-stepper" }, this.say("trainer.open"));
    this.folds = new Folds({ uid: `${this.page.uid}r${this.number}`, say: this.say }, [["samples", this.say("trainer.samples"), this.list]], () => this.fit());
    this.folds.row.append(this.open);
    this.element = make("section", { class: `bpv-run bpv-run-${this.number}`, "aria-label": this.info.name },
      make("div", { class: "bpv-run-head" }, this.title, this.told), this.summary, this.drawing, this.folds.element);
  }

  // The drawing that fits its place; its numbers come with the next showing.
  fit() {
    if (this.picture.fit()) this.page.show();
  }

  at(epoch) { return Math.min(epoch, this.info.epochs); }

  // The parameters of an epoch, put where the program expects them.
  put(epoch) {
    const { length } = this.targets;
    const first = this.at(epoch) * length;
    for (let k = 0; k < length; k += 1) this.values[this.targets[k]] = this.parameters[first + k];
  }

  forward(program, sample) {
    const inputs = this.page.get("_inputs");
    const given = this.page.get("_samples")[sample];
    inputs.forEach((n, k) => { this.values[n] = given[k]; });
    program.forward(this.values);
  }

  show(program, epoch, sample) {
    this.put(epoch);
    this.showSamples(program, sample);
    this.forward(program, sample);
    this.picture.showLines(this.values, program.lineWidth);
    this.picture.showNumbers((n) => numberText(this.values[n], 4), 0);
    const here = this.at(epoch);
    const count = this.page.get("_samples").length;
    const blanks = { count, epoch: here, error: numberText(this.losses[here], 6), rate: numberText(this.rates[here], 4) };
    const ended = here < epoch ? this.say("trainer.ended", { stopped: this.info.stopped }) : "";
    this.told.textContent = this.say(count > 1 ? "trainer.told_mean" : "trainer.told", blanks) + ended;
  }

  showSamples(program, chosen) {
    const samples = this.page.get("_samples");
    const outputs = this.page.get("_outputs");
    const listed = this.page.get("_listed");
    if (!this.rows) this.buildSamples(samples, outputs, listed);
    const answers = this.page.get("_answers");
    let right = 0;
    for (let s = 0; s < samples.length; s += 1) {
      this.forward(program, s);
      const out = outputs.map((n) => this.values[n]);
      if (answers) right += program[`right${answers[s]}`](out);
      if (s >= listed) continue;
      const row = this.rows[s];
      row.element.classList.toggle("bpv-chosen", s === chosen);
      out.forEach((value, k) => {
        const text = numberText(value, 4);
        if (row.cells[k].textContent !== text) row.cells[k].textContent = text;
        row.bars[k].style.width = this.part(value);
      });
    }
    const parts = [];
    if (samples.length > listed) parts.push(this.say("trainer.first_of", { listed, count: samples.length }));
    if (answers) parts.push(this.say("trainer.right", { right, count: samples.length }));
    if (samples.length > 1) parts.push(this.say("trainer.drawn", { sample: chosen + 1 }));
    this.summary.textContent = parts.join("; ");
    if (this.curve) this.showCurve(program, samples);
  }

  // For one input and one output: the outputs as a line over the data.
  showCurve(program, samples) {
    const [output] = this.page.get("_outputs");
    const points = this.order.map((s) => {
      this.forward(program, s);
      return `${this.x(samples[s][0]).toFixed(1)},${this.y(this.values[output]).toFixed(1)}`;
    });
    this.curve.setAttribute("points", points.join(" "));
  }

  buildCurve(samples) {
    const inputs = samples.map(([x]) => x);
    const [first, last] = [Math.min(...inputs), Math.max(...inputs)];
    const [low, high] = [this.low - 0.1 * (this.high - this.low), this.high + 0.1 * (this.high - this.low)];
    this.x = (value) => 24 + ((value - first) / (last - first || 1)) * 552;
    this.y = (value) => 190 - (Math.max(-1, Math.min(2, (value - low) / (high - low)))) * 180;
    this.order = inputs.map((_, s) => s).sort((a, b) => inputs[a] - inputs[b]);
    this.curve = makeSVG("polyline", { class: "bpv-curve bpv-curve-0" });
    const dots = samples.map(([x, target]) => makeSVG("circle", { class: "bpv-datum", cx: this.x(x), cy: this.y(target), r: 4 }));
    const picture = makeSVG("svg", { class: "bpv-chart bpv-fit", viewBox: "0 0 600 200", role: "img", "aria-label": this.say("trainer.fit") }, ...dots, this.curve);
    this.drawing.after(picture);
  }

  // How far along its bar a value stands.
  part(value) { return `${Math.max(0, Math.min(1, (value - this.low) / (this.high - this.low))) * 100}%`; }

  buildSamples(samples, outputs, listed) {
    const all = samples.flatMap((sample) => sample.slice(-outputs.length));
    this.low = Math.min(0, ...all);
    this.high = Math.max(1, ...all);
    if (this.page.get("_curve")) this.buildCurve(samples);
    const head = make("tr", {}, ...["sample", "input", "target", "output"].map((word) => make("th", { scope: "col" }, this.say(`trainer.${word}`))));
    this.rows = samples.slice(0, listed).map((sample, s) => {
      const cells = outputs.map(() => make("span", { class: "bpv-value" }));
      const bars = outputs.map(() => make("i"));
      const element = make("tr", {},
        make("th", { scope: "row" }, make("button", { type: "button", "aria-label": this.say("trainer.show_sample", { sample: s + 1 }), onclick: () => this.page.set("sample", s) }, String(s + 1))),
        make("td", {}, sample.slice(0, -outputs.length).map((v) => numberText(v, 3)).join(", ")),
        make("td", {}, sample.slice(-outputs.length).map((v) => numberText(v, 3)).join(", ")),
        make("td", {}, ...outputs.map((_, k) => make("span", { class: "bpv-bar-cell" }, cells[k], make("span", { class: "bpv-meter" }, bars[k], make("b", { style: `left: ${this.part(sample[sample.length - outputs.length + k])}` }))))),
      );
      return { element, cells, bars };
    });
    this.table.append(make("thead", {}, head), make("tbody", {}, ...this.rows.map(({ element }) => element)));
  }
}
