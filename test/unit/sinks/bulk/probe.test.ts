/**
 * Goal: `check` says in one sentence each what it found at a server and what to do.
 * Method: a transport that answers by a table.
 */
import { describe, expect, it } from "vitest";
import type { Answer, NoAnswer } from "../../../../src/sinks/bulk/answer.ts";
import { ELASTICSEARCH, OPENSEARCH } from "../../../../src/sinks/bulk/flavour.ts";
import { probe } from "../../../../src/sinks/bulk/probe.ts";
import { answerOf } from "../../../support/recorded-answers.ts";
import { scriptedTransport, UNREACHABLE } from "../../../support/scripted-transport.ts";

const NOW_MS = Date.parse("2026-04-03T12:00:00Z");
const ROOT = answerOf(200, { version: { distribution: "opensearch", number: "3.8.0" } });
const CAN_WRITE = answerOf(200, {
  items: [{ create: { status: 404, error: { type: "index_not_found_exception" } } }],
});

interface Answers {
  readonly root?: Answer | NoAnswer;
  readonly nodes?: Answer;
  readonly bulk?: Answer;
  readonly template?: Answer;
}

async function probeWith(answers: Answers, flavour = OPENSEARCH) {
  const { root = ROOT, nodes = answerOf(403), bulk = CAN_WRITE, template = answerOf(200, {}) } = answers;
  const transport = scriptedTransport(({ method, path }) => {
    if (path === "/") return root;
    if (path === "/_nodes/_local") return nodes;
    if (path.startsWith("/_index_template/")) return template;
    return method === "HEAD" ? answerOf(404) : bulk;
  });
  const subject = {
    transport,
    flavour,
    target: { index: "logs-1", dataStream: false, documentIds: true },
    template: { name: "logs", body: {} },
    nowMs: NOW_MS,
  };
  const results = await probe(subject, new AbortController().signal);
  return Object.fromEntries(results.map(({ name, ok, message }) => [name, { ok, message }]));
}

describe("a probe", () => {
  it("passes where everything is as it should be", async () => {
    const results = await probeWith({});
    expect(Object.keys(results)).toEqual(["connection", "version", "write", "template"]);
    expect(Object.values(results).every(({ ok }) => ok)).toBe(true);
    expect(results["version"]?.message).toBe("OpenSearch 3.8.0");
  });

  it.each([
    ["cannot be reached", UNREACHABLE, /ECONNREFUSED/],
    ["takes no credentials", answerOf(401), /auth/],
    ["is broken", answerOf(503), /503/],
  ])("stops at a server that %s", async (_, root, message) => {
    expect(await probeWith({ root })).toEqual({
      connection: { ok: false, message: expect.stringMatching(message) },
    });
  });

  it.each([
    [
      "is too old",
      { version: { distribution: "opensearch", number: "2.6.0" } },
      /expected 2.7 or newer.*2.6.0/,
    ],
    [
      "is another product",
      { version: { number: "8.19.0" } },
      /^this is Elasticsearch 8.19.0, not OpenSearch: write type: elasticsearch$/,
    ],
    ["is no search server", "<html>", /check endpoints/],
  ])("fails at a server that %s", async (_, root, message) => {
    const results = await probeWith({ root: answerOf(200, root) });
    expect(results["version"]).toEqual({ ok: false, message: expect.stringMatching(message) });
  });

  it("asks nothing else of the other product, whose refusals would mislead", async () => {
    const root = answerOf(200, { version: { number: "8.19.0" } });
    expect(Object.keys(await probeWith({ root }))).toEqual(["connection", "version"]);
  });

  it("passes where the version is not told", async () => {
    const results = await probeWith({ root: answerOf(403) });
    expect(results["version"]).toEqual({ ok: true, message: expect.stringMatching(/does not tell/) });
  });

  it("asks the node for its version where the server itself does not tell it", async () => {
    const root = answerOf(405, {}, { "x-elastic-product": "Elasticsearch" });
    const nodesOf = (version: string) => answerOf(200, { nodes: { a: { version } } });
    const versionOf = async (nodes: Answer) => (await probeWith({ root, nodes }, ELASTICSEARCH))["version"];
    expect(await versionOf(nodesOf("8.19.21"))).toEqual({ ok: true, message: "Elasticsearch 8.19.21" });
    expect(await versionOf(nodesOf("7.17.0"))).toMatchObject({ ok: false });
    expect(await versionOf(answerOf(403, {}))).toMatchObject({ ok: true });
  });

  it("takes Elasticsearch Serverless for new enough", async () => {
    const root = answerOf(200, { version: { number: "8.11.0", build_flavor: "serverless" } });
    expect((await probeWith({ root }, ELASTICSEARCH))["version"]).toEqual({
      ok: true,
      message: "Elasticsearch Serverless",
    });
  });

  it.each([
    ["Fri, 03 Apr 2026 12:00:20 GMT", true],
    ["Fri, 03 Apr 2026 11:50:00 GMT", false],
  ])("compares the clocks: %s is %s", async (date, ok) => {
    const root = answerOf(200, ROOT.body.toString(), { date });
    expect((await probeWith({ root }))["clock"]).toMatchObject({ ok });
  });

  it.each([
    ["is missing", answerOf(404), true, /will put it/],
    ["cannot be seen", answerOf(403), false, /cannot be seen/],
  ])("tells if the template %s", async (_, template, ok, message) => {
    expect((await probeWith({ template }))["template"]).toEqual({
      ok,
      message: expect.stringMatching(message),
    });
  });

  it("tells if the template is missing and this user may not put it", async () => {
    const nobody = answerOf(200, { has_all_requested: false });
    const root = answerOf(200, { version: { number: "9.5.3" } });
    const results = await probeWith({ root, bulk: nobody, template: answerOf(404) }, ELASTICSEARCH);
    expect(results["template"]).toEqual({ ok: false, message: expect.stringMatching(/lacks the privilege/) });
  });

  it("tells if documents cannot be written", async () => {
    expect((await probeWith({ bulk: answerOf(403) }))["write"]).toMatchObject({ ok: false });
  });
});
