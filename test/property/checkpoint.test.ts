/**
 * Goal: whatever happens to the two checkpoint files, what is loaded was saved once; and a failure or a crash at any
 * write costs at most what was written last.
 * Method: random saves, failing and cut short at random calls; random damage to the files.
 */

import { expect, it } from "vitest";
import { CheckpointFile } from "../../src/checkpoint/checkpoint-file.ts";
import { errorCode, type Files } from "../../src/system/files.ts";
import { silentLog } from "../../src/system/log.ts";
import type { Checkpoint } from "../../src/tail/checkpoint.ts";
import { hashTail } from "../../src/tail/checkpoint.ts";
import { identifyGeneration } from "../../src/tail/generation.ts";
import { fc } from "../support/properties.ts";

const checkpoint = fc
  .record({
    name: fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
    number: fc.nat(3),
    offset: fc.maxSafeNat(),
    lastTimestamp: fc.option(fc.string(), { nil: undefined }),
    seenAs: fc.string(),
    inode: fc.string(),
  })
  .map(
    ({ name, number, ...rest }): Checkpoint => ({
      ...rest,
      generation: identifyGeneration("", name, Buffer.from(name), number),
      tailSha256: hashTail(Buffer.from(name)),
    }),
  );
const saves = fc.array(fc.array(checkpoint, { maxLength: 4 }), { minLength: 1, maxLength: 8 });
const fate = fc.constantFrom("ok", "ok", "fails before", "fails after", "crash before", "crash after");

/** A folder of two files whose writes fail as told: before or after the new content has taken its place. */
function makeFiles(content: Map<string, Buffer>, fates: readonly string[]) {
  let writes = 0;
  let isDead = false;
  const files = {
    readWhole: async (path: string) => content.get(path),
    replace: async (path: string, text: string | Uint8Array) => {
      const what = fates[writes++] ?? "ok";
      if (!what.endsWith("before")) content.set(path, Buffer.from(text));
      if (what.startsWith("crash")) isDead = true;
      if (what !== "ok") throw Object.assign(new Error("EIO: planted"), { code: "EIO" });
    },
  } as Files;
  return { files, isDead: () => isDead };
}

it("after failures and a crash, what is loaded is what was saved last, or what was tried after it", async () => {
  await fc.assert(
    fc.asyncProperty(saves, fc.array(fate, { maxLength: 8 }), async (all, fates) => {
      const content = new Map<string, Buffer>();
      const { files, isDead } = makeFiles(content, fates);
      const store = new CheckpointFile("/state/a", files, silentLog);
      expect(await store.load()).toEqual([]);
      let possible: (readonly Checkpoint[])[] = [[]];
      for (const checkpoints of all) {
        if (isDead()) break;
        const outcome = await store.save(checkpoints).then(
          () => "saved",
          (error: unknown) => errorCode(error),
        );
        possible = outcome === "saved" ? [checkpoints] : [...possible, checkpoints];
      }
      const loaded = await new CheckpointFile("/state/a", files, silentLog).load();
      expect(possible).toContainEqual(loaded);
    }),
  );
});

const damage = fc.record({
  slot: fc.nat(1),
  kind: fc.constantFrom("flip", "cut", "lose", "empty"),
  at: fc.nat(5000),
});

it("damage to the files never gives checkpoints that were not saved", async () => {
  await fc.assert(
    fc.asyncProperty(saves, fc.array(damage, { minLength: 1, maxLength: 2 }), async (all, damages) => {
      const content = new Map<string, Buffer>();
      const { files } = makeFiles(content, []);
      const store = new CheckpointFile("/state/a", files, silentLog);
      for (const checkpoints of all) await store.save(checkpoints);
      for (const { slot, kind, at } of damages) {
        const path = `/state/a.${slot}.json`;
        const bytes = content.get(path);
        if (bytes === undefined || bytes.length === 0) continue;
        const place = at % bytes.length;
        const changed = Buffer.from(bytes);
        changed[place] = (changed[place] ?? 0) ^ 1;
        if (kind === "lose") content.delete(path);
        else
          content.set(
            path,
            kind === "flip" ? changed : kind === "cut" ? bytes.subarray(0, place) : Buffer.alloc(0),
          );
      }
      const loaded = await new CheckpointFile("/state/a", files, silentLog).load();
      expect([[], ...all]).toContainEqual(loaded);
      const isOnlyOneDamaged = new Set(damages.map(({ slot }) => slot)).size === 1;
      if (isOnlyOneDamaged && all.length > 1) expect(all.slice(-2)).toContainEqual(loaded);
    }),
  );
});
