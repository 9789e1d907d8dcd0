/**
 * Goal: a start that fails is tried again until it works, each reason is said once, and a signal ends it at once.
 * Method: starts that end as the test says, on a virtual clock.
 */
import { expect, test } from "vitest";
import type { ExitCode } from "../../../src/cli/command.ts";
import { keepTrying, type StartProblem } from "../../../src/cli/keep-trying.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const INVALID: StartProblem = { code: 2, message: "config.yaml:1:1: sources: unknown key" };
const LOCKED: StartProblem = { code: 1, message: "the state folder is in use" };

/** Starts that end so, one after the other, the last for ever; `signalAt` is the start in which SIGTERM comes. */
async function run(ends: readonly (ExitCode | StartProblem)[], signalAt?: number) {
  const [clock, recorded, terminal] = [new VirtualClock(), new RecordingLog(), new FakeTerminal()];
  let starts = 0;
  const start = async () => {
    const end = ends[Math.min(starts, ends.length - 1)] ?? 0;
    if (starts++ === signalAt) terminal.signal("SIGTERM");
    return end;
  };
  let code: ExitCode | undefined;
  void keepTrying(start, terminal, { clock, log: recorded.log }).then((ended) => {
    code = ended;
  });
  await clock.runUntil(() => code !== undefined, "an end");
  return { code, starts, said: recorded.messages("error").length };
}

test("tries until a start works, and ends as that one does", async () => {
  expect(await run([INVALID, INVALID, LOCKED, 0])).toEqual({ code: 0, starts: 4, said: 2 });
  expect(await run([1])).toEqual({ code: 1, starts: 1, said: 0 });
});

test("ends with 0 when it is told to stop", async () => {
  expect(await run([INVALID], 2)).toEqual({ code: 0, starts: 3, said: 1 });
});
