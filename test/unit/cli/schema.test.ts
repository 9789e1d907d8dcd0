/**
 * Goal: `schema` prints the generated files to the byte, so that `npm run generate` is nothing but this command.
 * Method: compare with the files.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { FakeTerminal } from "./fake-terminal.ts";

test.each([
  [[], "config/config.schema.json"],
  [["--markdown"], "docs/configuration.md"],
])("schema %j is %s", async (flags, file) => {
  const terminal = new FakeTerminal();
  expect(await runCommandLine(["schema", ...flags], terminal)).toBe(0);
  expect(terminal.stdout).toBe(readFileSync(file, "utf8"));
});
