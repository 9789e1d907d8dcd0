/**
 * Goal: a step asks by GET only, sends exactly what was printed, and tells every refusal in a sentence that says what to do.
 * Method: a transport that answers by a table.
 */
import { describe, expect, it } from "vitest";
import type { Answer, NoAnswer } from "../../../../../src/sinks/bulk/answer.ts";
import {
  type Finding,
  jsonRequest,
  parseOperation,
  searchStep,
  skippedStep,
} from "../../../../../src/sinks/bulk/setup/step.ts";
import { SetupFault } from "../../../../../src/sinks/setup.ts";
import { answerOf } from "../../../../support/recorded-answers.ts";
import { scriptedTransport, UNREACHABLE } from "../../../../support/scripted-transport.ts";

const signal = new AbortController().signal;

/** What a step finds if the server gives this answer to `GET /thing`. */
async function examine(answer: Answer | NoAnswer) {
  let finding: Finding | undefined;
  const transport = scriptedTransport(() => answer);
  const step = searchStep(
    {
      title: "thing",
      right: "manage things",
      examine: async (ask) => {
        finding = await ask("/thing?pretty=true");
        return { state: "present" };
      },
    },
    transport,
  );
  const state = await step.examine(signal);
  return { finding, state, requests: transport.requests };
}

function errorAnswer(status: number, type: string, reason: string) {
  return answerOf(status, { error: { type, reason }, status });
}

describe("a question", () => {
  it("is a GET, and finds what is there", async () => {
    const { finding, requests } = await examine(answerOf(200, { a: 1 }));
    expect(finding).toEqual({ outcome: "found", body: { a: 1 } });
    expect(requests).toEqual([{ method: "GET", path: "/thing", query: { pretty: "true" } }]);
  });

  it("finds nothing", async () => {
    expect((await examine(answerOf(404, {}))).finding).toEqual({ outcome: "missing" });
  });

  it.each([
    ["a server without the plugin", answerOf(400, { error: "no handler found for uri [/_ilm/policy/a]" })],
    ["a path of another method", answerOf(405, { error: "Incorrect HTTP method for uri [/thing]" })],
    ["Serverless", errorAnswer(410, "api_not_available_exception", "not available in serverless mode")],
  ])("finds that the API is not supported by %s", async (_, answer) => {
    expect((await examine(answer)).finding).toEqual({ outcome: "unsupported" });
  });

  it.each([
    ["no network", UNREACHABLE, "ECONNREFUSED"],
    ["a wrong password", answerOf(401), "check auth in the configuration of this sink"],
    [
      "a missing right",
      errorAnswer(403, "security_exception", "no permissions for [indices:admin/thing/get]"),
      "the server answered 403 (security_exception: no permissions for [indices:admin/thing/get]): give this user the right to manage things (docs/setup.md lists the rights)",
    ],
    ["a gateway's refusal", answerOf(403, "<html>"), "403, not in its own format: give this user the right"],
    ["a server that is not well", answerOf(503, {}), "the server answered 503"],
    [
      "a wrong request",
      errorAnswer(400, "illegal_argument_exception", "unknown setting [a]"),
      "the request was refused: the server answered 400 (illegal_argument_exception: unknown setting [a])",
    ],
  ])("is refused for %s", async (_, answer, message) => {
    const { state, finding } = await examine(answer);
    expect(finding).toBeUndefined();
    expect(state).toEqual({ state: "refused", message: expect.stringContaining(message) });
  });
});

describe("the requests of a step", () => {
  const definition = {
    title: "thing",
    right: "manage things",
    examine: async () => ({ state: "present" as const }),
  };
  const requests = [{ operation: "PUT /thing?if_seq_no=1", body: { a: 1 } }, { operation: "POST /_refresh" }];

  it("are sent as they were planned, in their order", async () => {
    const transport = scriptedTransport(() => answerOf(200, {}));
    await searchStep(definition, transport).apply(requests, signal);
    expect(transport.requests).toEqual([
      {
        method: "PUT",
        path: "/thing",
        query: { if_seq_no: "1" },
        headers: { "content-type": "application/json" },
        body: Buffer.from('{"a":1}'),
      },
      { method: "POST", path: "/_refresh" },
    ]);
  });

  it("end with the first that is refused", async () => {
    const transport = scriptedTransport(() => errorAnswer(400, "illegal_argument_exception", "why not"));
    const applied = searchStep(definition, transport).apply(requests, signal);
    await expect(applied).rejects.toThrow(SetupFault);
    await expect(applied).rejects.toThrow("why not");
    expect(transport.requests).toHaveLength(1);
  });

  it("fail in a sentence if there is no answer", async () => {
    const applied = searchStep(
      definition,
      scriptedTransport(() => UNREACHABLE),
    ).apply(requests, signal);
    await expect(applied).rejects.toThrow("ECONNREFUSED");
  });
});

it("an operation is method, path and query", () => {
  expect(parseOperation("GET /a%2Cb?c=d,e&f=g")).toEqual({
    method: "GET",
    path: "/a%2Cb",
    query: { c: "d,e", f: "g" },
  });
  expect(jsonRequest({ operation: "POST /a" })).toEqual({ method: "POST", path: "/a" });
});

it("a step that is left out asks nothing", async () => {
  const transport = scriptedTransport(() => answerOf(500));
  const step = searchStep(skippedStep("retention", "there is none here"), transport);
  expect(await step.examine(signal)).toEqual({ state: "skipped", message: "there is none here" });
  expect(transport.requests).toEqual([]);
});

it("a defect in a step is no refusal", async () => {
  const broken = {
    title: "broken",
    right: "break",
    examine: () => Promise.reject(new TypeError("a defect")),
  };
  const step = searchStep(
    broken,
    scriptedTransport(() => answerOf(200)),
  );
  await expect(step.examine(signal)).rejects.toThrow("a defect");
});
