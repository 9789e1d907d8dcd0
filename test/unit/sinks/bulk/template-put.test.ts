/**
 * Goal: the template is put once, and where that is not allowed delivery goes on.
 * Method: a transport that answers by a table.
 */
import { describe, expect, it } from "vitest";
import type { Answer, NoAnswer, SearchRequest } from "../../../../src/sinks/bulk/answer.ts";
import { ensureTemplate } from "../../../../src/sinks/bulk/template-put.ts";
import { answerOf } from "../../../support/recorded-answers.ts";
import { scriptedTransport, UNREACHABLE } from "../../../support/scripted-transport.ts";

const template = { name: "logs", body: { index_patterns: ["logs-*"] } };

function transportOf(answers: Readonly<Record<string, Answer | NoAnswer>>) {
  return scriptedTransport(({ method }: SearchRequest) => answers[method] ?? answerOf(500));
}

function ensure(transport: ReturnType<typeof transportOf>, dataStream = false) {
  const target = { index: "logs-2026.04.03", dataStream, documentIds: true };
  return ensureTemplate(transport, template, target, new AbortController().signal);
}

describe("the index template", () => {
  it("is put if it is missing", async () => {
    const transport = transportOf({ GET: answerOf(404, {}), PUT: answerOf(200, {}) });
    expect(await ensure(transport)).toEqual({ outcome: "ready" });
    expect(transport.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /_index_template/logs",
      "PUT /_index_template/logs",
    ]);
    expect(JSON.parse(transport.requests[1]?.body?.toString() ?? "")).toEqual(template.body);
  });

  it("is left alone if it is there", async () => {
    const transport = transportOf({ GET: answerOf(200, { index_templates: [{ name: "logs" }] }) });
    expect(await ensure(transport)).toEqual({ outcome: "ready" });
    expect(transport.requests).toHaveLength(1);
  });

  it.each([
    ["asking for it is forbidden", { GET: answerOf(403) }],
    ["putting it is forbidden", { GET: answerOf(404), PUT: answerOf(403) }],
    ["the server takes it for wrong", { GET: answerOf(404), PUT: answerOf(400) }],
    ["only it needs other credentials", { GET: answerOf(401), HEAD: answerOf(404), POST: answerOf(403) }],
  ])("is a warning if %s", async (_, answers) => {
    const report = await ensure(transportOf(answers));
    expect(report).toMatchObject({
      outcome: "ready",
      warning: expect.stringContaining('"logs" could not be put'),
    });
  });

  it("must be there for a data stream", async () => {
    expect(await ensure(transportOf({ GET: answerOf(404), PUT: answerOf(403) }), true)).toEqual({
      outcome: "blocked",
      reason: "no_template",
      message: expect.stringMatching(/would make an index instead of a data stream/),
    });
  });

  it("is not asked for in vain: wrong credentials block", async () => {
    const report = await ensure(
      transportOf({ GET: answerOf(401), HEAD: answerOf(401), POST: answerOf(401) }),
    );
    expect(report).toMatchObject({ outcome: "blocked", reason: "http_401" });
  });

  it("waits for a server that cannot be reached or is not ready", async () => {
    expect(await ensure(transportOf({ GET: UNREACHABLE }))).toMatchObject({
      outcome: "unavailable",
      reason: "network",
    });
    expect(await ensure(transportOf({ GET: answerOf(503) }))).toMatchObject({ outcome: "unavailable" });
    expect(await ensure(transportOf({ GET: answerOf(404), PUT: answerOf(429) }))).toMatchObject({
      reason: "throttled",
    });
  });
});
