// The error on a grid over two parameters: its levels, its colours and its contour lines.

const LEVELS = 12;

export class Errors {
  // errorAt(a, b) is looked at from -span to span on both axes.
  constructor(errorAt, span, columns, rows) {
    Object.assign(this, { columns, rows });
    const a = (i) => (i / columns) * 2 * span - span;
    const b = (j) => span - (j / rows) * 2 * span;
    this.grid = Array.from({ length: rows + 1 }, (_, j) => Array.from({ length: columns + 1 }, (__, i) => errorAt(a(i), b(j))));
    const sorted = this.grid.flat().filter(Number.isFinite).sort((p, q) => p - q);
    [this.lowest, this.highest] = [sorted[0], sorted[sorted.length - 1]];
    this.levels = Array.from({ length: LEVELS }, (_, k) => sorted[Math.floor(((k + 0.5) / LEVELS) * sorted.length)]);
  }

  // How strong the colour is above so many levels.
  strength(k) { return 0.06 + (0.62 * k) / LEVELS; }

  paint(canvas, colour) {
    const { grid, columns, rows } = this;
    canvas.width = columns;
    canvas.height = rows;
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, columns, rows);
    pen.fillStyle = colour;
    for (let j = 0; j < rows; j += 1) {
      for (let i = 0; i < columns; i += 1) {
        const middle = (grid[j][i] + grid[j + 1][i + 1] + grid[j][i + 1] + grid[j + 1][i]) / 4;
        pen.globalAlpha = this.strength(this.levels.filter((level) => level < middle).length);
        pen.fillRect(i, j, 1, 1);
      }
    }
  }

  // A path for every level, in a picture of that size.
  contours(area) { return this.levels.map((level) => this.contour(level, area)); }

  // Where the error crosses a level on the grid's edges, cell by cell.
  contour(level, { width, height }) {
    const rows = this.grid.length - 1;
    const columns = this.grid[0].length - 1;
    const cross = (p, q) => (level - p) / (q - p);
    let d = "";
    for (let j = 0; j < rows; j += 1) {
      for (let i = 0; i < columns; i += 1) {
        const [nw, ne, sw, se] = [this.grid[j][i], this.grid[j][i + 1], this.grid[j + 1][i], this.grid[j + 1][i + 1]];
        const points = [];
        if (nw < level !== ne < level) points.push([i + cross(nw, ne), j]);
        if (ne < level !== se < level) points.push([i + 1, j + cross(ne, se)]);
        if (sw < level !== se < level) points.push([i + cross(sw, se), j + 1]);
        if (nw < level !== sw < level) points.push([i, j + cross(nw, sw)]);
        for (let k = 0; k + 1 < points.length; k += 2) {
          const place = ([x, y]) => `${((x / columns) * width).toFixed(1)},${((y / rows) * height).toFixed(1)}`;
          d += `M${place(points[k])}L${place(points[k + 1])}`;
        }
      }
    }
    return d;
  }
}
