/**
 * Goal: a watched answer is renewed in its place, rests as long as it takes, and leaves the terminal as it was.
 * Method: a terminal that remembers and a clock whose sleeps the test ends.
 */
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { watch } from "../../../src/cli/watch.ts";
import { FakeTerminal } from "./fake-terminal.ts";

/** A clock on which each answer takes `tookMs`; after `rounds` sleeps the terminal receives `signal`. */
function clockOf(
  terminal: FakeTerminal,
  tookMs: number,
  rounds: number,
  signal: "SIGINT" | "SIGTERM" = "SIGINT",
) {
  const sleepsMs: number[] = [];
  let readings = 0;
  return {
    sleepsMs,
    monotonicMs: () => (readings++ % 2) * tookMs,
    sleep: async (durationMs: number) => {
      sleepsMs.push(durationMs);
      if (sleepsMs.length === rounds) terminal.signal(signal);
    },
  };
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "an answer is renewed every two seconds until %s",
  async (signal) => {
    const terminal = new FakeTerminal();
    const clock = clockOf(terminal, 1, 3, signal);
    let count = 0;
    await watch(async (to) => to.out(`answer ${++count}\n`), terminal, clock);
    expect(clock.sleepsMs).toEqual([2000, 2000, 2000]);
    expect(stripVTControlCharacters(terminal.stdout)).toBe("answer 1\nanswer 2\nanswer 3\nanswer 3\n");
    terminal.signal(signal);
    expect(clock.sleepsMs).toHaveLength(3);
  },
);

test("each answer stands in the place of the one before; the last one stays on the usual screen", async () => {
  const terminal = new FakeTerminal();
  await watch(async (to) => to.out("a\nb\n"), terminal, clockOf(terminal, 1, 1));
  expect(terminal.stdout).toBe(
    "\u001b[?1049h\u001b[?25l\u001b[Ha\u001b[K\nb\u001b[K\n\u001b[J\u001b[?25h\u001b[?1049la\nb\n",
  );
});

test("what takes long is asked for less often", async () => {
  const terminal = new FakeTerminal();
  const clock = clockOf(terminal, 900, 2);
  await watch(async () => undefined, terminal, clock);
  expect(clock.sleepsMs).toEqual([9000, 9000]);
});

test("remarks are a part of the answer, and it knows its terminal", async () => {
  const terminal = new FakeTerminal();
  terminal.columns = 77;
  await watch(
    async (to) => {
      to.err("a remark\n");
      to.out(Buffer.from(`${to.columns}\n`));
    },
    terminal,
    clockOf(terminal, 1, 1),
  );
  expect(stripVTControlCharacters(terminal.stdout)).toContain("a remark\n77\n");
  expect(terminal.stderr).toBe("");
});

test("a defect leaves the terminal as it was, too", async () => {
  const terminal = new FakeTerminal();
  const broken = async () => {
    throw new Error("broken");
  };
  await expect(watch(broken, terminal, clockOf(terminal, 1, 1))).rejects.toThrow("broken");
  expect(terminal.stdout.endsWith("\u001b[?25h\u001b[?1049l")).toBe(true);
});
