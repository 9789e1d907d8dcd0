/**
 * The audit folder as it is now: which files are there and how long they are.
 *
 * The sweep is the truth: every second over the files that were written lately, every five seconds over the
 * whole folder. Notifications only make the next sweep come sooner, so mounts that send none work as well.
 */
import type { Clock } from "../system/clock.ts";
import { errorCode, type FileStat, type Files } from "../system/files.ts";
import type { Log } from "../system/log.ts";
import { FolderWatch } from "./folder-watch.ts";
import { type Notifier, noNotifier } from "./notifier.ts";

export interface FolderOptions {
  readonly directory: string;
  /** True for the names that are audit files. */
  readonly includes: (name: string) => boolean;
}

const ACTIVE_SWEEP_MS = 1000;
const FOLDER_SWEEP_MS = 5000;
/** The notifications of so long make one sweep. */
const BURST_MS = 20;
/** A file that was not written for so long is looked at by the folder sweep only. */
const ACTIVE_MS = 10 * 60_000;

export class Folder {
  readonly #options: FolderOptions;
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #watch: FolderWatch;
  readonly #listeners = new Set<() => void>();
  readonly #refused = new Map<string, string>();
  #entries: ReadonlyMap<string, FileStat> = new Map();
  #revision = 0;
  #problem: string | undefined;
  #isUnreadable = false;
  #isNotified = false;
  #wake = new AbortController();

  /** @param notifier makes sweeps come sooner; without one everything works, up to a second later */
  constructor(options: FolderOptions, files: Files, clock: Clock, log: Log, notifier: Notifier = noNotifier) {
    this.#watch = new FolderWatch(options.directory, notifier, () => this.notify(), { files, log });
    this.#options = options;
    this.#files = files;
    this.#clock = clock;
    this.#log = log;
  }

  get directory(): string {
    return this.#options.directory;
  }

  /** The audit files by name, as of the last sweep. */
  get entries(): ReadonlyMap<string, FileStat> {
    return this.#entries;
  }

  /** Grows with each sweep that found something changed. */
  get revision(): number {
    return this.#revision;
  }

  /** Why the folder cannot be read; undefined if it can. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** True if the folder is there, but what is in it could not be seen. */
  get isUnreadable(): boolean {
    return this.#isUnreadable;
  }

  /** Calls `listener` after each sweep that found something changed; returns the way to stop it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks for a sweep of the whole folder soon. */
  notify(): void {
    this.#isNotified = true;
    this.#wake.abort();
  }

  /** Sweeps until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => this.#wake.abort(), { once: true });
    let folderSweptMs = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const nowMs = this.#clock.monotonicMs();
      if (this.#isNotified || nowMs - folderSweptMs >= FOLDER_SWEEP_MS) {
        this.#isNotified = false;
        folderSweptMs = nowMs;
        await this.sweep();
        await this.#watch.follow();
      } else {
        await this.#sweepActive();
      }
      await this.#clock.sleep(BURST_MS, signal);
      if (!this.#isNotified) await this.#clock.sleep(ACTIVE_SWEEP_MS - BURST_MS, this.#wake.signal);
      if (this.#wake.signal.aborted) this.#wake = new AbortController();
    }
    await this.#watch.close();
  }

  /** Looks at the whole folder once. */
  async sweep(): Promise<void> {
    const seen: [string, FileStat][] = [];
    const unseen: [string, FileStat][] = [];
    let failure: unknown;
    const names = await this.#files.list(this.#options.directory).catch((error: unknown) => {
      failure = error;
    });
    for (const name of names ?? []) {
      if (!this.#options.includes(name)) continue;
      try {
        const stat = await this.#files.stat(this.#path(name));
        if (stat?.kind === "file") seen.push([name, stat]);
        else if (stat !== undefined) this.#refuse(name, stat.kind);
      } catch (error) {
        failure ??= error;
        const before = this.#entries.get(name);
        if (before !== undefined) unseen.push([name, before]);
      }
    }
    this.#report(failure);
    this.#replace(oneNameEach([...unseen, ...seen]));
  }

  async #sweepActive(): Promise<void> {
    const oldestMs = this.#clock.nowMs() - ACTIVE_MS;
    const seen: [string, FileStat][] = [];
    const unseen: [string, FileStat][] = [];
    for (const [name, before] of this.#entries) {
      const look = before.modifiedMs < oldestMs ? undefined : this.#files.stat(this.#path(name));
      const stat = look === undefined ? before : await look.catch(() => before);
      if (stat === before) unseen.push([name, before]);
      else if (stat?.kind === "file") seen.push([name, stat]);
    }
    this.#replace(oneNameEach([...unseen, ...seen]));
  }

  #replace(entries: ReadonlyMap<string, FileStat>): void {
    const isChanged =
      entries.size !== this.#entries.size ||
      [...entries].some(([name, stat]) => !isSameStat(stat, this.#entries.get(name)));
    this.#entries = entries;
    if (!isChanged) return;
    this.#revision++;
    for (const listener of this.#listeners) listener();
  }

  #path(name: string): string {
    return `${this.#options.directory}/${name}`;
  }

  /** A link could point anywhere, and a pipe would never end. */
  #refuse(name: string, kind: string): void {
    if (this.#refused.get(name) === kind) return;
    this.#refused.set(name, kind);
    this.#log.warn({ file: name, kind }, "not read: only regular files are; a link could point anywhere");
  }

  #report(failure: unknown): void {
    this.#isUnreadable = failure !== undefined && errorCode(failure) !== "ENOENT";
    const problem = failure === undefined ? undefined : problemOf(this.#options.directory, failure);
    if (problem === this.#problem) return;
    this.#problem = problem;
    if (problem === undefined)
      this.#log.info({ directory: this.#options.directory }, "the audit folder is there");
    else this.#log.warn({ directory: this.#options.directory }, problem);
  }
}

/** A file that was renamed during the sweep is seen under both names: the later look, further behind, counts. */
function oneNameEach(looks: readonly [string, FileStat][]): Map<string, FileStat> {
  const nameOf = new Map(looks.map(([name, { inode }]) => [inode, name]));
  return new Map(looks.filter(([name, { inode }]) => nameOf.get(inode) === name));
}

/** True if nothing tells that the file changed. */
export function isSameStat(one: FileStat, other: FileStat | undefined): boolean {
  return (
    other !== undefined &&
    one.inode === other.inode &&
    one.sizeBytes === other.sizeBytes &&
    one.modifiedMs === other.modifiedMs
  );
}

function problemOf(directory: string, error: unknown): string {
  switch (errorCode(error)) {
    case "ENOENT":
      return `there is no audit folder ${directory}; waiting for it`;
    case "ENOTDIR":
      return `${directory} is not a folder; waiting until it is one`;
    case "EACCES":
      return `the audit folder ${directory} may not be read; give this user read and execute permission on it`;
    default:
      return `the audit folder ${directory} cannot be read (${errorCode(error) ?? "unknown error"}); trying again`;
  }
}
