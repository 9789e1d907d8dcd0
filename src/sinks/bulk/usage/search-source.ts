/** Answers about usage out of a search server, added up there as far as it can add exactly. */

import { type AuditRecord, numberMember } from "../../../record/record.ts";
import type { KeyColumn } from "../../../store/bucket-query.ts";
import { keyText, statusNumber } from "../../../store/row.ts";
import { columnsOf, type Dimension, type DimensionValue } from "../../../usage/dimension.ts";
import { GroupSums } from "../../../usage/groups.ts";
import { type SlowestRow, toSlowestRow } from "../../../usage/slowest.ts";
import type {
  SlowestSelection,
  UsageGroup,
  UsageSelection,
  UsageSource,
  UsageSpan,
} from "../../../usage/source.ts";
import { dayName } from "../../../usage/time-zone.ts";
import { member, type SearchTransport } from "../answer.ts";
import type { IndexName } from "../index-name.ts";
import { allGroups, byField } from "./composite.ts";
import { type ExactGroup, exactGroups } from "./exact.ts";
import { FIELD_OF_COLUMN } from "./fields.ts";
import { type Condition, during, equals, isOfUsage, selected } from "./filters.ts";
import { requireMapping } from "./mapping.ts";
import { IndexReader } from "./reader.ts";

/** What of a document the slowest show. */
const SHOWN = ["path", "elapsed_ms", "agent_id", "user_id", "status", "ts", "@timestamp"];

/** Of equals the earliest; the file and the place in it leave no two alike. */
const SLOWEST_FIRST = [
  { elapsed_ms: "desc" },
  { "@timestamp": "asc" },
  { "log.file.name": "asc" },
  { "log.offset": "asc" },
];

/** Servers give at most 10,000 documents at once. */
const HITS_PER_PAGE = 1000;

/**
 * Opens the indices of a sink as a source, which closes the transport.
 *
 * Rejects with a UsageFault if they are not there, cannot be read, or are not mapped as our index template has it.
 */
export async function openSearchServer(transport: SearchTransport, index: IndexName): Promise<UsageSource> {
  const reader = new IndexReader(transport, index.pattern);
  try {
    // Without a day in its name an index may be an alias or a data stream, whose indices have other names.
    const ours = index.pattern.includes("*") ? index.matches : () => true;
    return new SearchUsage(reader, await requireMapping(reader, ours));
  } catch (error) {
    await reader.close();
    throw error;
  }
}

class SearchUsage implements UsageSource {
  readonly #reader: IndexReader;
  /** What goes for every question. */
  readonly #scope: readonly Condition[];

  /** @param foreign indices that match the reader's pattern but belong to somebody else */
  constructor(reader: IndexReader, foreign: readonly string[]) {
    this.#reader = reader;
    this.#scope = foreign.length === 0 ? [] : [{ bool: { must_not: { terms: { _index: foreign } } } }];
  }

  async groups(selection: UsageSelection, by: readonly Dimension[]): Promise<readonly UsageGroup[]> {
    const groups = new GroupSums();
    const columns = [...new Set(columnsOf(by))];
    for (const { conditions, dayOffsetMs } of await this.#parts(selection, by.includes("day"))) {
      const grouping = { columns, dayOffsetMs, isOfUsage: isOfUsage(selection) };
      for await (const group of exactGroups(this.#reader, conditions, grouping)) {
        const day = dayName(selection.zone.dayOf(group.firstMs));
        const values = by.map((dimension) => (dimension === "day" ? day : groupValue(group, dimension)));
        groups.add(values, group.sums);
      }
    }
    return groups.all();
  }

  async span(selection: UsageSelection): Promise<UsageSpan | undefined> {
    const field = "@timestamp";
    const ends = await this.#search({
      size: 0,
      query: { bool: { filter: this.#selected(selection) } },
      aggs: { first: { min: { field } }, last: { max: { field } } },
    });
    const firstMs = member(member(member(ends, "aggregations"), "first"), "value");
    const lastMs = member(member(member(ends, "aggregations"), "last"), "value");
    return typeof firstMs === "number" && typeof lastMs === "number" ? { firstMs, lastMs } : undefined;
  }

  async assumedModels(selection: UsageSelection): Promise<readonly string[]> {
    const conditions = [...this.#selected(selection), equals(FIELD_OF_COLUMN.model_source, "default")];
    const models: string[] = [];
    for await (const group of allGroups(this.#reader, conditions, { model: byField(FIELD_OF_COLUMN.model) }))
      models.push(String(member(member(group, "key"), "model")));
    return models;
  }

  async slowest(selection: SlowestSelection, limit: number): Promise<readonly SlowestRow[]> {
    if (isOfUsage(selection)) return [];
    const timed = [equals("event.kind", "request"), { exists: { field: "elapsed_ms" } }];
    const query = { bool: { filter: [...this.#scope, ...timed, ...selected(selection)] } };
    const rows: SlowestRow[] = [];
    for (let after: object = {}; ; ) {
      const size = Math.min(limit - rows.length, HITS_PER_PAGE);
      const found = await this.#search({ size, query, sort: SLOWEST_FIRST, _source: SHOWN, ...after });
      const hits = member(member(found, "hits"), "hits");
      if (!Array.isArray(hits)) return rows;
      rows.push(...hits.flatMap((hit) => slowestRow(member(hit, "_source"))));
      if (hits.length < size || rows.length >= limit) return rows;
      after = { search_after: member(hits.at(-1), "sort") };
    }
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  /** The selection; cut where the zone's offset changes, if days are to be told apart. */
  async #parts(
    selection: UsageSelection,
    byDay: boolean,
  ): Promise<
    readonly { readonly conditions: readonly Condition[]; readonly dayOffsetMs: number | undefined }[]
  > {
    const conditions = this.#selected(selection);
    if (!byDay) return [{ conditions, dayOffsetMs: undefined }];
    const span = await this.span(selection);
    if (span === undefined) return [];
    return selection.zone.offsetSpans(span.firstMs, span.lastMs + 1).map(({ fromMs, untilMs, offsetMs }) => ({
      conditions: [...conditions, during(fromMs, untilMs)],
      dayOffsetMs: offsetMs,
    }));
  }

  #selected(selection: UsageSelection): readonly Condition[] {
    return [...this.#scope, ...selected(selection)];
  }

  async #search(body: object): Promise<unknown> {
    return JSON.parse(await this.#reader.search(body, "aggregations,hits.hits._source,hits.hits.sort"));
  }
}

/** No row where the duration is a text that only looks like a number. */
function slowestRow(source: unknown): SlowestRow[] {
  const record = source as AuditRecord;
  const elapsedMs = numberMember(record, "elapsed_ms");
  return elapsedMs === undefined ? [] : [toSlowestRow(record, elapsedMs, String(record["@timestamp"]))];
}

/** The value as the store keeps it: the first column that has one, long texts cut. */
function groupValue({ values }: ExactGroup, dimension: Dimension): DimensionValue {
  for (const column of columnsOf([dimension])) {
    const value = stored(column, values.get(column));
    if (value !== null) return value;
  }
  return null;
}

function stored(column: KeyColumn, value: unknown): DimensionValue {
  return column === "status" ? statusNumber(value) : keyText(value);
}
