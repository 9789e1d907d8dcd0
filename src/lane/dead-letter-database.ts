/** The dead letters in a database of the state folder: durable once added, each line once per sink. */
import type { Log } from "../system/log.ts";
import {
  type Database,
  isCorruption,
  openDatabase,
  openDatabaseReadOnly,
  type SqlRow,
  setDatabaseAside,
} from "../system/sqlite.ts";
import type { DeadLetter, DeadLetters } from "./dead-letters.ts";

/** The database's file in the state folder. */
export const DEAD_LETTERS_FILE = "dead-letters.db";

/** How long to wait for another process that writes: `dead-letters replay` or `purge` beside the daemon. */
const BUSY_TIMEOUT_MS = 5000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS dead_letter (
    number INTEGER PRIMARY KEY,
    sink TEXT NOT NULL,
    id TEXT NOT NULL,
    generation_id TEXT NOT NULL,
    file TEXT NOT NULL,
    line_offset INTEGER NOT NULL,
    length_bytes INTEGER NOT NULL,
    type TEXT NOT NULL,
    reason TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    line BLOB NOT NULL,
    sha256 TEXT,
    timestamp TEXT NOT NULL,
    UNIQUE (sink, id)
  );
  PRAGMA user_version = 1;`;

/** What was purged had its fate: without this it would look like a line that was lost. */
const PURGED_SCHEMA = `
  CREATE TABLE IF NOT EXISTS purged_letter (
    sink TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (sink, id)
  ) WITHOUT ROWID;
  PRAGMA user_version = 2;`;

const VERSION_WITH_PURGED = 2;

const FACTS =
  "sink, id, generation_id, file, line_offset, length_bytes, type, reason, time_ms, attempts, sha256, timestamp";
const COLUMNS = `${FACTS}, line`;

/** Which letters are meant; without members all. */
export interface DeadLetterSelection {
  readonly sink?: string | undefined;
  readonly id?: string | undefined;
  /** Only those that came before this moment, Unix milliseconds. */
  readonly beforeMs?: number | undefined;
}

/** A letter without its line, which may be megabytes. */
export type DeadLetterFacts = Omit<DeadLetter, "line">;

export class DeadLetterDatabase implements DeadLetters {
  readonly #database: Database;
  readonly #hasPurged: boolean;
  readonly #counts = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
    this.#hasPurged = versionOf(database) >= VERSION_WITH_PURGED;
  }

  async add(letters: readonly DeadLetter[]): Promise<void> {
    const insert = this.#database.prepare(
      `INSERT INTO dead_letter (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sink, id) DO NOTHING`,
    );
    this.#database.transaction(() => {
      for (const letter of letters) insert.run(toParameters(letter));
    });
    this.#counts.clear();
  }

  count(sink: string): number {
    const known = this.#counts.get(sink);
    if (known !== undefined) return known;
    const [row] = this.#database
      .prepare("SELECT count(*) AS letters FROM dead_letter WHERE sink = ?")
      .all([sink]);
    const letters = Number(row?.["letters"] ?? 0);
    this.#counts.set(sink, letters);
    return letters;
  }

  /** The letters in the order in which they came. */
  *list(selection: DeadLetterSelection): Iterable<DeadLetter> {
    const { where, parameters } = condition(selection);
    const sql = `SELECT ${COLUMNS} FROM dead_letter ${where} ORDER BY number`;
    for (const row of this.#database.prepare(sql).iterate(parameters)) yield fromRow(row);
  }

  /** The same without their lines; with `newestMax` only so many, the newest. */
  *facts(selection: DeadLetterSelection, newestMax = Number.MAX_SAFE_INTEGER): Iterable<DeadLetterFacts> {
    const { where, parameters } = condition(selection);
    const newest = `SELECT number, ${FACTS} FROM dead_letter ${where} ORDER BY number DESC LIMIT ?`;
    const sql = `SELECT ${FACTS} FROM (${newest}) ORDER BY number`;
    for (const row of this.#database.prepare(sql).iterate([...parameters, newestMax]))
      yield factsFromRow(row);
  }

  /** How many letters there are at this moment. */
  total(selection: DeadLetterSelection): number {
    const { where, parameters } = condition(selection);
    const sql = `SELECT count(*) AS letters FROM dead_letter ${where}`;
    return Number(this.#database.prepare(sql).all(parameters)[0]?.["letters"] ?? 0);
  }

  /** Runs questions that belong together: all see the letters as they are now, whoever writes meanwhile. */
  atOneMoment<Result>(ask: () => Result): Result {
    this.#database.execute("BEGIN");
    try {
      return ask();
    } finally {
      this.#database.execute("ROLLBACK");
    }
  }

  /** True if a line of this id is a dead letter of the sink, or was one until somebody purged it. */
  knows(sink: string, id: string): boolean {
    const isIn = (table: string) =>
      this.#database.prepare(`SELECT 1 FROM ${table} WHERE sink = ? AND id = ?`).all([sink, id]).length > 0;
    return isIn("dead_letter") || (this.#hasPurged && isIn("purged_letter"));
  }

  /** Deletes letters and returns how many; that they were there is remembered. */
  purge(selection: DeadLetterSelection): number {
    const { where, parameters } = condition(selection);
    const purged = this.#database.transaction(() => {
      this.#database
        .prepare(`INSERT INTO purged_letter SELECT sink, id FROM dead_letter ${where} ON CONFLICT DO NOTHING`)
        .run(parameters);
      return this.#database.prepare(`DELETE FROM dead_letter ${where}`).run(parameters);
    });
    this.#counts.clear();
    return purged;
  }

  /** Deletes these letters of a sink: all or, if it throws, none. */
  removeAll(sink: string, ids: readonly string[]): void {
    const remove = this.#database.prepare("DELETE FROM dead_letter WHERE sink = ? AND id = ?");
    this.#database.transaction(() => {
      for (const id of ids) remove.run([sink, id]);
    });
    this.#counts.clear();
  }

  /** Notes that letters were sent and refused once more: the new reason, and `attempts` more of them. */
  refusedAgain(letters: readonly Pick<DeadLetter, "sink" | "id" | "type" | "reason" | "attempts">[]): void {
    const update = this.#database.prepare(
      "UPDATE dead_letter SET type = ?, reason = ?, attempts = attempts + ? WHERE sink = ? AND id = ?",
    );
    this.#database.transaction(() => {
      for (const { sink, id, type, reason, attempts } of letters)
        update.run([text(type), text(reason), attempts, sink, id]);
    });
  }

  /** Forgets remembered counts, since another process may have replayed or purged. */
  refresh(): void {
    this.#counts.clear();
  }

  close(): void {
    this.#database.close();
  }
}

/**
 * Opens the dead letters for writing, made if needed. A damaged file is moved aside, and the log says where.
 * Throws if the file cannot be opened.
 */
export function openDeadLetters(path: string, log: Log): DeadLetterDatabase {
  try {
    return create(path);
  } catch (error) {
    if (!isCorruption(error)) throw error;
    const movedTo = setDatabaseAside(path);
    log.error(
      { path, movedTo },
      "the dead letters' database is damaged: it was moved aside, and a new one begun",
    );
    return create(path);
  }
}

/**
 * Opens the dead letters for looking at them, daemon up or down; undefined if there never were any. Throws if the
 * file cannot be read.
 */
export function openDeadLettersForReading(path: string): DeadLetterDatabase | undefined {
  const database = openDatabaseReadOnly(path, { busyTimeoutMs: BUSY_TIMEOUT_MS });
  if (database === undefined) return undefined;
  try {
    if (versionOf(database) > 0) return new DeadLetterDatabase(database);
    database.close();
    return undefined;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens the dead letters that are there for changing them beside the daemon; undefined if there never were any.
 * Throws if the file is damaged, which the daemon alone mends, or if it cannot be written.
 */
export function openDeadLettersForChanges(path: string): DeadLetterDatabase | undefined {
  const reading = openDeadLettersForReading(path);
  reading?.close();
  return reading && create(path);
}

function create(path: string): DeadLetterDatabase {
  const database = openDatabase(path, { busyTimeoutMs: BUSY_TIMEOUT_MS });
  try {
    if (versionOf(database) === 0) database.execute(SCHEMA);
    if (versionOf(database) < VERSION_WITH_PURGED) database.execute(PURGED_SCHEMA);
    return new DeadLetterDatabase(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** 0 if the file was made, its tables not yet. */
function versionOf(database: Database): number {
  return Number(database.prepare("PRAGMA user_version").all([])[0]?.["user_version"] ?? 0);
}

interface Condition {
  readonly where: string;
  readonly parameters: (string | number)[];
}

function condition({ sink, id, beforeMs }: DeadLetterSelection): Condition {
  const wanted = [
    ...(sink === undefined ? [] : [{ sql: "sink = ?", value: sink }]),
    ...(id === undefined ? [] : [{ sql: "id = ?", value: id }]),
    ...(beforeMs === undefined ? [] : [{ sql: "time_ms < ?", value: beforeMs }]),
  ];
  const where = `WHERE ${["true", ...wanted.map(({ sql }) => sql)].join(" AND ")}`;
  return { where, parameters: wanted.map(({ value }) => value) };
}

/** SQLite's text ends at a NUL, and a file name or a server's reason may hold one. */
function text(value: string): string {
  return value.replaceAll("\0", "\ufffd");
}

function toParameters(letter: DeadLetter) {
  const { sink, id, generationId, file, offset, lengthBytes, type, reason } = letter;
  const { timeMs, attempts, sha256, timestamp, line } = letter;
  return [
    ...[sink, id, generationId, text(file), offset, lengthBytes, text(type), text(reason)],
    ...[timeMs, attempts, sha256 ?? null, timestamp, line],
  ];
}

function fromRow(row: SqlRow): DeadLetter {
  const line = row["line"];
  return { ...factsFromRow(row), line: Buffer.isBuffer(line) ? line : Buffer.alloc(0) };
}

function factsFromRow(row: SqlRow): DeadLetterFacts {
  const sha256 = row["sha256"];
  return {
    sink: String(row["sink"]),
    id: String(row["id"]),
    generationId: String(row["generation_id"]),
    file: String(row["file"]),
    offset: Number(row["line_offset"]),
    lengthBytes: Number(row["length_bytes"]),
    type: String(row["type"]),
    reason: String(row["reason"]),
    timeMs: Number(row["time_ms"]),
    attempts: Number(row["attempts"]),
    sha256: typeof sha256 === "string" ? sha256 : undefined,
    timestamp: String(row["timestamp"]),
  };
}
