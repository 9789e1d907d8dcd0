/** The lines of the golden fixture as events of CloudWatch Logs, and their fields as both query languages name them. */
import { readFileSync } from "node:fs";
import { readLines } from "../../../document/reading.ts";

const INPUT = new URL("../../../../fixtures/golden/input.jsonl", import.meta.url);

/** One event: the values by their paths, `cost.total_usd`. */
export type FlatEvent = ReadonlyMap<string, unknown>;

export function goldenEvents(): FlatEvent[] {
  const read = readLines(readFileSync(INPUT), { writer: { withEventId: true } });
  return read.flatMap((one) => (one !== "blank" && "json" in one ? [flat(JSON.parse(one.json))] : []));
}

function flat(value: unknown, path = ""): Map<string, unknown> {
  if (typeof value !== "object" || value === null) return new Map([[path, value]]);
  const members = Object.entries(value).flatMap(([name, member]) => [
    ...flat(member, path === "" ? name : `${path}.${name}`),
  ]);
  return new Map(members);
}
