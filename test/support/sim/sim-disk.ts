/** The `Files` of a simulated process: the audit folder as it is, and a state folder that obeys the laws of fsync. */
import type { FileStat, Files, OpenFile } from "../../../src/system/files.ts";
import type { AuditFolder, Inode } from "./audit-folder.ts";
import type { Chance } from "./chance.ts";
import type { SimClock } from "./sim-clock.ts";
import type { SimProcess } from "./sim-process.ts";

export const AUDIT_DIRECTORY = "/audit";
export const STATE_DIRECTORY = "/state";

/** Reads of at least so much are for lines; shorter ones only look who a file is. */
const LINE_READ_BYTES = 70_000;

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code });
}

interface PendingReplace {
  readonly path: string;
  readonly content: Buffer;
}

export class SimDisk {
  readonly audit: AuditFolder;
  readonly #clock: SimClock;
  readonly #chance: Chance;
  readonly #state = new Map<string, Buffer>();
  readonly #pending = new Set<PendingReplace>();
  readonly #openHandles = new Map<SimProcess, number>();
  /** The most bytes that one read gives. */
  readBytesMax = Number.POSITIVE_INFINITY;
  /** Share of calls on the audit folder that take a moment, in which other things happen. */
  slowShare = 0;
  /** After so many more calls on the audit folder one fails with EIO; undefined: none. */
  auditFaultIn: number | undefined;
  /** The error of every write to the state folder at present. */
  stateError: string | undefined;
  auditFaults = 0;
  stateFaults = 0;

  constructor(audit: AuditFolder, clock: SimClock, chance: Chance) {
    this.audit = audit;
    this.#clock = clock;
    this.#chance = chance;
  }

  filesOf(process: SimProcess): Files {
    return {
      list: (directory) => this.#inAudit(process, directory, () => this.#list(directory)),
      stat: (path) => this.#inAudit(process, path, () => this.#stat(path)),
      open: (path) => this.#inAudit(process, path, () => this.#open(process, path)),
      readWhole: (path) =>
        process.unlessDead(
          Promise.resolve(this.#state.get(path)).then((found) => found && Buffer.from(found)),
        ),
      replace: (path, content) => process.unlessDead(this.#replace(path, Buffer.from(content))),
      makePrivateDirectory: () => Promise.resolve(),
    };
  }

  /** How many files a process has open. */
  openHandlesOf(process: SimProcess): number {
    return this.#openHandles.get(process) ?? 0;
  }

  /** A power cut: of each write that was not over, the old or the new is left. */
  crash(): void {
    for (const { path, content } of this.#pending) {
      if (this.#chance.happens(0.5)) this.#state.set(path, content);
    }
    this.#pending.clear();
  }

  /** The state folder is lost, or what was in it is garbage now. */
  loseState(): void {
    for (const path of [...this.#state.keys()]) {
      if (this.#chance.happens(0.5)) this.#state.delete(path);
      else this.#state.set(path, Buffer.from('{"version":1,"number":7'));
    }
  }

  async #inAudit<Value>(process: SimProcess, path: string, work: () => Value): Promise<Value> {
    if (path.startsWith(STATE_DIRECTORY)) return process.unlessDead(Promise.resolve().then(work));
    if (this.#chance.happens(this.slowShare))
      await process.unlessDead(this.#clock.sleep(this.#chance.between(1, 40)));
    if (process.isDead) return process.unlessDead(new Promise<never>(() => undefined));
    if (this.auditFaultIn !== undefined && --this.auditFaultIn < 0) {
      this.auditFaultIn = undefined;
      this.auditFaults++;
      throw systemError("EIO");
    }
    return work();
  }

  #list(directory: string): string[] {
    if (directory !== AUDIT_DIRECTORY || !this.audit.isThere) throw systemError("ENOENT");
    return this.audit.list();
  }

  #stat(path: string): FileStat | undefined {
    const name = path.slice(AUDIT_DIRECTORY.length + 1);
    if (this.audit.isThere && this.audit.symlinks.has(name))
      return { kind: "symlink", inode: `7:link-${name}`, sizeBytes: 9, modifiedMs: 0 };
    return this.audit.inode(name)?.stat();
  }

  #open(process: SimProcess, path: string): OpenFile {
    const name = path.slice(AUDIT_DIRECTORY.length + 1);
    if (this.audit.symlinks.has(name)) throw systemError("ELOOP");
    const inode = this.audit.inode(name);
    if (inode === undefined) throw systemError("ENOENT");
    if (this.audit.forbidden.has(name)) throw systemError("EACCES");
    return this.#openInode(process, inode);
  }

  #openInode(process: SimProcess, inode: Inode): OpenFile {
    const count = (difference: number) => {
      inode.handles.set(process, (inode.handles.get(process) ?? 0) + difference);
      this.#openHandles.set(process, this.openHandlesOf(process) + difference);
    };
    count(1);
    let isOpen = true;
    return {
      stat: () => this.#inAudit(process, AUDIT_DIRECTORY, () => inode.stat()),
      read: (target, targetStart, length, position) =>
        this.#inAudit(process, AUDIT_DIRECTORY, () => {
          if (!isOpen) throw systemError("EBADF");
          const { bytes } = inode.content;
          const end = Math.min(position + Math.min(length, this.readBytesMax), bytes.length);
          const read = position < end ? bytes.copy(target, targetStart, position, end) : 0;
          if (length > LINE_READ_BYTES) inode.midReader = read > 0 ? process : undefined;
          else inode.checkedMs = this.#clock.monotonicMs();
          return read;
        }),
      close: async () => {
        if (!isOpen) throw systemError("EBADF");
        isOpen = false;
        count(-1);
      },
    };
  }

  async #replace(path: string, content: Buffer): Promise<void> {
    const pending = { path, content };
    this.#pending.add(pending);
    await this.#clock.sleep(this.#chance.happens(0.2) ? this.#chance.between(1, 300) : 0);
    // A crash in the meantime has decided already.
    if (!this.#pending.delete(pending)) return;
    if (this.stateError !== undefined) {
      this.stateFaults++;
      // The error may come after the rename: then the new content is there, only nobody can rely on it.
      if (this.#chance.happens(0.2)) this.#state.set(path, content);
      throw systemError(this.stateError);
    }
    this.#state.set(path, content);
  }
}
