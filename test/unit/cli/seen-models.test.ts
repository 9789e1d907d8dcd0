// Goal: the models of all records are counted, by name. Method: audit files, read as `usage --from audit-dir` reads them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readSeenModels } from "../../../src/cli/seen-models.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { systemFiles } from "../../../src/system/files.ts";

it("counts usage records and those without a price, of every day; requests name no model", async () => {
  const folder = mkdtempSync(join(tmpdir(), "seen-"));
  try {
    const record = (ts: string, model: string) => ({
      ts,
      type: "token_usage",
      path: "/memory/add",
      model,
      llm_calls: 1,
      input_tokens: 5,
      output_tokens: 5,
      total_tokens: 10,
    });
    const lines = [
      record("2024-01-01T00:00:00Z", "unknown"),
      record("2026-11-21T00:00:00Z", "gpt-4o-mini"),
      record("2026-11-21T00:00:01Z", "unknown"),
      { ts: "2026-11-21T00:00:02Z", method: "POST", path: "/memory/search", status: 200, elapsed_ms: 1 },
    ];
    writeFileSync(
      join(folder, "audit-2026-11-21.jsonl"),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
    const loaded = await loadConfig({ auditDir: folder, environment: {}, files: systemFiles });
    if (!loaded.ok) throw new Error("the configuration is valid");
    expect(await readSeenModels("audit-dir", loaded.config, () => undefined)).toEqual([
      { model: "gpt-4o-mini", records: 1, unpricedRecords: 0 },
      { model: "unknown", records: 2, unpricedRecords: 2 },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
