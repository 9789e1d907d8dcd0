/** A given number of audit lines as the service would write them. */
import { type TrafficLine, type TrafficOptions, traffic } from "../../src/cli/demo/traffic.ts";
import { seededRandom } from "../../src/system/random.ts";

/** The first `count` lines of the traffic with this seed; by default from shortly before the files' day changes. */
export function auditLines(
  count: number,
  options: { readonly seed?: number } & Partial<Omit<TrafficOptions, "random">> = {},
): TrafficLine[] {
  const {
    seed = 1,
    startMs = Date.UTC(2026, 3, 3, 15, 30),
    requestsPerMinute = 30,
    detailShare = 0.2,
  } = options;
  const lines = traffic({ random: seededRandom(seed), startMs, requestsPerMinute, detailShare });
  return Array.from({ length: count }, () => lines.next().value);
}
