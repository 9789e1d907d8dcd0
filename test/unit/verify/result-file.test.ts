/**
 * Goal: the result of the last proof is there for others, sink by sink, and nonsense in its place is no result.
 * Method: one file in memory, written and read again.
 */
import { expect, test } from "vitest";
import { readVerifyResult, writeVerifyResult } from "../../../src/verify/result-file.ts";

const PATH = "/state/verify.json";
const TIME_MS = Date.UTC(2026, 3, 3, 12);

/** One file in memory. */
function memory(content?: string) {
  const file = { content };
  return {
    file,
    readWhole: async () => (file.content === undefined ? undefined : Buffer.from(file.content)),
    replace: async (_path: string, next: string | Uint8Array) => {
      file.content = String(next);
    },
  };
}

test("writes the missing lines of each sink, with the time", async () => {
  const files = memory();
  await writeVerifyResult(PATH, new Map([["search", { missing: 3 }]]), ["search"], TIME_MS, files);
  expect(JSON.parse(files.file.content ?? "")).toEqual({
    version: 1,
    time: "2026-04-03T12:00:00.000Z",
    sinks: { search: { missing: 3 } },
  });
});

test("keeps what is known of sinks that were not asked, and forgets those that are gone", async () => {
  const files = memory();
  const both = new Map([
    ["search", { missing: 3 }],
    ["logs", { missing: 1 }],
    ["old", { missing: 9 }],
  ]);
  await writeVerifyResult(PATH, both, ["search", "logs", "old"], TIME_MS, files);
  await writeVerifyResult(PATH, new Map([["logs", { missing: 0 }]]), ["search", "logs"], TIME_MS, files);
  expect((await readVerifyResult(PATH, files))?.sinks).toEqual({
    search: { missing: 3 },
    logs: { missing: 0 },
  });
});

test.each(["", "{", '{"version":2,"time":"","sinks":{}}', '{"version":1,"time":"t","sinks":{"a":{}}}'])(
  "takes %j for no result",
  async (content) => {
    expect(await readVerifyResult(PATH, memory(content))).toBeUndefined();
  },
);

test("is no result where there is no file", async () => {
  expect(await readVerifyResult(PATH, memory())).toBeUndefined();
});
