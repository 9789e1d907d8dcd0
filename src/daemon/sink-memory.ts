/** What a sink keeps from one start to the next: `sinks/NAME.json` in the state folder. */
import { dirname } from "node:path";
import { z } from "zod";
import type { SinkMemory } from "../sinks/table.ts";
import type { Files } from "../system/files.ts";

const schema = z.record(z.string(), z.string());

export class SinkMemoryFile implements SinkMemory {
  readonly #path: string;
  readonly #files: Pick<Files, "readWhole" | "replace" | "makePrivateDirectory">;

  constructor(path: string, files: Pick<Files, "readWhole" | "replace" | "makePrivateDirectory">) {
    this.#path = path;
    this.#files = files;
  }

  async load(): Promise<Readonly<Record<string, string>>> {
    try {
      const content = await this.#files.readWhole(this.#path);
      return content === undefined ? {} : schema.parse(JSON.parse(content.toString()));
    } catch {
      return {};
    }
  }

  async save(entries: Readonly<Record<string, string>>): Promise<void> {
    await this.#files.makePrivateDirectory(dirname(this.#path));
    await this.#files.replace(this.#path, `${JSON.stringify(entries)}\n`);
  }
}
