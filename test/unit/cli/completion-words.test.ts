/**
 * Goal: completion knows the words that the commands declare, and no others.
 * Method: ask for the words of a table of the test's own, and of the real one.
 */
import { expect, test } from "vitest";
import { command } from "../../../src/cli/command.ts";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { commandWords } from "../../../src/cli/completion-words.ts";

const listCommand = command({
  usage: "list [kind] [id]",
  description: "list things",
  build: (parser) =>
    parser
      .positional("kind", { choices: ["all", "new"] })
      .option("limit", { alias: "n", type: "number" })
      .option("order", { choices: ["up", "down"] })
      .option("by", { type: "string" })
      .option("raw", { type: "boolean" }),
  suggestions: { by: ["day", "file"] },
  run: async () => 0,
});

test("a command's own words and the common ones, by what follows them", async () => {
  const [words] = await commandWords({ list: { ...listCommand, load: async () => listCommand } });
  expect(words?.name).toBe("list");
  expect(words?.actions).toEqual(["all", "new"]);
  expect(words?.valued).toEqual(expect.arrayContaining(["--limit", "-n", "--config", "-c", "--state-dir"]));
  expect(words?.switches).toEqual(expect.arrayContaining(["--raw", "--json"]));
  expect(words?.values).toMatchObject({ "--order": ["up", "down"], "--by": ["day", "file"] });
  expect([...(words?.valued ?? []), ...(words?.switches ?? [])]).not.toContain("--kind");
});

test("every command of the program has its words", async () => {
  const all = await commandWords(COMMANDS);
  expect(all.map(({ name }) => name)).toEqual(Object.keys(COMMANDS));
  for (const { switches } of all) expect(switches).toEqual(expect.arrayContaining(["--json", "--help"]));
});

test("usage offers its questions and what to group by", async () => {
  const usage = (await commandWords(COMMANDS)).find(({ name }) => name === "usage");
  expect(usage?.actions).toEqual(["totals", "slowest", "errors", "requests", "reprice", "budgets"]);
  expect(usage?.values["--by"]).toEqual(expect.arrayContaining(["day", "agent", "model"]));
});
