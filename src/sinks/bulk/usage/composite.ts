/** All groups of a composite aggregation, page by page. */
import { member } from "../answer.ts";
import type { Condition } from "./filters.ts";
import type { IndexReader } from "./reader.ts";

/** One way to tell groups apart: a name, and a source of a composite aggregation. */
export type Sources = Readonly<Record<string, object>>;

/** Servers allow 65,535 groups in one answer, and a page of these stays below 2 MiB. */
const GROUPS_PER_PAGE = 1000;

/** Groups by the values of a field; documents without a value are a group of their own. */
export function byField(field: string): object {
  return { terms: { field, missing_bucket: true } };
}

/** Groups by days of 24 hours that begin `offsetMs` before midnight UTC: those of a zone with that offset. */
export function byDay(offsetMs: number): object {
  return { date_histogram: { field: "@timestamp", fixed_interval: "1d", offset: `${-offsetMs}ms` } };
}

/**
 * Asks for all groups of the documents that meet all conditions.
 *
 * @param parse reads the JSON text of an answer
 * @returns the groups as the server tells them, with `key` and `doc_count`
 */
export async function* allGroups(
  reader: IndexReader,
  conditions: readonly Condition[],
  sources: Sources,
  aggregations: object = {},
  parse: (text: string) => unknown = JSON.parse,
): AsyncIterable<unknown> {
  const listed = Object.entries(sources).map(([name, source]) => ({ [name]: source }));
  const query = { bool: { filter: conditions } };
  for (let after: object = {}; ; ) {
    const composite = { size: GROUPS_PER_PAGE, sources: listed, ...after };
    const body = { size: 0, query, aggs: { groups: { composite, aggs: aggregations } } };
    const page = member(member(parse(await reader.search(body, "aggregations")), "aggregations"), "groups");
    const groups = member(page, "buckets");
    if (Array.isArray(groups)) yield* groups;
    const afterKey = member(page, "after_key");
    if (afterKey === undefined) return;
    after = { after: afterKey };
  }
}
