/**
 * Bodies in day folders of this machine: `2026-04-03/ID.json.gz`, for this user alone.
 *
 * What is not whole yet lies in a folder beside the days, so that those hold whole bodies only.
 */
import { dirname, join, resolve } from "node:path";
import type { Clock } from "../../system/clock.ts";
import { errorCode, type Files, namesIn } from "../../system/files.ts";
import type { Probes } from "../../system/probes.ts";
import type { WriteOnce } from "../../system/write-once.ts";
import type { OpenReport, ProbeResult } from "../sink.ts";
import {
  BODY_NAME,
  type BodyStore,
  DAY_NAME,
  fileNameOf,
  idInName,
  type ListReport,
  type Obstacle,
  type PutReport,
  type ReadReport,
} from "./body-store.ts";

const SCRATCH = ".unfinished";

/** A writer that is at work has finished long before. */
const LEFTOVER_MS = 3_600_000;

const DAY_MS = 86_400_000;

/** Each waits for the disk; more at once hardly make it faster. */
const PARALLEL_MAX = 8;

/** What somebody must mend, by the codes of the system. */
const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: "let this user read and write there",
  EEXIST: "something that is no body has its name, move it away",
  ELOOP: "it is a link, which is not followed: name the folder itself",
  ENOTDIR: "something that is no folder has its name, or it is a link: move it away",
  EPERM: "let this user read and write there",
  EROFS: "the file system is read-only, choose another bodies.directory",
};

/** What passes once there is room again. */
const FULL: ReadonlySet<string> = new Set(["EDQUOT", "EFBIG", "ENOSPC"]);

export interface FileStorePorts {
  readonly files: Pick<Files, "list" | "stat" | "readWhole" | "makePrivateDirectory">;
  readonly once: WriteOnce;
  readonly probes: Pick<Probes, "writeRefusal">;
  readonly clock: Pick<Clock, "nowMs">;
}

export class FileBodyStore implements BodyStore {
  readonly parallelMax = PARALLEL_MAX;
  readonly #directory: string;
  readonly #ports: FileStorePorts;

  constructor(directory: string, ports: FileStorePorts) {
    this.#directory = directory;
    this.#ports = ports;
  }

  async open(): Promise<OpenReport> {
    const { files, once, clock } = this.#ports;
    try {
      await files.makePrivateDirectory(this.#directory);
      await once.removeLeftovers(this.#scratch, LEFTOVER_MS, clock.nowMs());
      return { outcome: "ready" };
    } catch (error) {
      return obstacleOf(error, this.#directory);
    }
  }

  async put(name: string, content: Buffer, signal: AbortSignal): Promise<PutReport> {
    if (signal.aborted) return { outcome: "unavailable", reason: "aborted", message: "given up" };
    const path = this.#pathOf(name);
    try {
      const written = await this.#ports.once.write({ path, content, scratch: this.#scratch });
      return { outcome: written === "written" ? "stored" : "duplicate" };
    } catch (error) {
      return obstacleOf(error, path);
    }
  }

  async flush(names: readonly string[]): Promise<Obstacle | undefined> {
    for (const day of new Set(names.map((name) => name.slice(0, name.indexOf("/"))))) {
      try {
        await this.#ports.once.syncFolder(this.#pathOf(day));
      } catch (error) {
        return obstacleOf(error, this.#pathOf(day));
      }
    }
    return undefined;
  }

  async read(name: string): Promise<ReadReport> {
    try {
      const content = await this.#ports.files.readWhole(this.#pathOf(name));
      return content === undefined ? { outcome: "missing" } : { outcome: "found", name, content };
    } catch (error) {
      return obstacleOf(error, this.#pathOf(name));
    }
  }

  async find(id: string): Promise<ReadReport> {
    let days: string[];
    try {
      days = await this.#days();
    } catch (error) {
      return obstacleOf(error, this.#directory);
    }
    for (const day of days.toReversed()) {
      const report = await this.read(`${day}/${fileNameOf(id)}`);
      if (report.outcome !== "missing") return report;
    }
    return { outcome: "missing" };
  }

  async list(day: string, beginning: string): Promise<ListReport> {
    try {
      const names = await namesIn(this.#pathOf(day), this.#ports.files);
      const ours = names.filter((name) => BODY_NAME.test(name) && name.startsWith(beginning));
      return { outcome: "found", ids: new Set(ours.map(idInName)) };
    } catch (error) {
      return obstacleOf(error, this.#pathOf(day));
    }
  }

  async probe(): Promise<readonly ProbeResult[]> {
    const name = "folder";
    const wanted = resolve(this.#directory);
    let existing = wanted;
    while ((await this.#ports.files.stat(existing)) === undefined && dirname(existing) !== existing)
      existing = dirname(existing);
    const refusal = await this.#ports.probes.writeRefusal(existing);
    if (refusal !== undefined) {
      const message = `${existing} cannot be written to (${refusal}): ${REMEDIES[refusal] ?? "choose another bodies.directory"}`;
      return [{ name, ok: false, message }];
    }
    return [{ name, ok: true, message: `${wanted} ${existing === wanted ? "is writable" : "will be made"}` }];
  }

  async close(): Promise<void> {}

  /**
   * Deletes the day folders that are older than `days`. What is in them and is no body stays, and so do links.
   * Rejects if a folder cannot be looked at or deleted.
   *
   * @returns the days that are gone now, and those that could not be emptied
   */
  async deleteOlderThan(days: number): Promise<{ readonly deleted: string[]; readonly left: string[] }> {
    const lastMs = this.#ports.clock.nowMs() - (days + 1) * DAY_MS;
    const old = (await this.#days()).filter((day) => Date.parse(day) <= lastMs);
    const deleted: string[] = [];
    const left: string[] = [];
    for (const day of old) {
      const isGone = await this.#ports.once.removeFolder(this.#pathOf(day), (name) => BODY_NAME.test(name));
      (isGone ? deleted : left).push(day);
    }
    return { deleted, left };
  }

  get #scratch(): string {
    return join(this.#directory, SCRATCH);
  }

  #pathOf(name: string): string {
    return join(this.#directory, name);
  }

  async #days(): Promise<string[]> {
    return (await namesIn(this.#directory, this.#ports.files)).filter((name) => DAY_NAME.test(name)).sort();
  }
}

/** Throws errors that are not the system's on. */
function obstacleOf(error: unknown, path: string): Obstacle {
  const code = errorCode(error);
  if (code === undefined) throw error;
  const remedy = REMEDIES[code];
  if (remedy !== undefined)
    return { outcome: "blocked", reason: code, message: `${path} cannot be used (${code}): ${remedy}` };
  const advice = FULL.has(code) ? "make room on its file system" : "check its disk";
  return {
    outcome: "unavailable",
    reason: FULL.has(code) ? "disk_full" : "disk",
    message: `${path} cannot be used (${code}): ${advice}`,
  };
}
