/**
 * Goal: words that would do something else than meant are refused, and a database that cannot be used is told.
 * Method: the whole command on wrong words and broken files.
 */
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generationWith, refusedLetter } from "../daemon/letter.ts";
import { LettersFolder } from "./dead-letters-run.ts";

let folder: LettersFolder;
beforeEach(() => {
  folder = new LettersFolder();
});
afterEach(() => folder.remove());

test.each([
  [["show"], "dead-letters: show: expected the id of a letter"],
  [["list", "abc-1"], "dead-letters: list takes no id; try: dead-letters show abc-1"],
  [["replay", "--older-than", "30d"], "--older-than goes with `dead-letters purge` alone, not with replay"],
  [["replay", "--yes"], "--yes goes with `dead-letters purge` alone"],
  [["purge", "--limit", "3"], "--limit goes with `dead-letters list` alone"],
  [["--raw"], "--raw goes with `dead-letters show` alone, not with list"],
  [["show", "abc-1", "--raw", "--json"], "--raw prints the line itself, so it does not go with --json"],
  [["list", "--limit", "0"], "--limit: expected a whole number from 1 on"],
  [["purge", "--older-than", "30"], '--older-than: expected a duration like 30d or 12h, found "30"'],
  [["purge", "--older-then", "30d", "--yes"], "unknown option --older-then; did you mean --older-than?"],
  [["replya"], ': replya: expected list, show, replay or purge; did you mean "replay"?\n'],
  [["list", "--sink", "search"], '--sink: there is no sink "search"; there are local'],
])("%j is refused", async (words, message) => {
  const { code, stdout, stderr } = await folder.run(...words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
});

describe("an id that begins with a dash", () => {
  const letter = refusedLetter({ ...generationWith("{}"), id: "-dash" }, 7, "{}");

  test.each([[["show", "--", letter.id]], [["show", `--id=${letter.id}`]]])(
    "is taken from %j",
    async (words) => {
      await folder.keep(letter);
      expect(await folder.run(...words)).toMatchObject({ code: 0 });
    },
  );

  test("is told apart from an option", async () => {
    const { code, stderr } = await folder.run("show", letter.id);
    expect(code).toBe(2);
    expect(stderr).toContain('unknown option -dash-7; a value that begins with a dash stands after "--"');
  });
});

test("a damaged database is told, and left as it is", async () => {
  writeFileSync(folder.state.deadLetters, "no database at all".repeat(1000));
  for (const action of ["list", "replay"]) {
    const { code, stderr } = await folder.run(action);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^dead-letters: cannot open .*dead-letters\.db: it is damaged/);
  }
});
