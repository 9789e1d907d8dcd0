/** A destination whose lines the test names by their offsets. */
import type { Document } from "../../../src/document/document.ts";
import { type Presence, PresenceFault, type SoughtLine } from "../../../src/sinks/presence.ts";
import type { Checkpoint } from "../../../src/tail/checkpoint.ts";
import type { Generation } from "../../../src/tail/generation.ts";

export class MemoryPresence implements Presence {
  linesMax = 3;
  /** How often the line at an offset is there; those that are not named are there once. */
  readonly copiesAt = new Map<number, number>();
  /** Thrown by the next questions, one after the other. */
  readonly faults: PresenceFault[] = [];
  retention: number | undefined;
  own: readonly Checkpoint[] = [];
  isClosed = false;
  readonly asked: SoughtLine[][] = [];

  skips({ record }: Document): boolean {
    return record["status"] === 404;
  }

  async checkpoints(): Promise<readonly Checkpoint[]> {
    return this.own;
  }

  async copies(_: Generation, lines: readonly SoughtLine[]): Promise<readonly number[]> {
    const fault = this.faults.shift();
    if (fault !== undefined) throw fault;
    this.asked.push([...lines]);
    return lines.map(({ offset }) => this.copiesAt.get(offset) ?? 1);
  }

  async retentionMs(): Promise<number | undefined> {
    return this.retention;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

export const DOWN = new PresenceFault({
  outcome: "unavailable",
  reason: "network",
  message: "nobody is there",
});
export const DENIED = new PresenceFault({
  outcome: "blocked",
  reason: "http_403",
  message: "it may not be read",
});
