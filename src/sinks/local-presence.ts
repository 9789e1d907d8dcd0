/** Which lines the embedded store holds: by their records where these are kept, else by the committed offset. */
import { SourceFiles } from "../store/source-files.ts";
import type { Database } from "../system/sqlite.ts";
import { documentId, type Generation } from "../tail/generation.ts";
import type { Presence, SoughtLine } from "./presence.ts";

const LINES_MAX = 1000;

class LocalPresence implements Presence {
  readonly linesMax = LINES_MAX;
  readonly #database: Database;
  readonly #keepsRecords: boolean;

  constructor(database: Database, keepsRecords: boolean) {
    this.#database = database;
    this.#keepsRecords = keepsRecords;
  }

  async copies(generation: Generation, lines: readonly SoughtLine[]): Promise<readonly number[]> {
    if (!this.#keepsRecords) {
      const committedOffset = new SourceFiles(this.#database).committedOffset(generation.id);
      return lines.map(({ offset }) => (offset < committedOffset ? 1 : 0));
    }
    const find = this.#database.prepare("SELECT 1 FROM record WHERE id = ?");
    return lines.map(({ offset }) => find.all([documentId(generation, offset)]).length);
  }

  async retentionMs(): Promise<undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    this.#database.close();
  }
}

/**
 * Makes it of the store's database, opened for reading; it closes it.
 *
 * @param keepsRecords whether whole lines are kept, not only what they add up to
 */
export function localPresence(database: Database, keepsRecords: boolean): Presence {
  return new LocalPresence(database, keepsRecords);
}
