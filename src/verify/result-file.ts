/** What the last proof found, kept in the state folder so that others can act on it: alerts, dashboards, scripts. */
import { z } from "zod";
import type { Files } from "../system/files.ts";

/** The file's name in the state folder. */
export const VERIFY_FILE = "verify.json";

const VERSION = 1;

const schema = z.object({
  version: z.literal(VERSION),
  /** When the last run ended, ISO 8601. */
  time: z.string(),
  /** By name: how many lines a sink did not hold when it was last asked. */
  sinks: z.record(z.string(), z.object({ missing: z.int().min(0) })),
});

export type VerifyResult = z.output<typeof schema>;

/** The result at `path`; undefined if there is none or it cannot be read. */
export async function readVerifyResult(
  path: string,
  files: Pick<Files, "readWhole">,
): Promise<VerifyResult | undefined> {
  try {
    const content = await files.readWhole(path);
    return content === undefined ? undefined : schema.parse(JSON.parse(content.toString()));
  } catch {
    return undefined;
  }
}

/**
 * Notes what a run found. Sinks that it did not ask keep what was found before, unless they are gone from `known`.
 * Rejects if the file cannot be written.
 */
export async function writeVerifyResult(
  path: string,
  found: ReadonlyMap<string, { readonly missing: number }>,
  known: readonly string[],
  timeMs: number,
  files: Pick<Files, "readWhole" | "replace">,
): Promise<void> {
  const before = Object.entries((await readVerifyResult(path, files))?.sinks ?? {});
  const kept = before.filter(([name]) => known.includes(name));
  const sinks = Object.fromEntries([
    ...kept,
    ...[...found].map(([name, { missing }]) => [name, { missing }]),
  ]);
  const result: VerifyResult = { version: VERSION, time: new Date(timeMs).toISOString(), sinks };
  await files.replace(path, `${JSON.stringify(result)}\n`);
}
