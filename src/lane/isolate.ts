/**
 * Finds out whose fault it is that a whole request was refused: that of single lines, or the destination's.
 */
import type { Payload } from "../batch/batch.ts";
import type { DeliveryReport } from "../sinks/sink.ts";

/** The whole request was refused as malformed. */
export type Refusal = Extract<DeliveryReport, { outcome: "refused" }>;

/** How a payload ended: every document has its fate, or it must stop before. */
export type Ending = "settled" | "stopped";

/** Documents that were refused together, after others of their payload may have got their fates. */
export interface RefusedTogether {
  readonly refusal: Refusal;
  /** Which of the payload they are. */
  readonly indices: readonly number[];
}

/** Which lines of a refused payload have no fate yet, by index. */
export interface Isolated {
  /** Refused alone. */
  readonly alone: ReadonlyMap<number, Refusal>;
  /** True if other lines had passed already when these were refused. */
  readonly othersPass: boolean;
  /** Not tried alone, since no line that was passed. */
  readonly untried: readonly number[];
}

/** How many lines are tried alone to learn whether the destination refuses some or all. */
const PROBES_MAX = 8;

/**
 * Finds the lines of `payload` that are refused alone, and settles the others. A few lines are tried first:
 * while no line at all passes, not each is asked for.
 *
 * @param round how often this was done before: each time other lines are tried first
 * @param othersPass true once the destination took any documents
 * @param deliver settles documents, unless they are refused as a whole
 */
export async function isolate(
  payload: Payload,
  round: number,
  othersPass: () => boolean,
  deliver: (some: Payload) => Promise<Ending | RefusedTogether>,
): Promise<Isolated | "stopped"> {
  const alone = new Map<number, Refusal>();
  const trySome = async (indices: readonly number[]): Promise<Ending> => {
    const ending = await deliver(payload.select(indices));
    if (typeof ending === "string") return ending;
    const refused = indices.filter((_, place) => ending.indices.includes(place));
    const [first = 0] = refused;
    if (refused.length === 1) {
      alone.set(first, ending.refusal);
      return "settled";
    }
    return (await tryEach(halves(refused))) ? "settled" : "stopped";
  };
  const tryEach = async (parts: readonly (readonly number[])[]): Promise<boolean> => {
    for (const part of parts) {
      if (part.length > 0 && (await trySome(part)) === "stopped") return false;
    }
    return true;
  };

  const all = indicesOf(payload);
  const stride = Math.ceil(all.length / PROBES_MAX);
  const isProbe = (index: number) => index % stride === round % stride;
  const others = all.filter((index) => !isProbe(index));
  if (!(await tryEach(all.filter(isProbe).map((index) => [index])))) return "stopped";
  if (!othersPass()) return { alone, othersPass: false, untried: others };
  // What was refused before any line passed may have come before the destination was well.
  const again = [...alone.keys()].map((index) => [index]);
  alone.clear();
  if (!(await tryEach([...again, others]))) return "stopped";
  return { alone, othersPass: true, untried: [] };
}

/** Those of all documents. */
export function indicesOf(payload: Payload): number[] {
  return Array.from({ length: payload.count }, (_, index) => index);
}

/** The two halves, in order. */
export function halves(indices: readonly number[]): [readonly number[], readonly number[]] {
  const middle = indices.length >> 1;
  return [indices.slice(0, middle), indices.slice(middle)];
}
