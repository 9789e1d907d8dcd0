/**
 * A lock between processes, held by the kernel: free at once when its holder dies, however it dies.
 *
 * It is an exclusive transaction on a small SQLite file, never a process number in a file: such numbers are
 * reused, and mean nothing in another container.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { type Database, openDatabaseReadOnly, openLockDatabase, sqliteErrorCode } from "./sqlite.ts";

export interface Lock {
  readonly held: true;
  release(): void;
}

export type LockAttempt =
  | Lock
  | {
      readonly held: false;
      /** How the holder described itself; undefined if that cannot be read. */
      readonly holder: string | undefined;
    };

function holderFile(path: string): string {
  return `${path}.holder`;
}

function readHolder(path: string): string | undefined {
  try {
    return readFileSync(holderFile(path), "utf8").trim() || undefined;
  } catch {
    return undefined; // Only a courtesy: the lock itself is what counts.
  }
}

function toLock(database: Database): Lock {
  return { held: true, release: () => database.close() };
}

/**
 * Takes the lock of `path`, or says at once who has it. `description` is what others are told about this
 * holder (host, since when); it stands in `<path>.holder`. Throws if the lock file cannot be made.
 */
export function acquireLock(path: string, description: string): LockAttempt {
  const database = openLockDatabase(path);
  try {
    database.execute("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (sqliteErrorCode(error) === "SQLITE_BUSY") return { held: false, holder: readHolder(path) };
    throw error;
  }
  writeFileSync(holderFile(path), `${description}\n`, { mode: 0o600 });
  return toLock(database);
}

/** True if somebody holds the lock of `path`. It is only looked at: nobody who takes it meanwhile is refused for long. */
export function isLocked(path: string): boolean {
  let database: Database | undefined;
  try {
    database = openDatabaseReadOnly(path, { busyTimeoutMs: 0 });
    database?.prepare("SELECT count(*) FROM sqlite_schema").all([]);
    return false;
  } catch (error) {
    return sqliteErrorCode(error) === "SQLITE_BUSY";
  } finally {
    database?.close();
  }
}
