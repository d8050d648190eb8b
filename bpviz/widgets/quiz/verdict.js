// What is said to a number: Python's rows, applied by the same lines as in bpviz/teaching/verdict.py.

// A row is [value, least, most, exactly, rank, sentence, correct]; `unit` is what the last typed digit counts, null for
// the value of a formula.  Of the rows that the number is within, those of the lowest rank count, and the nearest.
export function judge(rows, number, unit, rounding) {
  let best = null;
  for (const [value, least, most, exactly, rank, sentence, correct] of rows) {
    const reach = unit === null ? exactly : Math.min(most, Math.max(least, rounding * unit));
    const away = Math.abs(number - value);
    const wins = best === null || rank < best.rank || (rank === best.rank && away < best.away);
    if (away <= reach && wins) best = { rank, away, sentence, correct: Boolean(correct) };
  }
  return best;
}

// Whether two numbers differ by no more than rounding.
export const same = (a, b, [part, smallest]) => Math.abs(a - b) <= part * Math.max(Math.abs(a), Math.abs(b), smallest);
