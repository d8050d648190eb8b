// Training as a film: Python trained and drew the curves; the page moves along them and fills in each epoch's numbers.

import { Drawing } from "../shared/drawing.js";
import { field, icon, iconButton, make, makeSVG } from "../shared/elements.js";
import { load, localModel, onChange } from "../shared/model.js";
import { numberText } from "../shared/numbers.js";
import { Page } from "../stepper/page.js";

const FILM = 12000; // milliseconds for all epochs at speed 1
const TELL_EVERY = 250; // milliseconds between messages to the kernel while the film runs
const SLOW_FRAMES = 500; // milliseconds a frame where the reader asks for less motion

const floats = (view) => new Float64Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
const singles = (view) => new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

class Run {
  constructor(model, number, film) {
    this.info = model.get("_runs")[number];
    this.parameters = floats(film.parameters);
    this.losses = floats(film.losses);
    this.rates = floats(film.rates);
    this.heights = { linear: singles(film.linear), logarithmic: singles(film.logarithmic) };
    this.model = model;
    this.number = number;
    this.values = new Float64Array(model.get("_names").length);
    this.place = new Map(model.get("_names").map((name, n) => [name, n]));
    this.targets = this.info.parameters.map((name) => this.place.get(name));
    this.build();
  }

  build() {
    this.title = make("h2", {}, this.info.name);
    this.told = make("p", { class: "bpv-told" });
    this.drawing = make("div", { class: "bpv-drawing", tabindex: "0", role: "group", "aria-label": `The network of ${this.info.name}` });
    this.picture = new Drawing(this.drawing, this.model.get("_svg"));
    this.table = make("table", { class: "bpv-samples" });
    this.list = make("div", { class: "bpv-list", tabindex: "0", role: "group", "aria-label": "Samples" }, this.table);
    this.open = make("button", { type: "button" }, "Open the stepper on this update");
    this.element = make("section", { class: `bpv-run bpv-run-${this.number}`, "aria-label": this.info.name },
      this.title, this.told, this.drawing, this.list, make("p", {}, this.open));
  }

  at(epoch) {
    return Math.min(epoch, this.info.epochs);
  }

  // The parameters of an epoch, put where the program expects them.
  put(epoch) {
    const { length } = this.targets;
    const first = this.at(epoch) * length;
    for (let k = 0; k < length; k += 1) this.values[this.targets[k]] = this.parameters[first + k];
  }

  forward(program, sample) {
    const inputs = this.model.get("_inputs");
    const given = this.model.get("_samples")[sample];
    inputs.forEach((n, k) => { this.values[n] = given[k]; });
    program.forward(this.values);
  }

  show(program, epoch, sample) {
    this.put(epoch);
    this.showSamples(program, sample);
    this.forward(program, sample);
    const value = (name) => this.values[this.place.get(name)];
    this.picture.showLines(value);
    this.picture.showNumbers(({ dataset: { n } }) => (this.place.has(n) ? numberText(value(n), 4) : undefined));
    const here = this.at(epoch);
    const ended = here < epoch ? `, ended there: ${this.info.stopped}` : "";
    this.told.textContent = `Epoch ${here}: E = ${numberText(this.losses[here], 6)}, learning rate ${numberText(this.rates[here], 4)}${ended}`;
  }

  showSamples(program, chosen) {
    const samples = this.model.get("_samples");
    const outputs = this.model.get("_outputs");
    const listed = this.model.get("_listed");
    if (!this.rows) this.buildSamples(samples, outputs, listed);
    let right = 0;
    for (let s = 0; s < samples.length; s += 1) {
      this.forward(program, s);
      const out = outputs.map((n) => this.values[n]);
      const wanted = samples[s].slice(-outputs.length);
      if (this.isRight(out, wanted)) right += 1;
      if (s >= listed) continue;
      const row = this.rows[s];
      row.element.classList.toggle("bpv-chosen", s === chosen);
      out.forEach((value, k) => {
        const text = numberText(value, 4);
        if (row.cells[k].textContent !== text) row.cells[k].textContent = text;
        row.bars[k].style.width = `${Math.max(0, Math.min(1, (value - this.low) / (this.high - this.low))) * 100}%`;
      });
    }
    const parts = [];
    if (samples.length > listed) parts.push(`the first ${listed} of ${samples.length} samples`);
    if (this.model.get("_classes")) parts.push(`${right} of ${samples.length} right`);
    this.summary.textContent = parts.join("; ");
    if (this.curve) this.showCurve(program, samples);
  }

  // For one input and one output: the outputs as a line over the data.
  showCurve(program, samples) {
    const [output] = this.model.get("_outputs");
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
    const picture = makeSVG("svg", { class: "bpv-chart bpv-fit", viewBox: "0 0 600 200", role: "img", "aria-label": "The outputs as a line, the targets as dots" }, ...dots, this.curve);
    this.list.before(picture);
  }

