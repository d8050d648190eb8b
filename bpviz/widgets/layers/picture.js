// A matrix as a picture: a square for each entry, its colour the sign, its strength the size.

import { make, mathElement } from "../shared/elements.js";
import { numberText } from "../shared/numbers.js";

const CELL = 30; // pixels; no square is larger
const THINNEST = 14; // pixels; no picture is narrower or lower
const SMALLEST_MARK = 7; // pixels
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const RANGE_DIGITS = 3;

export class Picture {
  // `shown` is {matrix, turned}; `page` has get, say, the matrices m, colours, point(picture, row, column) and press(picture, row, column).
  constructor(page, { matrix, turned }) {
    Object.assign(this, { page, name: matrix, turned, cursor: [0, 0] });
    const { label, text } = page.get("_matrices")[matrix];
    const image = page.get("_picture");
    this.image = matrix === "input" && !turned && image.length && !page.get("_batch") ? image : null;
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.mark = make("div", { class: "bpv-matrix-mark", "data-over": "", hidden: true });
    this.here = make("div", { class: "bpv-matrix-mark bpv-matrix-here", "data-over": "", hidden: true });
    Object.assign(this, { text, label });
    const listening = { onkeydown: (event) => this.key(event), onfocus: () => this.point(), onblur: () => { this.here.hidden = true; } };
    this.box = make("div", { class: "bpv-matrix", tabindex: "0", role: "application", ...listening }, this.canvas, this.mark, this.here);
    this.range = make("span", { class: "bpv-matrix-range" });
    this.shapeText = make("span", { class: "bpv-matrix-range" });
    const title = make("span", { class: "bpv-matrix-label" });
    const math = mathElement(turned ? `<msup>${label}<mi>T</mi></msup>` : label);
    math.setAttribute("displaystyle", "true"); // so that a fraction is not set smaller
    title.append(math);
    this.element = make("figure", { class: "bpv-matrix-figure" }, this.box, make("figcaption", {}, title, this.shapeText, this.range));
    this.box.addEventListener("pointermove", (event) => this.point(this.placeAt(event)));
    this.box.addEventListener("pointerleave", () => { if (document.activeElement !== this.box) this.page.point(null); this.here.hidden = document.activeElement !== this.box; });
    this.box.addEventListener("click", (event) => { this.point(this.placeAt(event)); this.press(); });
  }

  get matrix() { return this.page.m[this.name]; }

  // Rows and columns as they are drawn.
  get shape() {
    const { rows, columns } = this.matrix;
    return this.image ?? (this.turned ? [columns, rows] : [rows, columns]);
  }

  // The entry that is drawn at a place, and where an entry is drawn.
  entryAt([i, j]) { return this.image ? [i * this.image[1] + j, 0] : this.turned ? [j, i] : [i, j]; }
  drawnAt([row, column]) { return this.image ? [Math.floor(row / this.image[1]), row % this.image[1]] : this.turned ? [column, row] : [row, column]; }

  // As large as fits in that place.  Pictures with as many rows are equally high, so that their rows stand side by
  // side; an image has squares.
  size(width, height) {
    const [rows, columns] = this.shape;
    const stretched = (count, room, cell) => Math.round(Math.min(room, Math.max(count * cell, Math.min(THINNEST, room))));
    const square = Math.min(CELL, width / columns, height / rows);
    const cell = this.image ? square : CELL;
    this.fits = { width: stretched(columns, width, cell), height: stretched(rows, height, cell) };
    return this.fits;
  }

  place() {
    const { width, height } = this.fits;
    const single = this.matrix.data.length === 1;
    Object.assign(this.box.style, single ? { width: "auto", height: "auto" } : { width: `${width}px`, height: `${height}px` });
    const [rows, columns] = this.shape;
    this.canvas.style.imageRendering = width < columns || height < rows ? "auto" : "pixelated";
  }

