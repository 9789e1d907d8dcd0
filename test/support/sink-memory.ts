/** A sink's memory without a folder. */
import type { SinkMemory } from "../../src/sinks/table.ts";

/** Holds what is saved for as long as the test runs. */
export function forgetfulMemory(entries: Readonly<Record<string, string>> = {}): SinkMemory {
  let kept = entries;
  return {
    load: async () => kept,
    save: async (saved) => {
      kept = saved;
    },
  };
}
