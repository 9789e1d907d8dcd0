/**
 * A transport to a search server that is not there: it holds documents and answers the queries and aggregations that
 * usage is asked by. Like a real one it adds in floating point, with compensation, and tells large whole numbers exactly
 * only as keys.
 */
import assert from "node:assert/strict";
import type { SearchRequest } from "../../src/sinks/bulk/answer.ts";
import { type ScriptedTransport, scriptedTransport } from "./scripted-transport.ts";

/** Fields by their whole names; `@timestamp` in Unix milliseconds. */
export type IndexedDocument = Readonly<Record<string, string | number | bigint | readonly string[]>>;

type Json = Readonly<Record<string, unknown>>;
type Key = string | number | bigint | null;

export function aggregatingSearch(documents: readonly IndexedDocument[]): ScriptedTransport {
  return scriptedTransport((request: SearchRequest) => {
    const { query, aggs = {} } = JSON.parse(String(request.body)) as { query: Json; aggs?: Json };
    const found = documents.filter((document) => isMet(query, document));
    const body = { timed_out: false, _shards: { failed: 0 }, aggregations: aggregate(aggs, found) };
    return { status: 200, headers: {}, body: Buffer.from(toJson(body)) };
  });
}

/** JSON in which bigints are numbers of all their digits. */
function toJson(value: unknown): string {
  const text = JSON.stringify(value, (_name, member) =>
    typeof member === "bigint" ? `long ${member}` : member,
  );
  return text.replace(/"long (-?\d+)"/g, "$1");
}

function only(object: Json): [name: string, value: Json] {
  const [entry, ...others] = Object.entries(object);
  assert(entry !== undefined && others.length === 0, `one member expected: ${JSON.stringify(object)}`);
  return entry as [string, Json];
}

function isMet(condition: Json, document: IndexedDocument): boolean {
  const [name, value] = only(condition);
  switch (name) {
    case "bool":
      return Object.entries(value).every(([clause, listed]) => {
        const met = [listed].flat().map((one) => isMet(one as Json, document));
        if (clause === "filter") return met.every(Boolean);
        return clause === "should" ? met.some(Boolean) : !met.some(Boolean);
      });
    case "exists":
      return document[String(value["field"])] !== undefined;
    case "term":
      return valuesOf(document, only(value)[0]).includes(only(value)[1]["value"] as string);
    case "terms":
      return valuesOf(document, only(value)[0]).some((one) =>
        ([only(value)[1]].flat() as unknown[]).includes(one),
      );
    case "range":
      return isWithin(document[only(value)[0]], only(value)[1]);
    default:
      throw new Error(`no such condition here: ${name}`);
  }
}

function valuesOf(document: IndexedDocument, field: string): (string | number | bigint)[] {
  return [document[field] ?? []].flat() as (string | number | bigint)[];
}

function isWithin(value: IndexedDocument[string] | undefined, { gte, lt, lte }: Json): boolean {
  if (typeof value !== "number" && typeof value !== "bigint") return false;
  const bound = (limit: unknown) => (typeof limit === "string" ? Date.parse(limit) : Number(limit));
  return (
    (gte === undefined || value >= bound(gte)) &&
    (lt === undefined || value < bound(lt)) &&
    (lte === undefined || value <= bound(lte))
  );
}

function aggregate(aggregations: Json, documents: readonly IndexedDocument[]): Json {
  return Object.fromEntries(
    Object.entries(aggregations).map(([name, one]) => [name, answer(one as Json, documents)]),
  );
}

function answer({ aggs = {}, ...aggregation }: Json, documents: readonly IndexedDocument[]): Json {
  const [name, value] = only(aggregation);
  if (name === "composite") return composite(value, aggs as Json, documents);
  if (name === "filter") {
    const met = documents.filter((document) => isMet(value, document));
    return { doc_count: met.length, ...aggregate(aggs as Json, met) };
  }
  const numbers = documents.flatMap((document) => valuesOf(document, String(value["field"]))).map(Number);
  const sum = compensatedSum(numbers);
  const min = numbers.length === 0 ? null : Math.min(...numbers);
  const max = numbers.length === 0 ? null : Math.max(...numbers);
  if (name === "stats") return { count: numbers.length, sum, min, max };
  return { value: { sum, min, max }[name] };
}

/** Kahan's: the order of additions matters little. */
function compensatedSum(numbers: readonly number[]): number {
  let [sum, lost] = [0, 0];
  for (const number of numbers) {
    const next = number - lost;
    const added = sum + next;
    lost = added - sum - next;
    sum = added;
  }
  return sum;
}

function composite(settings: Json, aggs: Json, documents: readonly IndexedDocument[]): Json {
  const sources = (settings["sources"] as Json[]).map(only);
  const groups = new Map<string, { key: Record<string, Key>; documents: IndexedDocument[] }>();
  for (const document of documents) {
    const key = Object.fromEntries(sources.map(([name, source]) => [name, keyOf(source, document)]));
    const group = groups.get(toJson(key)) ?? { key, documents: [] };
    groups.set(toJson(key), group);
    group.documents.push(document);
  }
  const after = settings["after"] as Json | undefined;
  const sorted = [...groups].sort(([, a], [, b]) => compareKeys(Object.values(a.key), Object.values(b.key)));
  const texts = sorted.map(([text]) => text);
  // A long comes back as a text, which a server takes as well.
  const isLast = (text: string) => text.replaceAll('"', "") === JSON.stringify(after).replaceAll('"', "");
  const start = after === undefined ? 0 : texts.findIndex(isLast) + 1;
  const page = sorted.slice(start, start + Number(settings["size"])).map(([, group]) => group);
  return {
    ...(page.length > 0 && { after_key: page.at(-1)?.key }),
    buckets: page.map(({ key, documents: own }) => ({ key, doc_count: own.length, ...aggregate(aggs, own) })),
  };
}

/** Source by source, no value first. */
function compareKeys(a: readonly Key[], b: readonly Key[]): number {
  const different = a.findIndex((value, index) => value !== b[index]);
  const [first = null, second = null] = [a[different], b[different]];
  if (first === null || second === null) return first === second ? 0 : first === null ? -1 : 1;
  return first < second ? -1 : 1;
}

function keyOf(source: Json, document: IndexedDocument): Key {
  const [kind, { field, offset }] = only(source);
  const [value] = valuesOf(document, String(field));
  if (kind === "terms") return value ?? null;
  const offsetMs = Number.parseInt(String(offset), 10);
  const dayMs = 86_400_000;
  return Math.floor((Number(value) - offsetMs) / dayMs) * dayMs + offsetMs;
}
