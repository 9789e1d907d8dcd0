/** A store in a temporary folder, for tests that ask it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../../src/store/open.ts";
import type { StoreRow } from "../../../src/store/row.ts";
import type { Store } from "../../../src/store/store.ts";
import { silentLog } from "../../../src/system/log.ts";
import { checkpoint } from "./sample-rows.ts";

export interface SampleStore {
  readonly directory: string;
  readonly path: string;
  readonly store: Store;
  /** Commits the rows after those of the calls before, whatever offsets they have. */
  put(rows: readonly StoreRow[]): void;
  remove(): void;
}

export function makeSampleStore(): SampleStore {
  const directory = mkdtempSync(join(tmpdir(), "sample-store-"));
  const path = join(directory, "store.db");
  const { store } = openStore(path, { keepsRecords: true, log: silentLog });
  let offset = 0;
  return {
    directory,
    path,
    store,
    put: (rows) => {
      const startOffset = offset;
      const placed = rows.map((row) => {
        const at = { ...row, offset };
        offset += 10;
        return at;
      });
      store.commit({ startOffset, end: checkpoint(offset), rows: placed });
    },
    remove: () => {
      store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
