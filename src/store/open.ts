/** Opens the embedded store: to write it (one daemon) or to ask it (anybody, daemon up or down). */
import type { Log } from "../system/log.ts";
import {
  type Database,
  isCorruption,
  openDatabase,
  openDatabaseReadOnly,
  openMemoryDatabase,
  setDatabaseAside,
} from "../system/sqlite.ts";
import { migrate, SCHEMA_VERSION, schemaVersion } from "./schema.ts";
import { Store, type StoreSettings } from "./store.ts";

/** The store's file in the state folder. */
export const STORE_FILE = "store.db";

/** How long to wait for another process's transaction: a replay of dead letters, a checkpoint of the log. */
const BUSY_TIMEOUT_MS = 5000;

export interface StoreOptions extends StoreSettings {
  readonly log: Log;
}

export interface OpenedStore {
  readonly store: Store;
  /** Where a damaged database was moved before this one was begun. */
  readonly movedAside: string | undefined;
}

function openMigrated(path: string): Database {
  const database = openDatabase(path, { busyTimeoutMs: BUSY_TIMEOUT_MS });
  try {
    const version = schemaVersion(database);
    if (version > SCHEMA_VERSION) throw new Error(otherVersion(path, version));
    if (version < SCHEMA_VERSION) migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function otherVersion(path: string, version: number): string {
  if (version < SCHEMA_VERSION)
    return `${path} is of an older version: start the daemon once, it brings the file up to date`;
  return (
    `${path} was written by a newer mem0-audit-shipper (schema ${version}, this one knows ${SCHEMA_VERSION}): ` +
    "start the newer program, or move the file away to begin a new one"
  );
}

/**
 * Opens the store for writing, made or migrated as needed. A damaged database is moved aside and a new one
 * begun: the audit files are the truth, and ids make what is read again harmless.
 *
 * Throws if the file cannot be opened or was written by a newer version.
 */
export function openStore(path: string, { log, ...settings }: StoreOptions): OpenedStore {
  try {
    return { store: new Store(openMigrated(path), settings), movedAside: undefined };
  } catch (error) {
    if (!isCorruption(error)) throw error;
    const movedAside = setDatabaseAside(path);
    log.warn(
      { database: path, movedTo: movedAside },
      "the embedded database is damaged: it was moved aside, and a new one is filled from the audit files",
    );
    return { store: new Store(openMigrated(path), settings), movedAside };
  }
}

/** An empty database of the store in memory, for sums that need not outlive a question. */
export function openStoreInMemory(): Database {
  const database = openMemoryDatabase();
  migrate(database);
  return database;
}

export type StoreReading =
  | { readonly outcome: "open"; readonly database: Database }
  /** Nothing was stored yet. */
  | { readonly outcome: "none" }
  | {
      readonly outcome: "unreadable";
      /** What is wrong with which file, and what to do. */
      readonly message: string;
    };

/** Opens the store's database for questions only, whether or not a daemon writes it. Never throws. */
export function openStoreForReading(path: string): StoreReading {
  let database: Database | undefined;
  try {
    database = openDatabaseReadOnly(path, { busyTimeoutMs: BUSY_TIMEOUT_MS });
    if (database === undefined) return { outcome: "none" };
    const version = schemaVersion(database);
    if (version === SCHEMA_VERSION) return { outcome: "open", database };
    database.close();
    // Version 0: made, but not yet filled.
    return version === 0
      ? { outcome: "none" }
      : { outcome: "unreadable", message: otherVersion(path, version) };
  } catch (error) {
    database?.close();
    return {
      outcome: "unreadable",
      message: `cannot read the embedded database ${path}: ${reasonOf(error)}`,
    };
  }
}

function reasonOf(error: unknown): string {
  if (isCorruption(error)) return "it is damaged; the daemon replaces it when it starts";
  const reason = error instanceof Error ? error.message : String(error);
  return `${reason}; only the user that runs the daemon may read it`;
}
