/**
 * Goal: `dead-letters list` tells programs everything and people what they can read, and nothing private.
 * Method: the whole command on letters in a temporary folder.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { generationWith, refusedLetter } from "../daemon/letter.ts";
import { LettersFolder } from "./dead-letters-run.ts";

const generation = generationWith("{}");
const letter = (offset: number, changes = {}) =>
  refusedLetter(generation, offset, '{"query":"private"}', changes);

let folder: LettersFolder;
beforeEach(() => {
  folder = new LettersFolder();
});
afterEach(() => folder.remove());

test("where there never was a letter there are none", async () => {
  expect(await folder.ask("list")).toEqual({ total: 0, items: [] });
  expect(await folder.run("list")).toMatchObject({ code: 0, stdout: "There are no dead letters.\n" });
});

test("JSON has every fact by its documented name, in the order in which the letters came", async () => {
  const broken = { type: "not_json", reason: "torn", attempts: 0, sha256: "ab", sink: "local" };
  await folder.keep(letter(10), letter(0, broken));
  expect(await folder.ask("list")).toEqual({
    total: 2,
    items: [
      {
        id: `${generation.id}-10`,
        sink: "search",
        file: "audit-2026-04-03.jsonl",
        offset: 10,
        bytes: 19,
        type: "mapper_parsing_exception",
        reason: "failed to parse field [status] of type [long]",
        time: "2026-04-03T16:00:00.000Z",
        attempts: 1,
      },
      expect.objectContaining({ id: `${generation.id}-0`, sink: "local", type: "not_json", attempts: 0 }),
    ],
  });
});

test("letters of one sink can be asked for; none of them is an answer, too", async () => {
  await folder.keep(letter(1), letter(2, { sink: "other" }));
  expect(await folder.ask("--sink", "other")).toMatchObject({ total: 1, items: [{ sink: "other" }] });
  expect(await folder.ask("--sink", "local")).toEqual({ total: 0, items: [] });
  expect((await folder.run("--sink", "local")).stdout).toBe("There are no dead letters.\n");
});

test("a sink that nobody knows is a slip", async () => {
  await folder.keep(letter(1));
  const { code, stderr } = await folder.run("list", "--sink", "locl");
  expect(code).toBe(2);
  expect(stderr).toBe('dead-letters: --sink: there is no sink "locl"; did you mean local?\n');
});

test("JSON is complete; a person sees the newest fifty, and how many there are", async () => {
  await folder.keep(...Array.from({ length: 60 }, (_, offset) => letter(offset)));
  expect(await folder.ask()).toMatchObject({ total: 60, items: { length: 60 } });
  const { stdout } = await folder.run();
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toBe("The newest 50 of 60 dead letters; --limit shows more, --json all.");
  expect(lines).toHaveLength(1 + 1 + 1 + 50);
  expect(lines[3]).toContain(`${generation.id}-10 `);
  expect(lines.at(-1)).toContain(`${generation.id}-59 `);
});

test("a limit keeps the total right", async () => {
  await folder.keep(letter(1), letter(2), letter(3));
  expect(await folder.ask("--limit", "2")).toMatchObject({ total: 3, items: [{ offset: 2 }, { offset: 3 }] });
  expect((await folder.run("--limit", "1")).stdout).toMatch(/^The newest 1 of 3 dead letters/);
});

test("nothing of a line is shown, and nothing steers the terminal", async () => {
  await folder.keep(letter(1, { file: "\u001b[2J.jsonl", reason: `bad ${"x".repeat(100)}` }));
  const { stdout } = await folder.run();
  expect(stdout).not.toContain("private");
  expect(stdout).not.toContain("\u001b");
  expect(stdout).toContain(`bad ${"x".repeat(75)}…`);
  expect((await folder.run("--json")).stdout).not.toContain("private");
});
