/**
 * Goal: a bar for who looks at it, nothing for a program, and nothing of it is left in the end.
 * Method: terminals of both kinds.
 */
import { expect, test } from "vitest";
import { ProofProgress } from "../../../src/cli/verify-progress.ts";
import { FakeTerminal } from "./fake-terminal.ts";

function progressed(isInteractive: boolean, json: boolean, bytesTotal = 200): string {
  const terminal = new FakeTerminal();
  terminal.isInteractive = isInteractive;
  const progress = new ProofProgress(bytesTotal, terminal, { json });
  progress.add(50);
  progress.add(0);
  progress.add(50);
  progress.end();
  expect(terminal.stdout).toBe("");
  return terminal.stderr;
}

test("each percent is shown once on a terminal", () => {
  const shown = progressed(true, false);
  expect(shown.match(/\d+ %/g)).toEqual(["25 %", "50 %"]);
  expect(shown.endsWith("\r\u001b[K")).toBe(true);
});

test.each([
  ["no terminal", false, false, 200],
  ["JSON", true, true, 200],
  ["nothing to look at", true, false, 0],
])("nothing is shown with %s", (_, isInteractive, json, bytesTotal) => {
  expect(progressed(isInteractive, json, bytesTotal)).toBe("");
});
