/**
 * The rule `dead_letters`: a sink refuses lines for good.
 *
 * Those that were there before watching began are old news, and so are those of a lane that reads old files for the
 * first time. It is over when they are replayed or purged, or when no more came for a day.
 */
import { z } from "zod";
import type { LaneSnapshot } from "../lane/snapshot.ts";
import { type Finding, type RuleReport, report } from "./alert.ts";

/** Dead letters that nobody cared for within a day are old news. */
const NEWS_MS = 24 * 60 * 60 * 1000;

const memory = z.object({
  /** So many are old news. */
  known: z.int().min(0),
  /** So many there were at the last look. */
  seen: z.int().min(0),
  /** When there were more than at the look before. */
  grown_ms: z.number(),
});

/** What is remembered of each sink. */
export const deadLetterMemorySchema = z.record(z.string(), memory);
export type DeadLetterMemory = z.output<typeof deadLetterMemorySchema>;

export interface DeadLetterJudgement {
  readonly report: RuleReport;
  readonly memory: DeadLetterMemory;
}

/** @param isCaughtUp whether a sink got all that was there when it was first watched */
export function judgeDeadLetters(
  lanes: readonly Pick<LaneSnapshot, "name" | "deadLetters">[],
  remembered: DeadLetterMemory,
  isCaughtUp: (sink: string) => boolean,
  nowMs: number,
): DeadLetterJudgement {
  const present: DeadLetterMemory = {};
  const findings: Finding[] = [];
  for (const { name, deadLetters } of lanes) {
    const before = remembered[name];
    if (before === undefined) {
      if (isCaughtUp(name)) present[name] = { known: deadLetters, seen: deadLetters, grown_ms: nowMs };
      continue;
    }
    const grownMs = deadLetters > before.seen ? nowMs : before.grown_ms;
    const isOldNews = nowMs - grownMs >= NEWS_MS;
    const known = isOldNews ? deadLetters : Math.min(before.known, deadLetters);
    present[name] = { known, seen: deadLetters, grown_ms: grownMs };
    findings.push(findingOf(name, deadLetters - known));
  }
  const others = { level: "clear" as const, text: "The sink is not part of the configuration any more." };
  return { report: report("dead_letters", findings, { others }), memory: present };
}

function findingOf(sink: string, count: number): Finding {
  return {
    fingerprint: `dead_letters:${sink}`,
    rule: "dead_letters",
    severity: "warning",
    level: count > 0 ? "breached" : "clear",
    title: `${sink} refuses lines`,
    text:
      count > 0
        ? `${count} new dead letters of the sink ${sink}. See: mem0-audit-shipper dead-letters list`
        : `The new dead letters of the sink ${sink} are replayed, purged, or a day old.`,
    labels: { sink },
    value: count,
    threshold: 0,
  };
}
