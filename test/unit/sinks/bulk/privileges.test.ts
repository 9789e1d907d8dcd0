/**
 * Goal: missing privileges are named, and a user who may only create documents is not taken for one who may not write.
 * Method: a transport that answers by a table.
 */
import { expect, it } from "vitest";
import { mayPutTemplates, tryWritingAllowed } from "../../../../src/sinks/bulk/privileges.ts";
import { answerOf } from "../../../support/recorded-answers.ts";
import { scriptedTransport } from "../../../support/scripted-transport.ts";

const TARGET = { index: "logs-1", dataStream: false, documentIds: true };

async function tryWith(privileges: readonly string[] | undefined, target = TARGET) {
  const held = Object.fromEntries(
    ["create_doc", "auto_configure", "create_index", "index"].map((one) => [one, privileges?.includes(one)]),
  );
  const transport = scriptedTransport(({ method, path, query }) => {
    if (path.endsWith("_has_privileges")) {
      return privileges === undefined
        ? answerOf(400, { error: "no handler found" })
        : answerOf(200, { has_all_requested: false, index: { "logs-1": held } });
    }
    if (method === "HEAD") return answerOf(200);
    return query?.["require_alias"] === undefined
      ? answerOf(200, { items: [{ index: { status: 409 } }] })
      : answerOf(200, { items: [{ create: { status: 404 } }] });
  });
  const { canWrite, message } = await tryWritingAllowed(transport, target, new AbortController().signal);
  return { canWrite, message };
}

it.each([
  [["index", "auto_configure"], /lacks the privilege create_doc on logs-1/],
  [["create_doc"], /lacks the privilege auto_configure on logs-1/],
])("tells what lacks beside %j", async (privileges, message) => {
  expect(await tryWith(privileges)).toEqual({ canWrite: false, message: expect.stringMatching(message) });
});

it.each([
  ["a user who may only create", ["create_doc", "auto_configure"], "bulk requests into logs-1 are taken"],
  ["a user who may create indices", ["create_doc", "create_index"], "bulk requests into logs-1 are taken"],
  [
    "a user who may do all",
    ["create_doc", "auto_configure", "create_index", "index"],
    "documents can be written into logs-1",
  ],
  ["a server without users", undefined, "documents can be written into logs-1"],
])("is content with %s", async (_, privileges, message) => {
  expect(await tryWith(privileges)).toEqual({ canWrite: true, message });
});

it("asks for no right to make a data stream", async () => {
  expect(await tryWith(["create_doc"], { ...TARGET, dataStream: true })).toMatchObject({ canWrite: true });
});

it.each([
  [answerOf(200, { has_all_requested: true }), true],
  [answerOf(200, { has_all_requested: false }), false],
  [answerOf(400, { error: "no handler found" }), true],
])("knows of a user who surely may not put templates", async (answer, expected) => {
  const transport = scriptedTransport(() => answer);
  expect(await mayPutTemplates(transport, new AbortController().signal)).toBe(expected);
});