  // For targets of 0 and 1: the largest output, or the side of one half, is the answer.
  isRight(out, wanted) {
    if (out.length === 1) return out[0] > 0.5 === wanted[0] > 0.5;
    return out.indexOf(Math.max(...out)) === wanted.indexOf(Math.max(...wanted));
  }

  buildSamples(samples, outputs, listed) {
    const all = samples.flatMap((sample) => sample.slice(-outputs.length));
    this.low = Math.min(0, ...all);
    this.high = Math.max(1, ...all);
    if (outputs.length === 1 && samples[0].length === 2 && samples.length > 2) this.buildCurve(samples);
    const part = (value) => Math.max(0, Math.min(1, (value - this.low) / (this.high - this.low))) * 100;
    this.summary = make("caption", {});
    const head = make("tr", {}, make("th", { scope: "col" }, "Sample"), make("th", { scope: "col" }, "Input"), make("th", { scope: "col" }, "Target"), make("th", { scope: "col" }, "Output"));
    this.rows = samples.slice(0, listed).map((sample, s) => {
      const cells = outputs.map(() => make("span", { class: "bpv-value" }));
      const bars = outputs.map(() => make("i"));
      const element = make("tr", {},
        make("th", { scope: "row" }, make("button", { type: "button", "aria-label": `Show sample ${s + 1}`, onclick: () => this.choose(s) }, String(s + 1))),
        make("td", {}, sample.slice(0, -outputs.length).map((v) => numberText(v, 3)).join(", ")),
        make("td", {}, sample.slice(-outputs.length).map((v) => numberText(v, 3)).join(", ")),
        make("td", {}, ...outputs.map((_, k) => make("span", { class: "bpv-bar-cell" }, cells[k], make("span", { class: "bpv-meter" }, bars[k], make("b", { style: `left: ${part(sample[sample.length - outputs.length + k])}%` }))))),
      );
      return { element, cells, bars };
    });
    this.table.append(this.summary, make("thead", {}, head), make("tbody", {}, ...this.rows.map(({ element }) => element)));
  }

  choose(sample) {
    this.model.set("sample", sample);
    this.model.save_changes();
  }
}

class TrainerPage {
  constructor(model, el) {
    this.model = model;
    this.runs = model.get("_films").map((film, number) => new Run(model, number, film));
    this.epochs = Math.max(...this.runs.map((run) => run.info.epochs));
    this.play = iconButton("play", "Play", () => this.setPlaying(!this.frame));
    this.slider = make("input", { type: "range", min: "0", max: this.epochs, "aria-label": "Epoch", oninput: () => this.goTo(Number(this.slider.value)) });
    this.counter = make("span", { class: "bpv-counter" });
    const uid = `bpv${Math.random().toString(36).slice(2)}`;
    this.speed = make("select", { id: `${uid}s` }, ...[0.25, 1, 4].map((x) => make("option", { value: x, selected: x === 1 }, `${x}×`)));
    this.scale = make("select", { id: `${uid}l`, onchange: () => this.showChart() }, make("option", { value: "logarithmic" }, "logarithmic"), make("option", { value: "linear" }, "linear"));
    this.chart = make("div", { class: "bpv-chart-box" });
    const controls = make("div", { class: "bpv-controls" },
      iconButton("first", "First epoch", () => this.goTo(0)), iconButton("back", "Previous epoch", () => this.goTo(this.epoch - 1)), this.play,
      iconButton("next", "Next epoch", () => this.goTo(this.epoch + 1)), iconButton("last", "Last epoch", () => this.goTo(this.epochs)),
      this.slider, this.counter, field("Speed", this.speed), field("Error", this.scale));
    this.stepper = make("div", { class: "bpv-inner", hidden: true });
    this.said = make("div", { class: "bpv-live", "aria-live": "polite" });
    this.root = make("div", { class: "bpv bpv-trainer", tabindex: "-1", role: "group", "aria-label": model.get("_title"), "data-lm-suppress-shortcuts": "true" },
      this.chart, controls, make("div", { class: `bpv-runs bpv-runs-${this.runs.length}` }, ...this.runs.map((run) => run.element)), this.stepper, this.said);
    for (const run of this.runs) run.open.addEventListener("click", () => this.openStepper(run));
    this.root.addEventListener("keydown", (event) => this.key(event));
    el.append(this.root);
  }

  get epoch() {
    return Math.min(this.model.get("epoch"), this.epochs);
  }

  async start() {
    this.program = await load(this.model.get("_program"));
    this.showChart();
    onChange(this.model, ["epoch", "sample"], () => this.show());
  }

