// A pad to draw the inputs on, with mouse or finger, where they are a picture; and what the network makes of it.

import { make } from "../shared/elements.js";
import { numberText } from "../shared/numbers.js";

const FINE = 4; // so many points of the pen to a side of each square
const THICK = 1.1; // squares; the pen
const ROUND = 0.1; // of the pad, left free round what is drawn
const SHARE_DIGITS = 3;

export class Pad {
  // `page` has get, say, m and draw(values), which takes the picture row by row, from 0 to 1.
  constructor(page) {
    this.page = page;
    [this.rows, this.columns] = page.get("_picture");
    const { say } = page;
    this.canvas = make("canvas", { width: this.columns * FINE, height: this.rows * FINE, class: "bpv-pad", role: "img", "aria-label": say("layers.pad"), style: `aspect-ratio: ${this.columns} / ${this.rows}` });
    this.clear = make("button", { type: "button", onclick: () => this.begin() }, say("layers.clear"));
    this.answers = make("div", { class: "bpv-answers" });
    const how = say(page.get("_classes") ? "layers.pad_meant" : "layers.pad_how");
    this.element = make("div", { class: "bpv-pad-fold" }, make("p", {}, how), make("div", { class: "bpv-pad-side" }, this.canvas, this.clear), this.answers);
    this.strokes = [];
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      event.preventDefault();
      this.strokes.push([this.at(event)]);
      this.paint();
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!event.buttons || !this.strokes.length) return;
      this.strokes.at(-1).push(this.at(event));
      this.paint();
    });
    this.canvas.addEventListener("pointerup", () => this.read());
  }

  // Where the pen is, as parts of the pad.
  at(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  }

  // Back to the picture that was given.
  begin() {
    this.strokes = [];
    this.page.draw(null);
  }

  // Where nothing is drawn, the picture that is read stands there.
  picture() {
    const { data, columns } = this.page.m.input;
    const pen = this.canvas.getContext("2d", { willReadFrequently: true });
    const most = Math.max(...data.map(Math.abs)) || 1;
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (let n = 0; n < this.rows * this.columns; n += 1) {
      const share = Math.max(0, data[n * columns + this.page.chosen]) / most;
      pen.fillStyle = `rgba(${this.page.colours.plus},${share})`;
      pen.fillRect((n % this.columns) * FINE, Math.floor(n / this.columns) * FINE, FINE, FINE);
    }
  }

  // What is drawn fills the pad, as the pictures that such networks learn from do.
  filling() {
    const points = this.strokes.flat();
    const [left, top] = [0, 1].map((axis) => Math.min(...points.map((point) => point[axis])));
    const [wide, high] = [0, 1].map((axis) => Math.max(...points.map((point) => point[axis])) - [left, top][axis]);
    const scale = (1 - 2 * ROUND) / Math.max(wide, high, ROUND);
    return this.strokes.map((stroke) => stroke.map(([x, y]) => [0.5 + (x - left - wide / 2) * scale, 0.5 + (y - top - high / 2) * scale]));
  }

  paint(strokes = this.strokes) {
    const { width, height } = this.canvas;
    const pen = this.canvas.getContext("2d", { willReadFrequently: true });
    pen.clearRect(0, 0, width, height);
    Object.assign(pen, { lineWidth: THICK * FINE, lineCap: "round", lineJoin: "round", strokeStyle: `rgb(${this.page.colours.plus})` });
    for (const [first, ...more] of strokes) {
      pen.beginPath();
      pen.moveTo(first[0] * width, first[1] * height);
      for (const [x, y] of more.length ? more : [first]) pen.lineTo(x * width, y * height);
      pen.stroke();
    }
    return pen.getImageData(0, 0, width, height).data;
  }

  // How much of each square the pen has covered.
  read() {
    if (!this.strokes.length) return;
    const points = this.paint(this.filling());
    const values = Array.from({ length: this.rows * this.columns }, () => 0);
    for (let i = 0; i < this.rows * FINE; i += 1) {
      for (let j = 0; j < this.columns * FINE; j += 1) {
        values[Math.floor(i / FINE) * this.columns + Math.floor(j / FINE)] += points[(i * this.columns * FINE + j) * 4 + 3] / 255 / (FINE * FINE);
      }
    }
    this.page.draw(values);
  }

  // The outputs as bars, the largest marked, and what was meant.
  show() {
    if (!this.page.course.isRedrawn) this.strokes = [];
    if (!this.strokes.length) this.picture();
    const { data } = this.page.outputs;
    const most = Math.max(...data);
    const meant = this.page.meant;
    this.answers.replaceChildren(...Array.from(data, (value, n) => {
      const looks = `bpv-answer${value === most ? " bpv-largest" : ""}${n === meant ? " bpv-meant" : ""}`;
      const parts = [make("span", {}, String(n)), make("span", { class: "bpv-answer-bar", style: `--share: ${Math.max(0, value) / (most || 1)}` }), make("span", {}, numberText(value, SHARE_DIGITS))];
      if (meant === null) return make("div", { class: looks }, ...parts);
      return make("button", { type: "button", class: looks, "aria-pressed": String(n === meant), onclick: () => this.page.mean(n) }, ...parts);
    }));
  }
}
