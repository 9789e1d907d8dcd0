/**
 * Goal: whether documents can be written is found out without writing.
 * Method: a transport that answers by a table; the real server is asked in an integration test.
 */
import { expect, it } from "vitest";
import type { Answer, NoAnswer } from "../../../../src/sinks/bulk/answer.ts";
import { knowsParameter, tryWriting, type WriteTarget } from "../../../../src/sinks/bulk/dry-write.ts";
import { answerOf } from "../../../support/recorded-answers.ts";
import { scriptedTransport, UNREACHABLE } from "../../../support/scripted-transport.ts";

const TARGET: WriteTarget = { index: "logs-1", dataStream: false, documentIds: true };

async function tryWith(exists: boolean, answer: Answer | NoAnswer, target = TARGET) {
  const transport = scriptedTransport(({ method }) =>
    method === "HEAD" ? answerOf(exists ? 200 : 404) : answer,
  );
  const result = await tryWriting(transport, target, new AbortController().signal);
  return { result, request: transport.requests[1] };
}

function itemOf(operation: string, status: number, type = "x_exception"): Answer {
  return answerOf(200, {
    errors: true,
    items: [{ [operation]: { status, error: { type, reason: "why" } } }],
  });
}

it("writes by an impossible condition into an index that exists", async () => {
  const { result, request } = await tryWith(true, itemOf("index", 409));
  expect(result).toMatchObject({ canWrite: true, isLockedOut: false });
  expect(request?.body?.toString()).toContain('"if_primary_term":999999999');
  expect(request?.query).not.toHaveProperty("require_alias");
});

it("does not create an index", async () => {
  const { result, request } = await tryWith(false, itemOf("create", 404));
  expect(result).toMatchObject({
    canWrite: true,
    message: expect.stringContaining("logs-1 does not exist yet"),
  });
  expect(request?.query).toMatchObject({ require_alias: "true" });
});

it.each([
  ["a data stream", { dataStream: true }, '{"create":{"_id":"mem0-audit-shipper-check"}}'],
  ["an index that takes no ids", { documentIds: false }, '{"create":{}}'],
])("creates no document in %s", async (_, target, action) => {
  const { result, request } = await tryWith(true, itemOf("create", 404), { ...TARGET, ...target });
  expect(result).toMatchObject({ canWrite: true, message: "bulk requests into logs-1 are taken" });
  expect(request?.query).toMatchObject({ require_alias: "true" });
  expect(request?.body?.toString()).toBe(`${action}\n[]\n`);
});

it("knows by the refusal of a document that is none that an alias takes documents", async () => {
  const refusal = itemOf("create", 400, "document_parsing_exception");
  const { result } = await tryWith(true, refusal, { ...TARGET, documentIds: false });
  expect(result).toMatchObject({ canWrite: true, message: "documents can be written into logs-1" });
});

it.each([
  [itemOf("create", 404), true],
  [answerOf(400, { error: { type: "illegal_argument_exception", reason: "unrecognized parameter" } }), false],
  [UNREACHABLE, false],
])("finds out whether a parameter is known", async (answer, expected) => {
  const transport = scriptedTransport(() => answer);
  const signal = new AbortController().signal;
  expect(await knowsParameter(transport, TARGET, { new_one: "true" }, signal)).toBe(expected);
  expect(transport.requests).toMatchObject([{ query: { new_one: "true", require_alias: "true" } }]);
});

it.each([
  ["an item is refused", itemOf("index", 403, "security_exception"), false, /give this user/],
  ["the index is read-only", itemOf("index", 403, "cluster_block_exception"), false, /read-only/],
  ["the answer is none", answerOf(200, "<html>"), false, /cannot be written/],
  ["credentials are wrong", answerOf(401), true, /auth/],
  ["rights are missing", answerOf(403), false, /rights/],
  ["nobody answers", UNREACHABLE, true, /ECONNREFUSED/],
])("says so if %s", async (_, answer, isLockedOut, message) => {
  const { result } = await tryWith(true, answer);
  expect(result).toEqual({ canWrite: false, isLockedOut, message: expect.stringMatching(message) });
});
