/**
 * Goal: whatever was logged, every source gives the same answers.
 * Method: any lines of the shapes that the service writes, counted by the store and in a search server that holds
 * their documents; all dimensions in several zones, and with filters. Embeddings are estimated, and some records are put
 * down to organizations by the configuration.
 */

import { expect, test } from "vitest";
import { budgetStatuses } from "../../../src/budget/status.ts";
import { EmbeddingEstimates } from "../../../src/cost/embedding-estimate.ts";
import type { Document } from "../../../src/document/document.ts";
import { DocumentWriter } from "../../../src/document/write.ts";
import { Attribution } from "../../../src/record/attribution.ts";
import { parseIndexName } from "../../../src/sinks/bulk/index-name.ts";
import { FIELD_TYPES } from "../../../src/sinks/bulk/usage/fields.ts";
import { openSearchServer } from "../../../src/sinks/bulk/usage/search-source.ts";
import type { BucketFilters } from "../../../src/store/bucket-query.ts";
import { BucketWriter } from "../../../src/store/bucket-writer.ts";
import { openStoreInMemory } from "../../../src/store/open.ts";
import { rowOf, type StoreRow } from "../../../src/store/row.ts";
import { toUsageAnswer, usageReport } from "../../../src/usage/answer.ts";
import { DIMENSIONS, type Dimension } from "../../../src/usage/dimension.ts";
import { errorsAnswer } from "../../../src/usage/errors.ts";
import { UsageFault, type UsageSource } from "../../../src/usage/source.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { TimeZone } from "../../../src/usage/time-zone.ts";
import { aggregatingSearch, type IndexedDocument } from "../../support/aggregating-search.ts";
import { forEachDocument } from "../../support/documents.ts";
import { fc } from "../../support/properties.ts";
import { type ScriptedTransport, scriptedTransport } from "../../support/scripted-transport.ts";
import { budget } from "../budget/sample-budget.ts";

const FILE = "audit-2026-04-03.jsonl";

const RULES = {
  estimates: new EmbeddingEstimates("2026-03-09"),
  attribution: new Attribution({
    rules: [{ agent: "dev", organization_id: "acme", api_key_alias: "ci" }],
    keys: { dev: "named" },
  }),
};

/** A document as a server indexes it: whole names of fields, times in milliseconds. */
function indexed(document: object, prefix = ""): IndexedDocument {
  const fields = Object.entries(document).map(([name, value]): IndexedDocument => {
    const field = `${prefix}${name}`;
    if (value === null) return {};
    if (typeof value === "object" && !Array.isArray(value)) return indexed(value, `${field}.`);
    return { [field]: field === "@timestamp" ? Date.parse(value) : value };
  });
  return Object.assign({}, ...fields);
}

function openSearch(documents: readonly IndexedDocument[]): Promise<UsageSource> {
  const types = Object.entries(FIELD_TYPES).map(([field, [type = ""]]) => [field, { [type]: {} }]);
  const capabilities = { indices: ["audit-2026"], fields: Object.fromEntries(types) };
  const body = Buffer.from(JSON.stringify(capabilities));
  const search = aggregatingSearch(documents);
  const about = scriptedTransport(() => ({ status: 200, headers: {}, body }));
  const transport: ScriptedTransport = {
    ...search,
    send: (request, signal) => (request.method === "GET" ? about : search).send(request, signal),
  };
  return openSearchServer(transport, parseIndexName("audit-{yyyy}"));
}

const count = fc.oneof(fc.nat(50_000), fc.constantFrom(0, -1, 2e12, 2 ** 53));
const name = fc.constantFrom("dev", "ops", "-", "x".repeat(300));
const common = {
  ts: fc
    .date({
      min: new Date("2026-03-07T00:00:00Z"),
      max: new Date("2026-03-10T00:00:00Z"),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString()),
  path: fc.constantFrom(
    "/memory/add",
    "/memory/search",
    "/memory/update",
    "/memory/77",
    "/health",
    "/elsewhere",
  ),
  agent_id: name,
  user_id: name,
};
const line = fc.oneof(
  fc.record(
    {
      ...common,
      method: fc.constantFrom("POST", "DELETE"),
      status: fc.constantFrom(200, 399, 400, 429, 503),
      elapsed_ms: fc.nat(),
      organization_id: name,
      api_key_hash: name,
      api_key_alias: name,
    },
    { requiredKeys: ["ts", "path", "status"] },
  ),
  fc.record(
    {
      ...common,
      type: fc.constantFrom("token_usage", "embedding_usage"),
      model: fc.constantFrom("amazon.nova-lite-v1:0", "vendor.unknown"),
      llm_calls: count,
      calls: count,
      input_tokens: count,
      output_tokens: count,
      total_tokens: count,
    },
    { requiredKeys: ["ts", "path", "type"] },
  ),
  fc.record({
    ...common,
    event: fc.constant("retrieval_detail"),
    query: fc.constantFrom("", "where is it?", "什么时候开会", 7),
    results: fc.constant([]),
  }),
);

interface Asked {
  readonly zone: TimeZone;
  readonly by: readonly Dimension[];
  readonly filters: BucketFilters;
}

const BUDGETS = [budget({ scope: "key", period: "week" })];

async function answersOf(source: UsageSource, { zone, by, filters }: Asked) {
  const period = { since: undefined, until: undefined };
  const question = { period, zone, today: 0, includesSystem: false, filters };
  const report = await usageReport(source, { ...question, by });
  const budgets = await budgetStatuses(source, BUDGETS, Date.parse("2026-03-09T13:37:00Z"), zone);
  return [toUsageAnswer(report), report.assumedModels, await errorsAnswer(source, question), budgets];
}

test("the store and a search server agree on every dimension", async () => {
  const zones = ["UTC", "Asia/Kathmandu", "America/New_York"].map((each) => TimeZone.find(each) as TimeZone);
  const questions = [[], DIMENSIONS, ...DIMENSIONS.map((dimension) => [dimension])];
  const filters: readonly BucketFilters[] = [
    ...[{}, {}, { category: "embedding" }, { category: "llm" }, { model: "amazon.titan-embed-text-v2:0" }],
    ...[{ organization: "acme" }, { key: "ci" }, { key: "dev", category: "embedding" }],
  ];
  const drawnQuestion = fc.record({
    zone: fc.constantFrom(...zones),
    by: fc.constantFrom(...questions),
    filters: fc.constantFrom(...filters),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 20 }), drawnQuestion, async (lines, asked) => {
      const rows: StoreRow[] = [];
      const documents: IndexedDocument[] = [];
      const writer = new DocumentWriter({ labels: {}, withEventId: false });
      const texts = lines.map((one) => JSON.stringify(one));
      const add = (document: Document) => {
        rows.push(rowOf(document));
        documents.push(indexed(JSON.parse(Buffer.from(writer.json(document), "latin1").toString())));
      };
      forEachDocument(FILE, texts, add, RULES);
      const database = openStoreInMemory();
      new BucketWriter(database).addRows(rows);
      const expected = await answersOf(new StoreUsage(database), asked);
      database.close();
      expect(await answersOf(await openSearch(documents), asked)).toEqual(expected);
    }),
  );
});

test("a fault is told from a defect by its class", () => {
  expect(new UsageFault("no such index")).toBeInstanceOf(Error);
  expect(new Error("defect")).not.toBeInstanceOf(UsageFault);
});
