/**
 * Goal: whether documents can be written is found out without writing.
 * Method: a transport that answers by a table; the real server is asked in an integration test.
 */
import { expect, it } from "vitest";
import type { Answer, NoAnswer } from "../../../../src/sinks/bulk/answer.ts";
import { tryWriting } from "../../../../src/sinks/bulk/dry-write.ts";
import { answerOf } from "../../../support/recorded-answers.ts";
import { scriptedTransport, UNREACHABLE } from "../../../support/scripted-transport.ts";

async function tryWith(exists: boolean, answer: Answer | NoAnswer) {
  const transport = scriptedTransport(({ method }) =>
    method === "HEAD" ? answerOf(exists ? 200 : 404) : answer,
  );
  const result = await tryWriting(transport, "logs-1", new AbortController().signal);
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
