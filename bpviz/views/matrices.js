// What the printed program of a derivation in whole layers brings along: a matrix is {rows, columns, data}, row by row.
// `each` works entry by entry on up to four; a row, a column or a single number stands for all.

export const made = (rows, columns, value) => {
  const data = new Float64Array(rows * columns);
  for (let i = 0, n = 0; i < rows; i += 1) for (let j = 0; j < columns; j += 1, n += 1) data[n] = value(i, j);
  return { rows, columns, data };
};
export const each = (value, ...ms) => {
  const [rows, columns] = [Math.max(...ms.map((m) => m.rows)), Math.max(...ms.map((m) => m.columns))];
  const [a, b, c, d] = [0, 1, 2, 3].map((n) => ms[n] ?? ms[0]);
  const [[ai, aj], [bi, bj], [ci, cj], [di, dj]] = [a, b, c, d].map((m) => [
    m.rows === 1 ? 0 : m.columns, m.columns === 1 ? 0 : 1,
  ]);
  return made(rows, columns, (i, j) => value(
    a.data[i * ai + j * aj], b.data[i * bi + j * bj], c.data[i * ci + j * cj], d.data[i * di + j * dj],
  ));
};
export const product = (a, b) => {
  const data = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i += 1) {
    for (let k = 0; k < a.columns; k += 1) {
      const left = a.data[i * a.columns + k];
      for (let j = 0; j < b.columns; j += 1) data[i * b.columns + j] += left * b.data[k * b.columns + j];
    }
  }
  return { rows: a.rows, columns: b.columns, data };
};
export const transposed = (m) => made(m.columns, m.rows, (i, j) => m.data[j * m.columns + i]);
export const column = (m, j) => Array.from({ length: m.rows }, (_, i) => m.data[i * m.columns + j]);
export const total = (xs) => xs.reduce((sum, x) => sum + x, 0);
export const by_column = (f, m) => made(1, m.columns, (_, j) => f(column(m, j)));
export const by_entry = (f, m) => made(m.rows, m.columns, (i, j) => f(column(m, j), m.data[i * m.columns + j], i));
// Each column of one matrix, less its entry where the other matrix has its largest.
export const beyond_largest = (m, by) => {
  const tops = by_column((xs) => xs.indexOf(Math.max(...xs)), by);
  return made(m.rows, m.columns, (i, j) => m.data[i * m.columns + j] - m.data[tops.data[j] * m.columns + j]);
};
export const row_sums = (m) => made(m.rows, 1, (i) => total(Array.from(m.data.subarray(i * m.columns, (i + 1) * m.columns))));
export const others = (m) => by_entry((xs, x, i) => total(xs.toSpliced(i, 1)), m);
export const kept = (before, after, places) => {
  for (const [i, j] of places) after.data[i * after.columns + j] = before.data[i * before.columns + j];
  return after;
};
export const largest = (m, count, row = null, column = null) => {
  const found = [];
  for (let n = 0; n < m.data.length; n += 1) {
    const [i, j] = [Math.floor(n / m.columns), n % m.columns];
    if ((row !== null && i !== row) || (column !== null && j !== column)) continue;
    const size = Math.abs(m.data[n]);
    if (found.length === count && !(size > found[count - 1][2])) continue;
    const place = found.findIndex(([, , other]) => size > other);
    found.splice(place < 0 ? found.length : place, 0, [i, j, size]);
    found.length = Math.min(found.length, count);
  }
  return found;
};
