/**
 * Goal: a body is shown if it can be read, and what is wrong with it is named.
 * Method: reports as a store makes them, of bodies that are whole, damaged, exchanged or changed.
 */
import { expect, test } from "vitest";
import { checkBody } from "../../../src/cli/bodies-check.ts";
import { bodyHash } from "../../../src/document/body.ts";
import { packed } from "../../../src/sinks/bodies/body-store.ts";

const ID = "0123456789abcdefghi_-Z-4711";
const NAME = `2026-04-03/${ID}.json.gz`;
const JSON_TEXT = JSON.stringify({ id: ID, query: "q" });
const SHOWN = JSON.stringify({ id: ID, query: "q" }, null, 2);

async function found(json = JSON_TEXT) {
  return { outcome: "found", name: NAME, content: await packed(json) } as const;
}

test("one that is whole is shown, with its hash known or not, with a key or without", async () => {
  expect(await checkBody(await found(), { hash: undefined, key: undefined })).toEqual({ json: SHOWN });
  for (const key of [undefined, "key"])
    expect(await checkBody(await found(), { hash: bodyHash(JSON_TEXT, key), key })).toEqual({ json: SHOWN });
});

test.each([
  ["missing", { outcome: "missing" } as const, /no such body/],
  ["denied", { outcome: "blocked", reason: "AccessDenied", message: "S3 said no" } as const, /S3 said no/],
  ["cut", { outcome: "found", name: NAME, content: Buffer.from("no gzip") } as const, /damaged/],
])("one that is %s is not shown", async (_, report, problem) => {
  const checked = await checkBody(report, { hash: undefined, key: undefined });
  expect(checked).toEqual({ problem: expect.stringMatching(problem) });
});

test("one that is no JSON is damaged", async () => {
  for (const text of ["text", "1", "null"])
    expect(await checkBody(await found(text), { hash: undefined, key: undefined })).toEqual({
      problem: expect.stringContaining("damaged"),
    });
});

test("one under another's name, or with another hash, is shown with a warning", async () => {
  const other = await checkBody(await found('{"id":"other"}'), { hash: undefined, key: undefined });
  expect(other).toMatchObject({
    json: expect.stringContaining("other"),
    problem: expect.stringContaining("its name"),
  });
  for (const key of [undefined, "key"]) {
    const changed = await checkBody(await found(), { hash: bodyHash("something else", key), key });
    expect(changed).toMatchObject({
      json: SHOWN,
      problem: expect.stringMatching(/hash differs .*redact_key/),
    });
  }
});
