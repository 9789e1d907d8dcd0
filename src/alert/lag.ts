/** The rule `lag`: lines wait for too long to reach a sink. */
import type { LaneSnapshot } from "../lane/snapshot.ts";
import { type Finding, type Level, levelOf, type RuleReport, report } from "./alert.ts";

/** @param limitMs how long the oldest line may wait */
export function judgeLag(limitMs: number, lanes: readonly LaneSnapshot[]): RuleReport {
  const others = { level: "clear" as const, text: "The sink is not part of the configuration any more." };
  const findings = lanes.map((lane) => findingOf(limitMs, lane));
  return report("lag", findings, { others });
}

function findingOf(limitMs: number, lane: LaneSnapshot): Finding {
  const { name, oldestUnackedSeconds, lastError } = lane;
  const waited = Math.round(oldestUnackedSeconds);
  const why = lastError === undefined ? "" : ` Its last error: ${lastError}.`;
  return {
    fingerprint: `lag:${name}`,
    rule: "lag",
    severity: "critical",
    level: levelOfLane(limitMs, lane),
    title: `Delivery to ${name} is late`,
    text: `The oldest line waits for ${waited} s; the limit is ${limitMs / 1000} s.${why} See: mem0-audit-shipper status`,
    labels: { sink: name },
    value: oldestUnackedSeconds,
    threshold: limitMs / 1000,
  };
}

/** A daemon that has just started saw its lines just now: until some are delivered, it cannot say that all is well. */
function levelOfLane(limitMs: number, { oldestUnackedSeconds, files, fates }: LaneSnapshot): Level {
  const level = levelOf(oldestUnackedSeconds * 1000, limitMs);
  const settled = fates.stored + fates.duplicate + fates.deadLetter + fates.skipped;
  const isWaiting = files.length === 0 || files.some(({ lagBytes }) => lagBytes > 0);
  return level === "clear" && isWaiting && settled === 0 ? "lingering" : level;
}
