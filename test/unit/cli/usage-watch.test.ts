/**
 * Goal: `usage --watch` shows the present answer until somebody says stop, and only where it can be seen.
 * Method: the whole command on a terminal that remembers, with a store of one request.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { usageRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
  sample.put([usageRow()]);
});
afterEach(() => sample.remove());

const watching = (terminal: FakeTerminal) =>
  runCommandLine(["usage", "--watch", "--state-dir", sample.directory], terminal);

test("the answer is shown until Ctrl-C, and the last one stays", async () => {
  const terminal = new FakeTerminal();
  terminal.isInteractive = true;
  const ended = watching(terminal);
  await expect.poll(() => terminal.stdout).toContain("$0.1858");
  terminal.signal("SIGINT");
  expect(await ended).toBe(0);
  expect(terminal.stdout.split("\u001b[?1049l")[1]).toContain("$0.1858");
});

test("without a terminal there is nothing to watch", async () => {
  const terminal = new FakeTerminal();
  expect(await watching(terminal)).toBe(2);
  expect(terminal.stderr).toBe("usage: --watch needs a terminal to write to\n");
});