  show() {
    const { data } = this.matrix;
    const [rows, columns] = this.shape;
    if (this.canvas.width !== columns || this.canvas.height !== rows) Object.assign(this.canvas, { width: columns, height: rows });
    const pen = this.canvas.getContext("2d");
    const picture = pen.createImageData(columns, rows);
    let [low, high] = [Infinity, -Infinity];
    for (const value of data) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
    const { plus, minus } = this.page.colours;
    for (let i = 0, n = 0; i < rows; i += 1) {
      for (let j = 0; j < columns; j += 1, n += 4) {
        const value = data[this.turned ? j * rows + i : i * columns + j];
        const colour = value < 0 ? minus : plus;
        for (let k = 0; k < 3; k += 1) picture.data[n + k] = colour[k];
        picture.data[n + 3] = Math.round((Math.abs(value) / most) * 255);
      }
    }
    pen.putImageData(picture, 0, 0);
    this.tell(low, high);
  }

  // The range under the picture, and in words the range and the largest entries.
  tell(low, high) {
    const { page } = this;
    const { rows, columns } = this.matrix;
    const [least, most] = [low, high].map((value) => numberText(value, RANGE_DIGITS));
    const shape = page.say("layers.shape", { rows, cols: columns });
    const named = (place) => (columns === 1 ? String(place[0] + 1) : `[${place[0] + 1},${place[1] + 1}]`);
    const largest = page.course.module.largest(this.matrix, page.get("_bounds").named);
    const entries = largest.map((place) => page.say("layers.largest_entry", { value: numberText(this.matrix.data[place[0] * columns + place[1]], RANGE_DIGITS), place: named(place) })).join(", ");
    const single = rows * columns === 1;
    this.box.classList.toggle("bpv-single", single);
    this.box.dataset.value = single ? numberText(low, page.get("digits")) : "";
    this.shapeText.textContent = single ? "" : this.turned ? page.say("layers.shape", { rows: columns, cols: rows }) : shape;
    this.range.textContent = single ? "" : `${least} … ${most}`;
    this.words = `${page.say("layers.low_high", { low: least, high: most })}; ${page.say("layers.largest", { entries })}`;
    this.box.setAttribute("aria-label", `${this.text}, ${shape}, ${this.words}. ${page.say("layers.keys")}`);
    this.box.title = this.words;
  }

  // --- pointing at an entry ---

  placeAt(event) {
    const { left, top, width, height } = this.box.getBoundingClientRect();
    const [rows, columns] = this.shape;
    const within = (share, count) => Math.max(0, Math.min(count - 1, Math.floor(share * count)));
    return [within((event.clientY - top) / height, rows), within((event.clientX - left) / width, columns)];
  }

  point(place = this.cursor) {
    this.cursor = place;
    this.outline(this.here, this.entryAt(place));
    this.page.point(this, ...this.entryAt(place));
  }

  press() { this.page.press(this, ...this.entryAt(this.cursor)); }

  key(event) {
    const by = MOVES[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (by) {
      const [rows, columns] = this.shape;
      const [i, j] = [this.cursor[0] + by[0], this.cursor[1] + by[1]];
      if (i >= 0 && j >= 0 && i < rows && j < columns) this.point([i, j]);
    } else if (event.key === "Enter") this.press();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Marks the entry, the row or the column that belongs to what is derived beside; null stands for all.
  markAt(row, column) {
    this.mark.hidden = row === undefined;
    if (row !== undefined) this.outline(this.mark, [row, column]);
  }

  outline(mark, [row, column]) {
    const [rows, columns] = this.shape;
    const { width, height } = this.fits ?? { width: 0, height: 0 };
    const whole = row === null || column === null;
    const drawn = this.drawnAt([row ?? 0, column ?? 0]);
    const all = [this.turned ? column === null : row === null, this.turned ? row === null : column === null];
    const spans = [[drawn[0], rows, height, whole && all[0]], [drawn[1], columns, width, whole && all[1]]].map(([at, count, length, isAll]) => {
      if (isAll) return [0, length];
      const cell = length / count;
      const size = Math.max(cell, Math.min(SMALLEST_MARK, length));
      return [Math.max(0, Math.min(length - size, (at + 0.5) * cell - size / 2)), size];
    });
    Object.assign(mark.style, { top: `${spans[0][0]}px`, height: `${spans[0][1]}px`, left: `${spans[1][0]}px`, width: `${spans[1][1]}px` });
    mark.hidden = false;
  }
}
