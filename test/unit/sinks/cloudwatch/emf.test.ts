/**
 * Goal: CloudWatch takes tokens, cost, requests and errors from the events themselves, exactly, and nothing else
 * changes in them; nobody can make it many metrics, which are paid for.
 * Method: lines of every kind with their metrics embedded, read back by the rules of the format's specification.
 */
import { describe, expect, it } from "vitest";
import type { Document } from "../../../../src/document/document.ts";
import { DocumentWriter } from "../../../../src/document/write.ts";
import { MetricEmbedder } from "../../../../src/sinks/cloudwatch/emf.ts";
import { forEachDocument, requestLine } from "../../../support/documents.ts";
import { metricsIn } from "../../../support/embedded-metrics.ts";

const WRITER = new DocumentWriter({ labels: {}, withEventId: true });

/** The events of these lines: with their metrics, and as they would be without. */
function eventsOf(
  lines: readonly string[],
  embedder = new MetricEmbedder(),
): { event: string; plain: string }[] {
  const events: { event: string; plain: string }[] = [];
  const utf8 = (json: string) => Buffer.from(json, "latin1").toString();
  forEachDocument("audit-2026-04-03.jsonl", lines, (document: Document) => {
    const json = WRITER.json(document);
    events.push({ event: utf8(embedder.embed(document, json)), plain: utf8(json) });
  });
  return events;
}

function eventOf(members: Readonly<Record<string, unknown>>): string {
  return eventsOf([requestLine(members)])[0]?.event ?? "";
}

/** The metrics of one line: `Requests{Agent=dev}` and what it adds. */
function metricsOf(members: Readonly<Record<string, unknown>> = {}): Record<string, number> {
  const entries = metricsIn(eventOf(members)).map(({ name, dimensions, value }) => {
    const listed = Object.entries(dimensions).map(([dimension, of]) => `${dimension}=${of}`);
    return [`${name}{${listed.join()}}`, value] as const;
  });
  return Object.fromEntries(entries);
}

const USAGE = { method: undefined, status: undefined, elapsed_ms: undefined, ip: undefined };
const LLM_USAGE = { ...USAGE, type: "token_usage", llm_calls: 1, input_tokens: 1000, output_tokens: 500 };
const EMBEDDING_USAGE = { ...USAGE, type: "embedding_usage", calls: 1, input_tokens: 123 };

describe("the metrics of a line", () => {
  it("are requests and errors, by route group and by agent", () => {
    expect(metricsOf()).toEqual({
      "Requests{}": 1,
      "Errors{}": 0,
      "Requests{route_group=memory_create}": 1,
      "Errors{route_group=memory_create}": 0,
      "Requests{Agent=dev}": 1,
      "Errors{Agent=dev}": 0,
    });
  });

  it.each([
    [399, 0],
    [400, 1],
    [429, 1],
    [500, 1],
    ["500", 0],
  ])("count the status %j as %d errors", (status, errors) => {
    expect(metricsOf({ status })["Errors{}"]).toBe(errors);
  });

  it("are tokens and the exact cost of a language model, by category and by agent", () => {
    expect(metricsOf(LLM_USAGE)).toEqual({
      "InputTokens{}": 1000,
      "OutputTokens{}": 500,
      "CostUsd{}": 0.0028,
      "InputTokens{Category=llm}": 1000,
      "OutputTokens{Category=llm}": 500,
      "CostUsd{Category=llm}": 0.0028,
      "InputTokens{Agent=dev}": 1000,
      "OutputTokens{Agent=dev}": 500,
      "CostUsd{Agent=dev}": 0.0028,
    });
  });

  it("are no output tokens for embeddings, which have none", () => {
    expect(metricsOf(EMBEDDING_USAGE)).toEqual({
      "InputTokens{}": 123,
      "CostUsd{}": 0.00000246,
      "InputTokens{Category=embedding}": 123,
      "CostUsd{Category=embedding}": 0.00000246,
      "InputTokens{Agent=dev}": 123,
      "CostUsd{Agent=dev}": 0.00000246,
    });
  });

  it.each([LLM_USAGE, EMBEDDING_USAGE])(
    "are no cost where the price is unknown: unknown is not zero",
    (usage) => {
      const metrics = metricsOf({ ...usage, model: "unheard-of" });
      expect(metrics["InputTokens{}"]).toBe(usage.input_tokens);
      expect(Object.keys(metrics).filter((name) => name.startsWith("CostUsd"))).toEqual([]);
    },
  );

  it("have the namespace, the unit and the time of the line in milliseconds", () => {
    const timestampMs = Date.parse("2026-04-03T15:24:51.973Z");
    const common = { namespace: "mem0/audit", timestampMs };
    const metrics = metricsIn(eventOf(LLM_USAGE));
    expect(metrics.find(({ name }) => name === "InputTokens")).toMatchObject({ ...common, unit: "Count" });
    expect(metrics.find(({ name }) => name === "CostUsd")).toMatchObject({ ...common, unit: "None" });
  });

  it.each([
    ["requests to the system's own routes", { path: "/health" }],
    ["retrieval details", { event: "retrieval_detail", query: "secret" }],
    ["unknown kinds", { type: "something_else" }],
    ["lines that bring metrics of their own", { _aws: { Timestamp: 1 } }],
    ["lines with a member that has the name of a metric", { Requests: "many" }],
    ["lines with a member that has the name of a dimension", { Agent: 7 }],
  ])("are none for %s, which stay as they are", (_, members) => {
    const [{ event, plain } = { event: "", plain: "none" }] = eventsOf([requestLine(members)]);
    expect(event).toBe(plain);
  });
});

