/** The state folder: what the daemon remembers, and where. One daemon per folder. */
import { hostname } from "node:os";
import { join } from "node:path";
import { ALERTS_FILE } from "../alert/state-file.ts";
import { CheckpointFile } from "../checkpoint/checkpoint-file.ts";
import { DEAD_LETTERS_FILE } from "../lane/dead-letter-database.ts";
import { STORE_FILE } from "../store/open.ts";
import type { Clock } from "../system/clock.ts";
import type { Files } from "../system/files.ts";
import { acquireLock, isLocked, type LockAttempt } from "../system/lock.ts";
import type { Log } from "../system/log.ts";
import { VERIFY_FILE } from "../verify/result-file.ts";
import { SinkMemoryFile } from "./sink-memory.ts";

export class StateFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get store(): string {
    return join(this.path, STORE_FILE);
  }

  get deadLetters(): string {
    return join(this.path, DEAD_LETTERS_FILE);
  }

  /** What the running daemon last told about itself. */
  get status(): string {
    return join(this.path, "status.json");
  }

  /** What alerts remember. */
  get alerts(): string {
    return join(this.path, ALERTS_FILE);
  }

  /** What `verify` last found. */
  get verified(): string {
    return join(this.path, VERIFY_FILE);
  }

  /** Makes the folders (0700) that are not there yet. */
  async make(files: Files): Promise<void> {
    await files.makePrivateDirectory(this.path);
    await files.makePrivateDirectory(join(this.path, "checkpoints"));
  }

  /** Takes the folder for this process, or tells who has it. */
  lock(clock: Clock): LockAttempt {
    const since = new Date(clock.nowMs()).toISOString();
    return acquireLock(this.#lockFile, `a daemon on ${hostname()}, since ${since}`);
  }

  /** True if a daemon has the folder. Takes nothing. */
  isLocked(): boolean {
    return isLocked(this.#lockFile);
  }

  get #lockFile(): string {
    return join(this.path, "daemon.lock");
  }

  /** The checkpoints of a sink. */
  checkpoints(sink: string, files: Files, log: Log): CheckpointFile {
    return new CheckpointFile(join(this.path, "checkpoints", sink), files, log);
  }

  /** What a sink keeps for itself. */
  memory(sink: string, files: Files): SinkMemoryFile {
    return new SinkMemoryFile(join(this.path, "sinks", `${sink}.json`), files);
  }
}
