/**
 * The embedded database engine: a small typed port over libsql's synchronous interface.
 *
 * Quirks of libsql 0.5 that end here: a boolean or `undefined` bound to a parameter aborts the whole process
 * or is lost, a single object is taken for named parameters, `get()` adds a `_metadata` member, blobs arrive
 * as ArrayBuffer, `readonly` is ignored, a failed open is a plain Error, text ends at its first NUL, and a
 * connection closed within a transaction keeps its locks.
 */
import { chmodSync, closeSync, existsSync, openSync, renameSync } from "node:fs";
import { pathToFileURL } from "node:url";
import Libsql from "libsql";
import { errorCode } from "./files.ts";

/** What can be bound to a parameter. Text must not contain NUL: it would be cut there. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** A row by column name. Integers arrive as BigInt, whatever their size: 64 bits do not fit a number. */
export type SqlRow = Readonly<Record<string, null | number | bigint | string | Buffer>>;

/** A prepared statement. Parameters are positional: `?`. */
export interface Statement {
  /** Runs it and returns how many rows it changed. */
  run(parameters: readonly SqlValue[]): number;
  /** All rows of its answer. */
  all(parameters: readonly SqlValue[]): SqlRow[];
  /** Its rows one at a time, for answers that may be large. */
  iterate(parameters: readonly SqlValue[]): Iterable<SqlRow>;
}

/** An open database. Every call blocks; errors of the engine are thrown, see `sqliteErrorCode`. */
export interface Database {
  readonly path: string;
  prepare(sql: string): Statement;
  /** Runs statements that take no parameters and answer nothing. */
  execute(sql: string): void;
  /** Runs `work` in one transaction that takes the write lock at once; rolls back if `work` throws. */
  transaction<Result>(work: () => Result): Result;
  /** Frees the file and its locks; an open transaction is rolled back. Closing again does nothing. */
  close(): void;
}

type RawRow = Record<string, null | number | bigint | string | ArrayBuffer | Buffer>;

/** What of libsql's statements is used: its declared types promise more than there is. */
interface RawStatement {
  run(parameters: readonly SqlValue[]): { readonly changes: number };
  iterate(parameters: readonly SqlValue[]): Iterable<RawRow>;
}

function toSqlRow(row: RawRow): SqlRow {
  for (const [name, value] of Object.entries(row)) {
    if (value instanceof ArrayBuffer) row[name] = Buffer.from(value);
  }
  return row as SqlRow;
}

class LibsqlStatement implements Statement {
  readonly #raw: RawStatement;

  constructor(raw: RawStatement) {
    this.#raw = raw;
  }

  run(parameters: readonly SqlValue[]): number {
    return this.#raw.run(parameters).changes;
  }

  all(parameters: readonly SqlValue[]): SqlRow[] {
    return [...this.iterate(parameters)];
  }

  *iterate(parameters: readonly SqlValue[]): Iterable<SqlRow> {
    for (const row of this.#raw.iterate(parameters)) yield toSqlRow(row);
  }
}

class LibsqlDatabase implements Database {
  readonly path: string;
  readonly #raw: Libsql.Database;

  constructor(path: string, address: string, busyTimeoutMs: number) {
    this.path = path;
    this.#raw = new Libsql(address, { timeout: busyTimeoutMs });
    this.#raw.defaultSafeIntegers(true);
  }

  prepare(sql: string): Statement {
    return new LibsqlStatement(this.#raw.prepare(sql) as unknown as RawStatement);
  }

  execute(sql: string): void {
    this.#raw.exec(sql);
  }

  transaction<Result>(work: () => Result): Result {
    this.#raw.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#raw.exec("COMMIT");
      return result;
    } catch (error) {
      // After a full disk or an I/O error SQLite may have rolled back by itself.
      if (this.#raw.inTransaction) this.#raw.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    if (!this.#raw.open) return;
    // Closed within a transaction, libsql keeps its locks until the garbage collection.
    if (this.#raw.inTransaction) this.#raw.exec("ROLLBACK");
    this.#raw.close();
  }
}

/** SQLite's name of an engine error, `SQLITE_BUSY`; undefined if `error` is none. */
export function sqliteErrorCode(error: unknown): string | undefined {
  const code = errorCode(error);
  return code?.startsWith("SQLITE_") ? code : undefined;
}

/** True if `error` says that the file is no database or a damaged one. */
export function isCorruption(error: unknown): boolean {
  const code = sqliteErrorCode(error);
  return code !== undefined && /^SQLITE_(?:CORRUPT|NOTADB)/.test(code);
}

// Created here, for this user alone, since SQLite would ask the umask; -wal and -shm files copy this mode.
function createPrivateFile(path: string): void {
  if (existsSync(path)) chmodSync(path, 0o600);
  else closeSync(openSync(path, "a", 0o600));
}

/**
 * Opens a database for reading and writing, or makes an empty one (0600). A commit is durable once it
 * returns (WAL, synchronous=FULL); readers in other processes are never in the way.
 *
 * Throws if the file cannot be opened, is no database, or is damaged: see `isCorruption`.
 */
export function openDatabase(path: string, options: { readonly busyTimeoutMs: number }): Database {
  createPrivateFile(path);
  const database = new LibsqlDatabase(path, path, options.busyTimeoutMs);
  try {
    database.prepare("PRAGMA journal_mode = WAL").all([]);
    database.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
    // Reads the schema, so that a damaged one shows now.
    database.prepare("SELECT count(*) FROM sqlite_schema").all([]);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens a database that somebody else may be writing, for reading only; undefined if there is no such file. */
export function openDatabaseReadOnly(
  path: string,
  options: { readonly busyTimeoutMs: number },
): Database | undefined {
  if (!existsSync(path)) return undefined;
  return new LibsqlDatabase(path, `${pathToFileURL(path).href}?mode=ro`, options.busyTimeoutMs);
}

/** Makes an empty database that lives in memory, until it is closed. */
export function openMemoryDatabase(): Database {
  return new LibsqlDatabase(":memory:", ":memory:", 0);
}

/** Opens the file of a lock: no WAL, no waiting. A damaged one is as good as any: nothing is ever read from it. */
export function openLockDatabase(path: string): Database {
  createPrivateFile(path);
  return new LibsqlDatabase(path, path, 0);
}

/** Renames a damaged database, and what belongs to it, to the first free `<path>.broken-<n>`; returns that name. */
export function setDatabaseAside(path: string): string {
  let number = 1;
  while (existsSync(`${path}.broken-${number}`)) number += 1;
  const aside = `${path}.broken-${number}`;
  for (const suffix of ["", "-wal", "-shm"]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}
