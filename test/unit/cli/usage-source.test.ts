/**
 * Goal: `--from` finds its source, or says in one sentence why there is none.
 * Method: configurations as they are loaded; audit files in a temporary folder.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openUsageSource, unknownSource } from "../../../src/cli/usage-source.ts";
import { TIME_MAX_MS, TIME_MIN_MS } from "../../../src/store/bucket-query.ts";
import { UsageFault } from "../../../src/usage/source.ts";
import { TimeZone } from "../../../src/usage/time-zone.ts";
import { requestLine } from "../../support/documents.ts";
import { configOf } from "../config/loading.ts";

const selection = {
  fromMs: TIME_MIN_MS,
  untilMs: TIME_MAX_MS,
  includesSystem: false,
  filters: {},
  zone: TimeZone.find("UTC") as TimeZone,
};

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "usage-source-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function config(others: object = {}) {
  const source = { directory: join(directory, "audit_logs") };
  return configOf(JSON.stringify({ source, state_dir: join(directory, "state"), ...others }));
}

const search = { type: "opensearch", endpoints: ["http://127.0.0.1:1"] };

test("a name that nothing has is met with those there are, and with a guess", async () => {
  const configuration = await config({ sinks: { search } });
  expect(unknownSource("serach", configuration)).toBe(
    '--from: expected one of local, audit-dir, search; found "serach": did you mean search?',
  );
  for (const known of ["local", "audit-dir", "search"])
    expect(unknownSource(known, configuration)).toBeUndefined();
});

test("the audit files are counted without store or server", async () => {
  mkdirSync(join(directory, "audit_logs"));
  writeFileSync(join(directory, "audit_logs", "audit-2026-04-03.jsonl"), `${requestLine()}\n`);
  writeFileSync(join(directory, "audit_logs", "notes.txt"), `${requestLine()}\n`);
  const source = await openUsageSource("audit-dir", await config(), () => {});
  expect((await source.groups(selection, [])).map(({ sums }) => sums.requests)).toEqual([1]);
  await source.close();
});

test("a store that is not there yet is empty, and a person is told", async () => {
  const remarks: string[] = [];
  const source = await openUsageSource("local", await config(), (sentence) => remarks.push(sentence));
  expect(await source.groups(selection, [])).toEqual([]);
  expect(remarks.join()).toContain("Nothing was stored yet");
  await source.close();
});

test("a damaged store is a fault with its name", async () => {
  mkdirSync(join(directory, "state"));
  writeFileSync(join(directory, "state", "store.db"), "no database ".repeat(100));
  const opening = openUsageSource("local", await config(), () => {});
  await expect(opening).rejects.toThrow(UsageFault);
  await expect(opening).rejects.toThrow("store.db");
});

test("CloudWatch Logs adds nothing up, and a person is told who does", async () => {
  const logs = { type: "cloudwatch", region: "us-east-1" };
  const opening = openUsageSource("logs", await config({ sinks: { logs } }), () => {});
  await expect(opening).rejects.toThrow(UsageFault);
  await expect(opening).rejects.toThrow("saved Logs Insights queries");
});

test("a server that cannot be reached is a fault with its address", async () => {
  const opening = openUsageSource("search", await config({ sinks: { search } }), () => {});
  await expect(opening).rejects.toThrow(UsageFault);
  await expect(opening).rejects.toThrow("127.0.0.1:1");
});