  goTo(epoch, quietly = false) {
    const wanted = Math.max(0, Math.min(this.epochs, epoch));
    if (!quietly) this.position = wanted; // a film that is running goes on from there
    if (wanted === this.epoch) return;
    this.model.set("epoch", wanted);
    const now = performance.now();
    if (quietly && now - (this.told ?? 0) < TELL_EVERY) return;
    this.told = now;
    this.model.save_changes();
  }

  showChart() {
    const { svg, left, right } = this.model.get("_charts")[this.scale.value];
    this.chart.innerHTML = svg;
    this.left = left;
    this.right = right;
    this.cursor = makeSVG("line", { class: "bpv-cursor", y1: 12, y2: 220 });
    this.dots = this.runs.map((run) => makeSVG("circle", { class: `bpv-dot bpv-dot-${run.number}`, r: 5 }));
    this.chart.firstChild.append(this.cursor, ...this.dots);
    this.show();
  }

  show() {
    const { epoch } = this;
    const x = (n) => this.left + (n / Math.max(this.epochs, 1)) * (this.right - this.left);
    this.cursor.setAttribute("x1", x(epoch));
    this.cursor.setAttribute("x2", x(epoch));
    this.runs.forEach((run, k) => {
      const at = run.at(epoch);
      this.dots[k].setAttribute("cx", x(at));
      this.dots[k].setAttribute("cy", run.heights[this.scale.value][at]);
      run.show(this.program, epoch, this.model.get("sample"));
    });
    this.slider.value = String(epoch);
    this.counter.textContent = `${epoch} / ${this.epochs}`;
    this.slider.setAttribute("aria-valuetext", `Epoch ${epoch} of ${this.epochs}`);
    if (!this.frame) this.said.textContent = this.runs.map((run) => `${run.info.name}: ${run.told.textContent}`).join(". ");
  }

  // Time drives the film, so a slow page skips epochs instead of falling behind.
  setPlaying(on) {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (on) {
      if (this.epoch === this.epochs) this.goTo(0);
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      let before = performance.now();
      this.position = this.epoch;
      const tick = (now) => {
        this.frame = requestAnimationFrame(tick);
        if (calm && now - before < SLOW_FRAMES) return;
        this.position += ((now - before) / FILM) * Math.max(this.epochs, 1) * Number(this.speed.value);
        before = now;
        this.goTo(Math.floor(this.position), true);
        if (this.position >= this.epochs) this.setPlaying(false);
      };
      this.frame = requestAnimationFrame(tick);
    } else this.model.save_changes();
    this.play.replaceChildren(icon(on ? "pause" : "play"));
    this.play.setAttribute("aria-label", on ? "Pause" : "Play");
    this.play.title = on ? "Pause" : "Play";
    if (this.program && !on) this.show();
  }

  // The stepper that Python prepared, with this epoch's numbers in it.
  async openStepper(run) {
    this.setPlaying(false);
    const state = { ...this.model.get("_steppers")[run.number] };
    run.put(this.epoch);
    const samples = this.model.get("_samples");
    const sample = samples[this.model.get("sample")];
    const isBatch = state._names[0].includes("(");
    const given = state._limits.map((_, n) => {
      const name = state._names[n];
      if (name === "learning_rate") return run.rates[run.at(this.epoch)];
      if (run.place.has(name) && !run.model.get("_inputs").includes(run.place.get(name))) return run.values[run.place.get(name)];
      return isBatch ? state._anchors[0][1][n] : sample[run.model.get("_inputs").indexOf(run.place.get(name))];
    });
    Object.assign(state, { _anchors: [[0, given]], _start: given, learning_rate: run.rates[run.at(this.epoch)], step: 0, iteration: 0 });
    this.inner?.stop();
    const what = isBatch ? "the whole batch" : `sample ${this.model.get("sample") + 1}`;
    const heading = make("h2", { tabindex: "-1" }, `${run.info.name}, epoch ${run.at(this.epoch)}: ${run.info.plain && isBatch ? "the update" : "a plain gradient step"} of ${what}`);
    const place = make("div");
    const note = make("p", {}, run.info.note);
    this.stepper.replaceChildren(heading, note, place);
    this.stepper.hidden = false;
    this.inner = new Page(localModel(state), place);
    await this.inner.start();
    heading.focus();
    heading.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    event.stopPropagation();
    if (event.target.closest(".bpv-inner") || event.target.matches("select") || event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (by) this.goTo(this.epoch + by);
    else if (event.key === " " && !event.target.matches("button")) this.setPlaying(!this.frame);
    else return;
    event.preventDefault();
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.inner?.stop();
  }
}

async function render({ model, el }) {
  const page = new TrainerPage(model, el);
  await page.start();
  return () => page.stop();
}

export default { render };
