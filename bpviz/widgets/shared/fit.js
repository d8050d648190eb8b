// Sets an equation as large as its place allows; where a side is too wide for its line, it goes on on the next one,
// before an operator, under the first after the equals sign.

import { mathElement } from "./elements.js";

const LARGEST = 1.7; // of the type round it
const COMFORTABLE = 1.15; // down to here smaller type is better than another line
const SMALLEST = 0.76;
const STEP = 0.05;
const MOST_TRIES = 8;
const MOST_KEPT = 500; // layouts
const FULL = 0.4; // a line that ends early is filled at least so far, where it can be

const isWhole = (node) => node.localName !== "mrow" || node.matches(".bpv-q, .bpv-v, :has(> mtable)");
const isFence = (node, sign) => node?.localName === "mo" && node.textContent === sign;
const isOperator = (node) => node.localName === "mo" && !node.hasAttribute("form") && !isFence(node, "(") && !isFence(node, ")");

// The pieces of a side in order, each with how deep in sums, products and brackets it is.
function pieces(side, depth = 0) {
  if (isWhole(side)) return [{ node: side, depth }];
  const children = [...side.children];
  return children.flatMap((child) => pieces(child, depth + (children.length > 1 ? 1 : 0)));
}

// Where each piece stands while the side is on one line, and whether it may begin another.
function measured(side) {
  const found = pieces(side);
  return found.map((piece, n) => {
    const { left, right, height } = piece.node.getBoundingClientRect();
    return { ...piece, left, right, height, begins: n > 0 && isOperator(piece.node) && !isFence(found[n - 1].node, "(") };
  });
}

// The lines of a side in that width, each as [first, end) of its pieces.
function broken(side, width) {
  const lines = [];
  let first = 0;
  while (first < side.length) {
    const start = side[first].left;
    const fits = (end) => side[end - 1].right - start <= width;
    let end = side.length;
    if (!fits(end)) {
      const places = side.flatMap(({ begins }, n) => (begins && n > first ? [n] : []));
      const possible = places.filter(fits);
      const filled = possible.filter((n) => side[n].left - start > FULL * width);
      const chosen = filled.length ? filled : possible;
      const outermost = Math.min(...chosen.map((n) => side[n].depth));
      end = chosen.findLast((n) => side[n].depth === outermost) ?? places[0] ?? side.length;
    }
    lines.push([first, end]);
    first = end;
  }
  return lines;
}

export class Equation {
  // One that is `free` may be as high as it needs; none is larger than `largest`.
  constructor(box, free = false, largest = LARGEST) { Object.assign(this, { box, free, largest, found: new Map() }); }

  // `fill` puts the numbers into what is shown.
  show(label, sides, fill = () => {}) {
    Object.assign(this, { label, sides, fill });
    this.fit();
  }

  // Everything on as few lines as there are sides, in the type of the box.
  plain(size, hangs) {
    const cells = (label, sign, side) => `<mtr><mtd>${label}</mtd><mtd>${sign}</mtd><mtd>${side}</mtd></mtr>`;
    const rows = this.sides.map((side, n) => cells(n || hangs ? "" : this.label, "<mo>=</mo>", side));
    const above = hangs ? `<mtr><mtd columnspan="3">${this.label}</mtd></mtr>` : "";
    const math = mathElement(`<mtable class="bpv-eq" displaystyle="true">${above}${rows.join("")}</mtable>`, "block");
    math.style.fontSize = `${size}em`;
    if (hangs) math.classList.add("bpv-hangs");
    this.box.replaceChildren(math);
    this.fill(this.box);
    return [...math.firstElementChild.children].slice(hangs ? 1 : 0);
  }

  get overflows() { return this.box.scrollWidth > this.box.clientWidth + 1 || !this.free && this.box.scrollHeight > this.box.clientHeight + 1; }

  // What was found for an equation is tried first when it is shown again in the same place: measuring takes long.
  fit() {
    const { box } = this;
    if (!this.sides || !box.clientWidth) return;
    const key = [box.clientWidth, box.clientHeight, this.label, ...this.sides].join();
    const known = this.found.get(key);
    if (known) {
      this.layOut(known);
      if (!this.overflows) return;
    }
    if (this.found.size > MOST_KEPT) this.found.clear();
    this.found.set(key, this.search());
  }

  layOut({ size, hangs, lines }) {
    const rows = this.plain(size, hangs);
    rows.forEach((row, n) => this.breakRow(row, lines[n]));
  }

  search() {
    const { box } = this;
    const rows = this.plain(1, false);
    const style = getComputedStyle(box);
    const wide = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 2;
    const high = this.free ? Infinity : box.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom) - 2;
    const start = rows[0].children[2].getBoundingClientRect().left - rows[0].getBoundingClientRect().left;
    const label = rows[0].children[0].getBoundingClientRect().width;
    const sides = rows.map((row) => ({ parts: measured(row.children[2].firstElementChild), gap: row.getBoundingClientRect().height - row.children[2].firstElementChild.getBoundingClientRect().height }));
    const { hangs, size: largest } = this.planned(sides, wide, high, start, label);
    let [size, tight] = [largest, 1];
    for (let tries = 1; ; tries += 1) { // small type does not shrink in proportion
      const width = tight * (wide / size - (hangs ? start - label : start));
      const found = { size, hangs, lines: sides.map(({ parts }) => broken(parts, width)) };
      this.layOut(found);
      if (!this.overflows || tries === MOST_TRIES) return found;
      size = Math.max(SMALLEST, size - STEP);
      tight *= 0.96;
    }
  }

  // How large, and whether the name gets a line of its own.
  planned(sides, wide, high, start, label) {
    let roomy = null;
    for (const hangs of [false, true]) {
      for (let size = this.largest; size >= SMALLEST; size -= STEP) {
        const width = wide / size - (hangs ? start - label : start);
        const found = sides.map(({ parts, gap }) => ({ parts, gap, lines: broken(parts, width) }));
        const lines = found.flatMap(({ parts, gap, lines: all }) => all.map(([first, end]) => ({
          width: parts[end - 1].right - parts[first].left, height: Math.max(...parts.slice(first, end).map((part) => part.height)) + gap,
        })));
        const height = lines.reduce((sum, line) => sum + line.height, hangs ? sides[0].gap + 24 : 0);
        if (lines.some((line) => line.width > width) || height * size > high) continue;
        if (lines.length === sides.length && size >= COMFORTABLE) return { size, hangs };
        roomy ??= { size, hangs };
      }
      if (roomy && (roomy.size >= 1 || hangs)) return roomy;
    }
    return roomy ?? { size: SMALLEST, hangs: true };
  }

  breakRow(row, lines) {
    if (lines.length < 2) return;
    const cell = row.children[2];
    const parts = pieces(cell.firstElementChild).map(({ node }) => node);
    const made = lines.map(([first, end]) => {
      const line = mathElement("<mrow></mrow>").firstElementChild;
      line.append(...parts.slice(first, end));
      return line;
    });
    cell.replaceChildren(made[0]);
    let last = row;
    for (const line of made.slice(1)) {
      line.firstElementChild.setAttribute("form", "infix");
      const more = mathElement("<mtable><mtr><mtd></mtd><mtd></mtd><mtd></mtd></mtr></mtable>").querySelector("mtr");
      more.children[2].append(line);
      last.after(more);
      last = more;
    }
  }
}
