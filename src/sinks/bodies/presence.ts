/** Which bodies are there, for `verify`: by their names, which are listed once for each day of a file. */
import { utcDay } from "../../record/timestamp.ts";
import { documentId, type Generation } from "../../tail/generation.ts";
import { type Presence, PresenceFault, type SoughtLine } from "../presence.ts";
import type { BodyStore } from "./body-store.ts";

const LINES_MAX = 20_000;
const DAY_MS = 86_400_000;

/**
 * Closes `store` with itself.
 *
 * @param retentionDays after how many days bodies are deleted; undefined if they stay
 */
export function bodiesPresence(store: BodyStore, retentionDays: number | undefined): Presence {
  const listed = new Map<string, ReadonlySet<string>>();

  /** What was delivered before the first look is all that is asked about, so one look is enough. */
  async function idsOn(day: string, { id }: Generation, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const known = listed.get(day + id);
    if (known !== undefined) return known;
    const report = await store.list(day, `${id}-`, signal);
    if (report.outcome !== "found") throw new PresenceFault(report);
    listed.set(day + id, report.ids);
    return report.ids;
  }

  async function copies(generation: Generation, lines: readonly SoughtLine[], signal: AbortSignal) {
    const counts: number[] = [];
    for (const { offset, timestampMs } of lines) {
      const ids = await idsOn(generation.day ?? utcDay(timestampMs), generation, signal);
      counts.push(ids.has(documentId(generation, offset)) ? 1 : 0);
    }
    return counts;
  }

  return {
    linesMax: LINES_MAX,
    skips: ({ body }) => body === undefined,
    copies,
    retentionMs: async () => (retentionDays === undefined ? undefined : retentionDays * DAY_MS),
    close: () => store.close(),
  };
}
