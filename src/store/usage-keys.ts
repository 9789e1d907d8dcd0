/** What the keys of the buckets stand for, kept in memory: there are few, and none ever changes. */
import type { Database, Statement } from "../system/sqlite.ts";
import type { BucketDimensions } from "./bucket.ts";
import type { BucketSelection, KeyAttribute } from "./bucket-query.ts";
import { type KeyGroups, KeyTable } from "./key-table.ts";

export class UsageKeys {
  readonly #later: Statement;
  readonly #table = new KeyTable();

  constructor(database: Database) {
    this.#later = database.prepare("SELECT id, identity FROM usage_key WHERE id > ? ORDER BY id");
  }

  /** The keys of a selection, apart by these attributes. */
  groups(selection: BucketSelection, attributes: readonly KeyAttribute[]): KeyGroups {
    for (const { id, identity } of this.#later.iterate([this.#table.latestId]))
      this.#table.set(Number(id), JSON.parse(String(identity)) as BucketDimensions);
    return this.#table.groups(selection, attributes);
  }
}
