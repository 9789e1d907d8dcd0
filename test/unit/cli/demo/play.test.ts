/**
 * Goal: the past is there at once, the present comes line by line, and each line is in its day's file.
 * Method: traffic is played into a folder in memory, with a clock that jumps to the end of each sleep.
 */
import { describe, expect, it } from "vitest";
import { playLive, playPast } from "../../../../src/cli/demo/play.ts";
import type { TrafficLine } from "../../../../src/cli/demo/traffic.ts";
import type { Clock } from "../../../../src/system/clock.ts";
import { auditLines } from "../../../support/audit-lines.ts";

class MemoryFolder {
  readonly files = new Map<string, string>();
  appends = 0;

  append(fileName: string, text: string): Promise<void> {
    this.files.set(fileName, (this.files.get(fileName) ?? "") + text);
    this.appends += 1;
    return Promise.resolve();
  }
}

function contents(lines: readonly TrafficLine[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const { fileName, text } of lines) files.set(fileName, `${files.get(fileName) ?? ""}${text}\n`);
  return files;
}

describe("the past", () => {
  it("is written in few blocks, each line in its day's file, up to the given moment", async () => {
    const lines = auditLines(8000);
    const untilMs = (lines[7000]?.timeUs ?? 0) / 1000;
    const folder = new MemoryFolder();
    expect(await playPast(lines, untilMs, folder)).toBe(7000);
    expect(folder.files).toEqual(contents(lines.slice(0, 7000)));
    expect(folder.files.size).toBeGreaterThan(1);
    expect(folder.appends).toBeLessThan(20);
  });

  it("may be empty", async () => {
    const folder = new MemoryFolder();
    expect(await playPast(auditLines(10), 0, folder)).toBe(0);
    expect(folder.appends).toBe(0);
  });
});

describe("the present", () => {
  it("comes line by line, none before its time, until it is stopped", async () => {
    const lines = auditLines(100);
    const folder = new MemoryFolder();
    const stop = new AbortController();
    let nowMs = (lines[0]?.timeUs ?? 0) / 1000;
    const clock: Clock = {
      nowMs: () => nowMs,
      monotonicMs: () => nowMs,
      sleep: (durationMs) => {
        expect(folder.files).toEqual(contents(lines.filter((line) => line.timeUs <= nowMs * 1000)));
        nowMs += durationMs;
        if (folder.appends === 50) stop.abort();
        return Promise.resolve();
      },
    };
    await playLive(lines, folder, clock, stop.signal);
    expect(folder.files).toEqual(contents(lines.slice(0, 50)));
  });
});
