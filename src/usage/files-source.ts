/** Answers about usage counted straight from the audit files: no daemon, no store and no server is needed. */
import type { Document } from "../document/document.ts";
import { BucketWriter } from "../store/bucket-writer.ts";
import { openStoreInMemory } from "../store/open.ts";
import { rowOf, type StoreRow } from "../store/row.ts";
import type { Database } from "../system/sqlite.ts";
import type { Dimension } from "./dimension.ts";
import { type SlowestRow, slowestOf } from "./slowest.ts";
import type { SlowestSelection, UsageGroup, UsageSelection, UsageSource, UsageSpan } from "./source.ts";
import { StoreUsage } from "./store-source.ts";

/** Rows whose sums are added at once. */
const ROWS_AT_ONCE = 1000;

/** Reads the files at the first question, into a store of sums in memory, and once more for the slowest. */
export class FilesUsage implements UsageSource {
  readonly #documents: () => AsyncIterable<Document>;
  #counted: Promise<StoreUsage> | undefined;

  /** @param documents reads all files from the start; each document is valid until the next is asked for */
  constructor(documents: () => AsyncIterable<Document>) {
    this.#documents = documents;
  }

  async groups(selection: UsageSelection, by: readonly Dimension[]): Promise<readonly UsageGroup[]> {
    return (await this.#count()).groups(selection, by);
  }

  async span(selection: UsageSelection): Promise<UsageSpan | undefined> {
    return (await this.#count()).span(selection);
  }

  async assumedModels(selection: UsageSelection): Promise<readonly string[]> {
    return (await this.#count()).assumedModels(selection);
  }

  slowest(selection: SlowestSelection, limit: number): Promise<readonly SlowestRow[]> {
    return slowestOf(this.#documents(), selection, limit);
  }

  async close(): Promise<void> {
    await (await this.#counted)?.close();
  }

  #count(): Promise<StoreUsage> {
    this.#counted ??= countInMemory(this.#documents());
    return this.#counted;
  }
}

async function countInMemory(documents: AsyncIterable<Document>): Promise<StoreUsage> {
  const database = openStoreInMemory();
  await addAll(documents, database);
  return new StoreUsage(database);
}

async function addAll(documents: AsyncIterable<Document>, database: Database): Promise<void> {
  const buckets = new BucketWriter(database);
  let rows: StoreRow[] = [];
  const add = (): void => {
    database.transaction(() => buckets.addRows(rows));
    rows = [];
  };
  for await (const document of documents) {
    rows.push(rowOf(document));
    if (rows.length >= ROWS_AT_ONCE) add();
  }
  add();
}
