/** The folder of the rotation tests: it is there, and may hold a file of which two lines were read. */
import { mkdirSync } from "node:fs";
import { expect } from "vitest";
import { TailedFolder } from "../../support/tailed-folder.ts";

export const TODAY = "audit-2026-04-03.jsonl";
export const TOMORROW = "audit-2026-04-04.jsonl";
/** Matches no `include`. */
export const OLD = "audit-old.jsonl.1";

export class RotationFolder extends TailedFolder {
  constructor() {
    super();
    mkdirSync(this.directory);
  }

  /** Begins with two lines that are read. */
  async twoLinesRead(): Promise<void> {
    this.write(TODAY, "one\ntwo\n");
    expect(await this.texts()).toEqual(["one", "two"]);
  }
}
