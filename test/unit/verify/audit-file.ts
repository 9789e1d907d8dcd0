/** Audit files in a temporary folder, and where a lane is in them. */
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OpenFile, systemFiles } from "../../../src/system/files.ts";
import { type Checkpoint, hashTail } from "../../../src/tail/checkpoint.ts";
import { identifyGeneration } from "../../../src/tail/generation.ts";

export const NAME = "audit-2026-04-03.jsonl";

export class AuditFiles {
  readonly directory = mkdtempSync(join(tmpdir(), "verify-"));
  readonly #contents = new Map<string, Buffer>();
  readonly #open: OpenFile[] = [];

  /** Writes to the end of a file; a line ends where the text says. */
  append(text: string | Buffer, name = NAME): void {
    const bytes = Buffer.from(text);
    this.#contents.set(name, Buffer.concat([this.#contents.get(name) ?? Buffer.alloc(0), bytes]));
    appendFileSync(join(this.directory, name), bytes);
  }

  /** The checkpoint of a lane that has settled everything before `offset`; without it everything. */
  checkpoint(name = NAME, offset = this.#contents.get(name)?.length ?? 0): Checkpoint {
    const content = this.#contents.get(name) ?? Buffer.alloc(0);
    const firstLine = content.subarray(0, content.indexOf("\n")).subarray(0, 64 * 1024);
    return {
      generation: identifyGeneration("", name, firstLine, 0),
      offset,
      tailSha256: hashTail(content.subarray(Math.max(0, offset - 4096), offset)),
      lastTimestamp: undefined,
      seenAs: name,
      inode: "",
    };
  }

  async open(name = NAME): Promise<OpenFile> {
    const file = await systemFiles.open(join(this.directory, name));
    this.#open.push(file);
    return file;
  }

  async stat(name = NAME) {
    const stat = await systemFiles.stat(join(this.directory, name));
    if (stat === undefined) throw new Error(`no file ${name}`);
    return { name, stat };
  }

  async remove(): Promise<void> {
    for (const file of this.#open) await file.close().catch(() => undefined);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
