/**
 * Goal: the configuration decides on redaction and prices, and doubts about costs are said, but not endlessly.
 * Method: configurations as text; a log that remembers.
 */
import { beforeEach, expect, test } from "vitest";
import { UnpricedModels } from "../../../src/cost/unpriced-models.ts";
import {
  documentRules,
  warnAboutAssumedModels,
  warnAboutEstimates,
  withWarnings,
} from "../../../src/daemon/rules.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { configOf } from "../config/loading.ts";

const USAGE = {
  type: "token_usage",
  path: "/memory/add",
  llm_calls: 1,
  input_tokens: 1000,
  output_tokens: 0,
};
const TS = "2026-04-03T10:00:00Z";

let recorded: RecordingLog;
beforeEach(() => {
  recorded = new RecordingLog();
});

test("redaction, models and prices are those of the configuration", async () => {
  const rules = documentRules(
    await configOf(
      JSON.stringify({
        redact: { ip: "drop" },
        models: { llm: "my-model" },
        pricing: {
          overrides: { "my-model": { input_cost_per_million: "1", output_cost_per_million: "2" } },
        },
      }),
    ),
  );
  expect(rules.redaction.apply({ ip: "x", path: "/" })).toEqual({ path: "/" });
  expect(rules.pricing.costOf(USAGE, "token_usage", TS)).toMatchObject({
    model: "my-model",
    status: "priced",
    totalPicousd: 1_000_000_000n,
  });
});

test("a model without a price is warned about once a day, and costs nothing that is known", async () => {
  const clock = new VirtualClock();
  const ports = { clock, log: recorded.log };
  const rules = documentRules(await configOf(JSON.stringify({ models: { llm: "nobody-knows-it" } })));
  const { pricing } = withWarnings(rules, new UnpricedModels(), ports);
  for (let record = 0; record < 100; record++) {
    expect(pricing.costOf(USAGE, "token_usage", TS)).toMatchObject({ status: "unpriced" });
  }
  expect(recorded.entries).toMatchObject([{ level: "warn", fields: { model: "nobody-knows-it" } }]);
  await clock.advance(24 * 3_600_000);
  pricing.costOf(USAGE, "token_usage", TS);
  expect(recorded.entries).toHaveLength(2);
});

test("embeddings that are recorded and estimated for the same time are warned about once", async () => {
  const embeddings = { estimate: "calls", until: "2026-04-04" };
  const rules = documentRules(await configOf(JSON.stringify({ embeddings })));
  const { pricing } = withWarnings(rules, new UnpricedModels(), {
    clock: new VirtualClock(),
    log: recorded.log,
  });
  const record = { type: "embedding_usage", calls: 1, input_tokens: 5 };
  pricing.costOf(record, "embedding_usage", "2026-04-04T00:00:00Z");
  pricing.costOf({ calls: 2 }, "embedding_usage", TS);
  expect(recorded.entries).toEqual([]);
  for (let time = 0; time < 2; time++) pricing.costOf(record, "embedding_usage", TS);
  expect(recorded.entries).toMatchObject([
    { level: "warn", message: expect.stringContaining("embeddings.until") },
  ]);
});

test("what estimates leave out is said at start, if anything is estimated", async () => {
  warnAboutEstimates(await configOf("{}"), recorded.log);
  expect(recorded.entries).toEqual([]);
  warnAboutEstimates(await configOf("embeddings: {estimate: calls}"), recorded.log);
  expect(recorded.entries).toMatchObject([
    { level: "warn", message: expect.stringContaining("adds and dreams") },
  ]);
});

test("models that are only assumed are named at start", async () => {
  warnAboutAssumedModels(await configOf(JSON.stringify({ models: { llm: "configured" } })), recorded.log);
  expect(recorded.entries).toMatchObject([
    { level: "warn", fields: { models: ["amazon.titan-embed-text-v2:0"] } },
  ]);
});

test("nothing is said where all models are configured", async () => {
  const config = await configOf(JSON.stringify({ models: { llm: "a", embedding: "b" } }));
  warnAboutAssumedModels(config, recorded.log);
  expect(recorded.entries).toEqual([]);
});
