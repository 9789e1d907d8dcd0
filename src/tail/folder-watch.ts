/** Keeps a notifier on the folder that stands under the name now: it may be missing, go, and come again. */
import type { Files } from "../system/files.ts";
import type { Log } from "../system/log.ts";
import type { Notifier } from "./notifier.ts";

export class FolderWatch {
  readonly #directory: string;
  readonly #notifier: Notifier;
  readonly #onEvent: () => void;
  readonly #files: Files;
  readonly #log: Log;
  /** Which folder is watched, by its inode. */
  #watched: string | undefined;
  #stop: (() => Promise<void>) | undefined;

  constructor(
    directory: string,
    notifier: Notifier,
    onEvent: () => void,
    ports: { readonly files: Files; readonly log: Log },
  ) {
    this.#directory = directory;
    this.#notifier = notifier;
    this.#onEvent = onEvent;
    this.#files = ports.files;
    this.#log = ports.log;
  }

  /** Watches the folder that is there now, if it is not watched already. */
  async follow(): Promise<void> {
    const stat = await this.#files.stat(this.#directory).catch(() => undefined);
    if (stat?.inode === this.#watched) return;
    await this.close();
    if (stat === undefined) return;
    this.#watched = stat.inode;
    this.#stop = this.#notifier(this.#directory, this.#onEvent, this.#log);
  }

  async close(): Promise<void> {
    const stop = this.#stop;
    this.#watched = undefined;
    this.#stop = undefined;
    await stop?.();
  }
}
