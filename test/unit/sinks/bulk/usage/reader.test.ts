/**
 * Goal: a reader asks the sink's indices, and says in one sentence what stands in the way.
 * Method: scripted answers.
 */
import { expect, test } from "vitest";
import type { Answer, NoAnswer } from "../../../../../src/sinks/bulk/answer.ts";
import { IndexReader } from "../../../../../src/sinks/bulk/usage/reader.ts";
import { UsageFault } from "../../../../../src/usage/source.ts";
import { scriptedTransport, UNREACHABLE } from "../../../../support/scripted-transport.ts";

function json(status: number, body: object): Answer {
  return { status, headers: {}, body: Buffer.from(JSON.stringify(body)) };
}

function readerOf(answer: Answer | NoAnswer) {
  const transport = scriptedTransport(() => answer);
  return { reader: new IndexReader(transport, "audit-*"), transport };
}

async function fault(answer: Answer | NoAnswer): Promise<string> {
  const refused = await readerOf(answer)
    .reader.search({}, "hits")
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(UsageFault);
  return (refused as UsageFault).message;
}

const whole = { timed_out: false, _shards: { failed: 0 } };

test("a search asks all indices for all of the answer", async () => {
  const { reader, transport } = readerOf(json(200, { ...whole, hits: {} }));
  expect(await reader.search({ size: 1 }, "hits")).toBe(JSON.stringify({ ...whole, hits: {} }));
  expect(transport.requests).toMatchObject([
    {
      method: "POST",
      path: "/audit-*/_search",
      query: { allow_partial_search_results: "false", filter_path: "timed_out,_shards.failed,hits" },
      body: Buffer.from('{"size":1}'),
    },
  ]);
});

test("field capabilities tell of indices without a field, too", async () => {
  const { reader, transport } = readerOf(json(200, { indices: ["audit-1"] }));
  expect(await reader.fieldCaps(["a", "b.c"])).toEqual({ indices: ["audit-1"] });
  expect(transport.requests).toMatchObject([
    { method: "GET", path: "/audit-*/_field_caps", query: { fields: "a,b.c", include_unmapped: "true" } },
  ]);
});

test.each([
  [json(200, { timed_out: true, _shards: { failed: 0 } }), "for a part of audit-* only"],
  [json(200, { timed_out: false, _shards: { failed: 1 } }), "for a part of audit-* only"],
  [json(200, {}), "for a part of audit-* only"],
  [json(401, { error: "no" }), "check auth"],
  [
    json(403, { error: { type: "security_exception", reason: "no permissions for [read]" } }),
    "the server answered 403 (security_exception: no permissions for [read]): give this user the right to read audit-*",
  ],
  [
    json(404, { error: { type: "index_not_found_exception", reason: "no such index [audit]" } }),
    "nothing was delivered there yet",
  ],
  [json(503, {}), "ask again later"],
  [UNREACHABLE, "ECONNREFUSED"],
])("what stands in the way is a fault, case %#", async (answer, sentence) => {
  expect(await fault(answer)).toContain(sentence);
});
