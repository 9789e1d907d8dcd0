/**
 * Goal: a body is packed to the same bytes each time, and damage is noticed; names tell bodies from all else.
 * Method: packing twice; bytes cut and changed; names on both sides of the patterns.
 */
import { expect, test } from "vitest";
import {
  BODY_NAME,
  DAY_NAME,
  fileNameOf,
  idInName,
  packed,
  unpacked,
} from "../../../../src/sinks/bodies/body-store.ts";

const ID = "0123456789abcdefghi_-Z-4711";

test("what was packed comes back", async () => {
  const json = JSON.stringify({ query: "Wo ist 😀?", results: Array(100).fill({ memory: "im Schrank" }) });
  const content = await packed(json);
  expect((await unpacked(content))?.toString()).toBe(json);
  expect(content.length).toBeLessThan(json.length / 5);
});

test("the same body has the same bytes: no time, no name of a file", async () => {
  const content = await packed("{}");
  expect(await packed("{}")).toEqual(content);
  expect([...content.subarray(3, 8)]).toEqual([0, 0, 0, 0, 0]);
});

test("damage is noticed", async () => {
  const content = await packed('{"query":"q"}');
  expect(await unpacked(content.subarray(0, -1))).toBeUndefined();
  expect(
    await unpacked(Buffer.from(content).fill(0, content.length - 8, content.length - 4)),
  ).toBeUndefined();
  expect(await unpacked(Buffer.from("{}"))).toBeUndefined();
});

test("names tell bodies from all else", () => {
  expect(fileNameOf(ID)).toMatch(BODY_NAME);
  expect(idInName(`2026-04-03/${fileNameOf(ID)}`)).toBe(ID);
  for (const name of ["notes.txt", `${ID}.json`, `x${ID}.json.gz`, `${ID}.json.gz.new`, "-1.json.gz"])
    expect(name).not.toMatch(BODY_NAME);
  for (const name of ["2026-04-03", "0001-12-31"]) expect(name).toMatch(DAY_NAME);
  for (const name of [
    "2026-4-3",
    "2026-13-01",
    "2026-04-32",
    "2026-04-03 ",
    "2026-04-03x",
    "..",
    ".unfinished",
  ])
    expect(name).not.toMatch(DAY_NAME);
});
