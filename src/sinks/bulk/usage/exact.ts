/**
 * Groups with exact sums, however large.
 *
 * A group whose sums are too large for the server's arithmetic is asked for again in two halves of its time, and so
 * on. What cannot be halved any more, documents of one millisecond, is counted by distinct values and added up here.
 */
import type { KeyColumn } from "../../../store/bucket-query.ts";
import { addSums, emptyUsageSums, type UsageSums } from "../../../usage/sums.ts";
import { member } from "../answer.ts";
import { allGroups, byDay, byField } from "./composite.ts";
import { FIELD_OF_COLUMN } from "./fields.ts";
import { FIGURES, type Figures, MEASURES, type Measure, readFigures } from "./figures.ts";
import { type Condition, during, equals } from "./filters.ts";
import type { IndexReader } from "./reader.ts";

export interface Grouping {
  readonly columns: readonly KeyColumn[];
  /** If groups are local days, too: the zone's offset from UTC in milliseconds, the same over all documents. */
  readonly dayOffsetMs: number | undefined;
  /** If only usage is asked for, and requests are none of it. */
  readonly isOfUsage: boolean;
}

export interface ExactGroup {
  readonly values: ReadonlyMap<KeyColumn, string | number | null>;
  /** When its first document was, in Unix milliseconds: within its day. */
  readonly firstMs: number;
  readonly sums: UsageSums;
}

/** The name of the source that groups by day; no column has it. */
const DAY = "day";

/** A composite aggregation needs at least one source; every document has this one, of few values. */
const FALLBACK: readonly KeyColumn[] = ["route_group"];

/** What tells usage apart, and is nothing of a request. */
const COST_COLUMNS: ReadonlySet<KeyColumn> = new Set(["category", "model", "model_source"]);

/** The groups of all documents that meet all conditions. */
export async function* exactGroups(
  reader: IndexReader,
  conditions: readonly Condition[],
  grouping: Grouping,
): AsyncIterable<ExactGroup> {
  for await (const group of documentGroups(reader, conditions, grouping))
    yield* partsOf(group, grouping.isOfUsage);
}

/**
 * A request whose embeddings were estimated is two things: a request, and usage. Where groups are told apart by model or
 * category, its request is in the group of those that have none.
 */
function partsOf(group: ExactGroup, isOfUsage: boolean): readonly ExactGroup[] {
  const { values, sums } = group;
  const usage = { ...group, sums: { ...sums, requests: 0, errors: 0 } };
  if (isOfUsage) return [usage];
  const isOfCost = [...COST_COLUMNS].some((column) => (values.get(column) ?? null) !== null);
  if (!isOfCost || sums.requests === 0) return [group];
  const { requests, errors } = sums;
  const withoutCost = [...values].map(
    ([column, value]) => [column, COST_COLUMNS.has(column) ? null : value] as const,
  );
  return [{ ...group, values: new Map(withoutCost), sums: { ...emptyUsageSums(), requests, errors } }, usage];
}

async function* documentGroups(
  reader: IndexReader,
  conditions: readonly Condition[],
  { columns, dayOffsetMs }: Grouping,
): AsyncIterable<ExactGroup> {
  const told = columns.length === 0 ? FALLBACK : columns;
  const sources = {
    ...(dayOffsetMs !== undefined && { [DAY]: byDay(dayOffsetMs) }),
    ...Object.fromEntries(told.map((column) => [column, byField(FIELD_OF_COLUMN[column])])),
  };
  for await (const group of allGroups(reader, conditions, sources, FIGURES)) {
    const values = new Map(told.map((column) => [column, keyValue(group, column)]));
    const own = [...values].map(([column, value]) => equals(FIELD_OF_COLUMN[column], value));
    const figures = readFigures(group);
    const sums = await exactSums(reader, [...conditions, ...own], figures);
    yield { values, firstMs: figures.firstMs, sums };
  }
}

function keyValue(group: unknown, column: KeyColumn): string | number | null {
  const value = member(member(group, "key"), column);
  return typeof value === "string" || typeof value === "number" ? value : null;
}

/** The sums of the documents that `figures` are of: those between its moments that meet all conditions. */
async function exactSums(
  reader: IndexReader,
  conditions: readonly Condition[],
  figures: Figures,
): Promise<UsageSums> {
  const { firstMs, lastMs, sums, isExact } = figures;
  if (isExact) return sums;
  if (firstMs === lastMs) {
    const within = [...conditions, during(firstMs, lastMs + 1)];
    return { ...sums, ...(await sumsByValue(reader, within)) };
  }
  const middleMs = firstMs + Math.ceil((lastMs - firstMs) / 2);
  const total = emptyUsageSums();
  for (const half of [during(firstMs, middleMs), during(middleMs, lastMs + 1)])
    addSums(total, await exactSums(reader, conditions, await ask(reader, [...conditions, half])));
  return total;
}

async function ask(reader: IndexReader, conditions: readonly Condition[]): Promise<Figures> {
  const body = { size: 0, query: { bool: { filter: conditions } }, aggs: FIGURES };
  return readFigures(member(JSON.parse(await reader.search(body, "aggregations")), "aggregations"));
}

async function sumsByValue(
  reader: IndexReader,
  conditions: readonly Condition[],
): Promise<Pick<UsageSums, "llmCalls" | "embeddingCalls" | "inputTokens" | "outputTokens" | "totalPicousd">> {
  const sum = (measure: Measure) => sumByValue(reader, conditions, measure);
  return {
    llmCalls: Number(await sum(MEASURES.llmCalls)),
    embeddingCalls: Number((await sum(MEASURES.embeddingCalls)) + (await sum(MEASURES.estimatedCalls))),
    inputTokens: Number((await sum(MEASURES.inputTokens)) + (await sum(MEASURES.estimatedTokens))),
    outputTokens: Number(await sum(MEASURES.outputTokens)),
    totalPicousd: await sum(MEASURES.totalPicousd),
  };
}

/** Each distinct value times the documents that have it. */
async function sumByValue(
  reader: IndexReader,
  conditions: readonly Condition[],
  { field, condition, valueMax }: Measure,
): Promise<bigint> {
  const counted = [...conditions, condition, { exists: { field } }];
  let sum = 0n;
  for await (const group of allGroups(reader, counted, { value: byField(field) }, {}, parseValues)) {
    const value = BigInt(String(member(member(group, "key"), "value")));
    const counts = value > valueMax ? valueMax : value;
    sum += counts * BigInt(Number(member(group, "doc_count")));
  }
  return sum;
}

/** Parses JSON whose values may be beyond 2^53: they become texts. There is no other text in such an answer. */
function parseValues(text: string): unknown {
  return JSON.parse(text.replace(/"value":\s*(-?\d+)/g, '"value":"$1"'));
}
