/** Finds the known word that somebody most likely meant. */

/** The edits that turn `from` into `to`: insert, delete, replace, or swap two neighbours (Damerau, restricted). */
function editDistance(from: string, to: string): number {
  const width = to.length + 1;
  const cells = new Uint16Array((from.length + 1) * width);
  const at = (row: number, column: number): number => cells[row * width + column] ?? 0;
  for (let row = 0; row <= from.length; row++) {
    for (let column = 0; column <= to.length; column++) {
      if (row === 0 || column === 0) {
        cells[row * width + column] = row + column;
        continue;
      }
      const isSame = from[row - 1] === to[column - 1];
      let best = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (isSame ? 0 : 1),
      );
      const isSwap =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (isSwap) best = Math.min(best, at(row - 2, column - 2) + 1);
      cells[row * width + column] = best;
    }
  }
  return at(from.length, to.length);
}

const LENGTH_MAX = 64;

/** The candidate nearest to `word`, if it is near enough to be a slip: one edit in three letters. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LENGTH_MAX) return undefined;
  const typed = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (candidate.length > LENGTH_MAX) continue;
    const distance = editDistance(typed, candidate.toLowerCase());
    if (distance < bestDistance && distance < candidate.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
