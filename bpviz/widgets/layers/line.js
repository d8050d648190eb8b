// A step's formula as a line of pictures, with signs between them.

import { make, mathElement } from "../shared/elements.js";
import { Picture } from "./picture.js";

const [ENOUGH, LEAST] = [90, 22]; // pixels; where a wide picture would be narrower they go on on another line, or are cut
const MOST_LINES = 3;
const [GAP, BORDERS] = [10, 2]; // pixels between pictures and signs, and round a picture

export class Line {
  // `page` has get, say, the matrices m, the place of what is derived beside, and what `Picture` needs.
  constructor(page) {
    this.page = page;
    this.pictures = [];
    this.element = make("div", { class: "bpv-matrices", role: "group", "aria-label": page.say("layers.pictures") });
  }

  show(parts) {
    this.pictures = [];
    this.element.replaceChildren(...parts.map((part) => this.part(part)));
  }

  showNumbers() {
    for (const picture of this.pictures) picture.show();
    this.mark();
  }

  // A picture of the line, or what stands between two.
  part({ matrix, turned, label, sign }) {
    if (matrix === undefined) {
      const between = make("span", { class: "bpv-sign" }, sign ?? "");
      if (label) between.append(mathElement(label));
      return between;
    }
    const picture = new Picture(this.page, { matrix, turned });
    this.pictures.push(picture);
    return picture.element;
  }

  // As large as they fit; where even small ones do not, nothing is said under them but their names.
  place() {
    const { element } = this;
    if (!element.clientWidth || !this.page.m || !this.pictures.length) return;
    element.classList.remove("bpv-tight");
    if (!this.fit()) {
      element.classList.add("bpv-tight");
      this.fit();
    }
    this.mark();
  }

  // Side by side; where that would be too small, on several lines.
  fit() {
    const { clientWidth, clientHeight } = this.element;
    const signs = [...this.element.querySelectorAll(".bpv-sign")];
    const between = signs.reduce((sum, sign) => sum + sign.offsetWidth, 0) + (signs.length + this.pictures.length) * GAP;
    const captions = this.pictures.map(({ element }) => element.lastChild.offsetWidth);
    this.element.style.setProperty("--caption", "auto");
    const caption = Math.max(...this.pictures.map(({ element }) => element.lastChild.offsetHeight));
    this.element.style.setProperty("--caption", `${caption}px`); // so that pictures stand at one height
    const below = caption + GAP;
    for (let lines = 1; lines <= MOST_LINES; lines += 1) {
      const height = Math.max(LEAST, clientHeight / lines - below);
      for (let most = clientWidth - GAP; most >= (lines < MOST_LINES ? ENOUGH : LEAST); most *= 0.94) {
        const widths = this.pictures.map((picture, n) => Math.max(picture.size(most, height).width + BORDERS, captions[n]));
        if (widths.reduce((sum, width) => sum + width, between) > lines * clientWidth) continue;
        for (const picture of this.pictures) picture.place();
        if (this.element.scrollHeight <= clientHeight + 1) return true;
      }
    }
    return false;
  }

  // What belongs to the entry that is open beside is marked in every picture.
  mark() {
    const { page } = this;
    if (!page.place) return;
    const { matrix, row, column } = page.place;
    const [kind, layer] = page.get("_matrices")[matrix].opens;
    for (const picture of this.pictures) {
      const [other, at] = page.get("_matrices")[picture.name].opens ?? [];
      if (other === kind && at === layer) picture.markAt(row, column);
      else if (other === "unit" && at === layer) picture.markAt(row, page.chosen);
      else if (kind === "weights" && ((other === "unit" && at === layer - 1) || (other === "input" && layer === 1))) picture.markAt(column, page.chosen);
      else if (kind === "weights" && other === "weights" && at === layer + 1) picture.markAt(null, row);
      else picture.markAt();
    }
  }

  // The colours of the theme, as numbers.
  readColours() {
    const pen = make("canvas").getContext("2d");
    const style = getComputedStyle(this.element);
    this.page.colours = Object.fromEntries(["plus", "minus"].map((name) => {
      pen.fillStyle = style.getPropertyValue(`--${name}`).trim();
      return [name, [1, 3, 5].map((n) => parseInt(pen.fillStyle.slice(n, n + 2), 16))];
    }));
  }
}
