// Training as a film: Python trained and drew the curves; the page moves along them and fills in each epoch's numbers.

import { field, make, makeSVG, select } from "../shared/elements.js";
import { load, localModel } from "../shared/model.js";
import { Player } from "../shared/player.js";
import { TraitLink } from "../shared/traits.js";
import { Widget, shows } from "../shared/widget.js";
import { Page } from "../stepper/stepper.js";
import { Run } from "./run.js";

const FILM = 12000; // milliseconds for all epochs at speed 1
const TELL_EVERY = 250; // milliseconds between messages to the kernel while the film runs
const SLOW_FRAMES = 500; // milliseconds a frame where the reader asks for less motion


class TrainerPage extends Widget {
  constructor(model, el) {
    super(model);
    const { say } = this;
    this.runs = model.get("_films").map((film, number) => new Run(this, number, film));
    this.epochs = Math.max(...this.runs.map((run) => run.info.epochs));
    this.speed = select({ id: `${this.uid}s` }, [0.25, 1, 4].map((x) => [x, `${x}×`]), 1);
    this.scale = select({ id: `${this.uid}l`, onchange: () => this.showChart() }, ["logarithmic", "linear"].map((scale) => [scale, say(`trainer.${scale}`)]));
    this.chart = make("div", { class: "bpv-chart-box" });
    this.link = new TrainerLink(this, { speed: this.speed, scale: this.scale });
    this.player = new Player(this, { back: "trainer.back", next: "trainer.next", to: "trainer.next", slider: "trainer.epoch" });
    this.stepper = make("div", { class: "bpv-inner", hidden: true });
    this.said = make("div", { class: "bpv-live", "aria-live": "polite" });
    const place = make("div");
    this.frame(place, "trainer", this.player.skip,
      make("div", { class: "bpv-bar" }, field(say("trainer.speed"), this.speed), field(say("trainer.error"), this.scale)),
      make("div", { class: "bpv-film" }, this.chart, make("div", { class: `bpv-runs bpv-runs-${this.runs.length}` }, ...this.runs.map((run) => run.element))),
      this.player.element, this.said);
    this.player.present.after(this.link.button, this.link.element);
    el.append(place, this.stepper);
    for (const run of this.runs) run.open.addEventListener("click", () => this.openStepper(run));
  }

  get at() { return this.epoch; }
  get last() { return this.epochs; }
  advance() { this.goTo(this.epoch + 1); }

  placed() {
    if (!this.program) return;
    this.showChart();
    for (const run of this.runs) run.fit();
    this.show();
  }

  get epoch() { return Math.min(this.get("epoch"), this.epochs); }

  async start() {
    this.program = await load(this.get("_program"));
    this.placed();
    this.watch(["epoch", "sample"], () => this.show());
    this.link.follow();
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
    const { clientWidth, clientHeight } = this.chart;
    const charts = this.get("_charts")[this.scale.value];
    const fitting = charts.find(({ width, height, least }) => Math.min(clientWidth / width, clientHeight / height) >= least) ?? charts[charts.length - 1];
    const { svg, left, right, top, bottom } = fitting;
    Object.assign(this, { left, right, top, bottom });
    this.chart.innerHTML = svg;
    this.cursor = makeSVG("line", { class: "bpv-cursor", y1: top, y2: bottom });
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
      this.dots[k].setAttribute("cy", this.top + run.heights[this.scale.value][at] * (this.bottom - this.top));
      run.show(this.program, epoch, this.get("sample"));
    });
    this.player.show(epoch, this.epochs, this.say("trainer.at", { epoch, count: this.epochs }), 0);
    if (!this.ticking) this.said.textContent = this.runs.map((run) => `${run.info.name}: ${run.told.textContent}`).join(". ");
  }

  // Time drives the film, so a slow page skips epochs instead of falling behind.
  setPlaying(on) {
    cancelAnimationFrame(this.ticking);
    this.ticking = 0;
    if (on) {
      if (this.epoch === this.epochs) this.goTo(0);
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      let before = performance.now();
      this.position = this.epoch;
      const tick = (now) => {
        this.ticking = requestAnimationFrame(tick);
        if (calm && now - before < SLOW_FRAMES) return;
        this.position += ((now - before) / FILM) * Math.max(this.epochs, 1) * Number(this.speed.value);
        before = now;
        this.goTo(Math.floor(this.position), true);
        if (this.position >= this.epochs) this.setPlaying(false);
      };
      this.ticking = requestAnimationFrame(tick);
    } else this.model.save_changes();
    this.player.showPlaying(on);
    if (this.program && !on) this.show();
  }

  // The stepper that Python prepared, with this epoch's numbers in it.
  async openStepper(run) {
    this.setPlaying(false);
    if (this.stage.presenting) this.stage.present(false); // it stands below
    const state = { ...this.get("_steppers")[run.number] };
    run.put(this.epoch);
    const samples = this.get("_samples");
    const sample = samples[this.get("sample")];
    const whole = this.get("_whole");
    const at = { parameter: 0, sample: 0 };
    const given = state._limits.map(({ group }, n) => {
      if (group === "rate") return run.rates[run.at(this.epoch)];
      if (group === "parameter") return run.values[run.targets[at.parameter++]];
      return whole ? state._anchors[0][1][n] : sample[at.sample++];
    });
    Object.assign(state, { _anchors: [[0, given]], _start: given, learning_rate: run.rates[run.at(this.epoch)], step: 0, iteration: 0, _link: null }); // an address is the trainer's
    this.inner?.stop();
    const what = this.say(whole ? "trainer.the_batch" : "trainer.the_sample", { sample: this.get("sample") + 1 });
    const step = this.say(run.info.plain && whole ? "trainer.the_update" : "trainer.plain_step");
    const title = this.say("trainer.heading", { name: run.info.name, epoch: run.at(this.epoch), step, what });
    const heading = make("h2", { tabindex: "-1" }, title);
    const place = make("div");
    const note = make("p", {}, run.info.note);
    this.stepper.replaceChildren(heading, note, place);
    this.stepper.hidden = false;
    this.inner = new Page(localModel(state), place);
    await this.inner.open();
    heading.focus();
    heading.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.target.matches("select") || event.altKey || event.ctrlKey || event.metaKey) return;
    if (this.player.key(event) || event.key !== " " || event.target.matches("button")) return;
    this.setPlaying(!this.ticking);
    event.preventDefault();
  }

  stop() {
    cancelAnimationFrame(this.ticking);
    this.inner?.stop();
    super.stop();
  }
}

class TrainerLink extends TraitLink {
  // What is hidden is hidden in the stepper that was opened too.
  opened() {
    super.opened();
    const { inner, stepper } = this.page;
    stepper.classList.toggle("bpv-no-present", this.hidden.includes("present"));
    if (!this.hidden.includes("open")) return;
    inner?.stop();
    stepper.hidden = true;
  }
}

export default shows(TrainerPage);