describe("an event with metrics", () => {
  it.each([{}, LLM_USAGE, { user_id: "用户", note: 'a "quoted" }' }, { cost: "reserved" }])(
    "keeps every byte that was there, and only has more members: %j",
    (members) => {
      const [{ event, plain } = { event: "", plain: "none" }] = eventsOf([requestLine(members)]);
      expect(event.startsWith(plain.slice(0, -1))).toBe(true);
      const { _aws, Agent, Category, Requests, Errors, InputTokens, OutputTokens, CostUsd, ...rest } =
        JSON.parse(event);
      expect(rest).toEqual(JSON.parse(plain));
      expect(_aws).toBeDefined();
    },
  );

  it("says nothing about users and addresses in its metrics", () => {
    const added = eventOf({ user_id: "somebody", ip: "10.9.8.7" }).split('"_aws"')[1];
    expect(added).not.toMatch(/somebody|10\.9\.8\.7|user|"ip"/);
  });
});

describe("the agent", () => {
  it.each([
    ["dev", "dev"],
    ["a b:c*", "a b:c*"],
    ['say "hi"\\', 'say "hi"\\'],
    ["开发", "%E5%BC%80%E5%8F%91"],
    ["tab\there", "tab%09here"],
    ["half \ud83d", "half %EF%BF%BD"],
    ["-", "-"],
    ["", "-"],
    ["   ", "-"],
    [undefined, "-"],
    [17, "-"],
    ["x".repeat(200), "x".repeat(200)],
    ["x".repeat(201), "other"],
    ["界".repeat(30), "other"],
  ])("%j has the dimension %j", (agent_id, expected) => {
    expect(JSON.parse(eventOf({ agent_id })).Agent).toBe(expected);
    expect(metricsIn(eventOf({ agent_id })).length).toBeGreaterThan(0);
  });

  it("is `other` from the 51st on, and the first ones keep their names", () => {
    const embedder = new MetricEmbedder();
    const lines = Array.from({ length: 120 }, (_, number) =>
      requestLine({ agent_id: `agent-${number % 60}` }),
    );
    const agents = eventsOf(lines, embedder).map(({ event }) => JSON.parse(event).Agent);
    const names = Array.from({ length: 60 }, (_, number) => (number < 50 ? `agent-${number}` : "other"));
    expect(agents).toEqual([...names, ...names]);
  });
});
