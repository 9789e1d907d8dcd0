/**
 * Keeps the number of a metric's series within bounds, whatever names the audit lines carry: the largest amounts
 * by name, all others as one.
 */

export type Amount = readonly [name: string, amount: bigint];

/** The name under which everything else is added up. */
const OTHER = "other";

/** Longer names go to `other`: a label is no place for a text. */
const NAME_LENGTH_MAX = 200;

function byAmountThenName([nameA, a]: Amount, [nameB, b]: Amount): number {
  if (a !== b) return a > b ? -1 : 1;
  return nameA < nameB ? -1 : 1;
}

/**
 * The `namesMax` largest amounts, largest first, then `other` with the sum of the rest if there is any. Each name
 * occurs once, as it will be written in UTF-8: a scrape with the same series twice is refused as a whole.
 */
export function topAmounts(amounts: readonly Amount[], namesMax: number): Amount[] {
  const byName = new Map<string, bigint>();
  for (const [name, amount] of amounts) {
    const written = name.length > NAME_LENGTH_MAX ? OTHER : Buffer.from(name).toString();
    byName.set(written, (byName.get(written) ?? 0n) + amount);
  }
  const ranked = [...byName].filter(([name]) => name !== OTHER).sort(byAmountThenName);
  const rest = ranked.slice(namesMax).map(([, amount]) => amount);
  const other = byName.get(OTHER);
  if (other !== undefined) rest.push(other);
  if (rest.length === 0) return ranked;
  return [...ranked.slice(0, namesMax), [OTHER, rest.reduce((sum, amount) => sum + amount, 0n)]];
}
