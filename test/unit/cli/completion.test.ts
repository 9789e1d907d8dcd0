/**
 * Goal: `completion` prints a script for the shell that is named, with the words of all commands.
 * Method: run it as the command line does.
 */
import { expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { FakeTerminal } from "./fake-terminal.ts";

test.each([
  [[], /^# Completion of mem0-audit-shipper/],
  [["bash"], /^# Completion of mem0-audit-shipper/],
  [["zsh"], /^autoload -U \+X bashcompinit/],
])("completion %j", async (words, beginning) => {
  const terminal = new FakeTerminal();
  expect(await runCommandLine(["completion", ...words], terminal)).toBe(0);
  expect(terminal.stdout).toMatch(beginning);
  for (const name of Object.keys(COMMANDS)) expect(terminal.stdout).toContain(`\n    ${name}) candidates=`);
  expect(terminal.stdout).toContain("--log-level");
});

test("another shell is refused, with those that there are", async () => {
  const terminal = new FakeTerminal();
  expect(await runCommandLine(["completion", "tcsh"], terminal)).toBe(2);
  expect(terminal.stderr).toMatch(/tcsh.*bash.*zsh/s);
});
