/** An empty database of the present schema in a temporary folder. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../../../src/store/schema.ts";
import { type Database, openDatabase } from "../../../src/system/sqlite.ts";

export function withDatabase(work: (database: Database) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "sample-database-"));
  const database = openDatabase(join(directory, "store.db"), { busyTimeoutMs: 0 });
  try {
    migrate(database);
    work(database);
  } finally {
    database.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
