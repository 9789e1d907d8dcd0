/**
 * Goal: the embedded store counts every line once, however often the daemon dies.
 * Method: the built daemon with no sink is killed again and again (SIGKILL) while a writer appends; at the end
 * `usage` must equal sums made from the files themselves.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "../../src/system/random.ts";
import { Workspace } from "../support/daemon.ts";
import { AuditWriter } from "./audit-writer.ts";
import { difference, type ExpectedFates, expectedFates, NO_DIFFERENCE, place } from "./expected-fates.ts";
import { killAgainAndAgain } from "./kill-loop.ts";
import { SCALE } from "./scale.ts";

/** List prices of the default model, Claude 3.5 Haiku: $0.80 and $4.00 per million tokens. */
const INPUT_PICOUSD = 800_000n;
const OUTPUT_PICOUSD = 4_000_000n;

interface UsageRow {
  readonly requests: number;
  readonly errors: number;
  readonly llm_calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly total_tokens: number;
  readonly total_usd: string;
  readonly unpriced_records: number;
}

let workspace: Workspace;

beforeEach(async () => {
  workspace = await Workspace.make();
});

afterEach(() => workspace.remove());

function picousd(amount: string): bigint {
  const [whole = "0", fraction = ""] = amount.split(".");
  return BigInt(whole + fraction.padEnd(12, "0"));
}

/** The same totals from the files, with plain sums. */
function totals({ documents }: ExpectedFates): Omit<UsageRow, "total_usd"> {
  const records = documents.map((line) => line.record);
  const requests = records.filter((record) => record["method"] !== undefined);
  const usage = records.filter((record) => record["type"] === "token_usage");
  const sum = (name: string) => usage.reduce((total, record) => total + Number(record[name]), 0);
  return {
    requests: requests.length,
    errors: requests.filter((record) => Number(record["status"]) >= 400).length,
    llm_calls: sum("llm_calls"),
    input_tokens: sum("input_tokens"),
    output_tokens: sum("output_tokens"),
    total_tokens: sum("total_tokens"),
    unpriced_records: 0,
  };
}

/** Grows whenever a file in the state folder changes. */
function stateChanges(directory: string): () => number {
  let seen = "";
  let changes = 0;
  return () => {
    const now = existsSync(directory)
      ? readdirSync(directory).map(
          (name) => statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs,
        )
      : [];
    if (now.join() !== seen) changes += 1;
    seen = now.join();
    return changes;
  };
}

describe("the daemon, killed again and again over its embedded store", () => {
  it(
    "counts each line once",
    async () => {
      const writer = new AuditWriter(workspace.auditDirectory, seededRandom(SCALE.seed), SCALE.lines);
      const linesPerKill = Math.ceil(SCALE.lines / SCALE.kills);
      const progress = stateChanges(workspace.stateDirectory);
      const random = seededRandom(SCALE.seed);
      const loop = { workspace, writer, random, kills: SCALE.kills, linesPerKill, progress };
      expect(await killAgainAndAgain(loop)).toBeGreaterThan(SCALE.kills / 2);

      const last = await workspace.run("run", "--once");
      expect(last, last.stderr.slice(-2000)).toMatchObject({ code: 0 });
      const expected = expectedFates(workspace.auditDirectory);
      expect(expected.lines).toBe(SCALE.lines);
      const usage = await workspace.ask<{ totals: UsageRow }>("usage", "--all");
      const wanted = totals(expected);
      expect(usage.totals).toMatchObject(wanted);
      const cost =
        BigInt(wanted.input_tokens) * INPUT_PICOUSD + BigInt(wanted.output_tokens) * OUTPUT_PICOUSD;
      expect(picousd(usage.totals.total_usd)).toBe(cost);
      expect(cost).toBeGreaterThan(0n);

      type DeadLetters = { readonly items: readonly { readonly file: string; readonly offset: number }[] };
      const { items } = await workspace.ask<DeadLetters>("dead-letters", "list");
      const dead = items.map(({ file, offset }) => place(file, offset));
      expect(difference(dead, expected.broken)).toEqual(NO_DIFFERENCE);
    },
    SCALE.testTimeoutMs,
  );
});
