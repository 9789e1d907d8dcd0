/** The audit folder of a simulated run: names, inodes, open handles, and what was written when. */
import assert from "node:assert/strict";
import type { FileStat } from "../../../src/system/files.ts";
import { Content, type History, type WrittenLine } from "./history.ts";
import type { SimClock } from "./sim-clock.ts";
import type { SimProcess } from "./sim-process.ts";

/** Late writes through a handle are read for five seconds; what comes within these is asked for. */
const LATE_WRITE_MS = 3000;

/** A read may follow so long after the check that the file is still the same. */
const CHECK_TO_READ_MS = 200;

export class Inode {
  readonly number: string;
  content: Content;
  modifiedMs: number;
  /** How often each process has it open. */
  readonly handles = new Map<SimProcess, number>();
  /** Who is between two reads for lines, the first of which did not reach the end. */
  midReader: SimProcess | undefined;
  /** When somebody last looked who the file is, monotonic milliseconds: a read for lines may follow at once. */
  checkedMs = Number.NEGATIVE_INFINITY;

  constructor(number: string, content: Content, modifiedMs: number) {
    this.number = number;
    this.content = content;
    this.modifiedMs = modifiedMs;
  }

  get isOpen(): boolean {
    return [...this.handles].some(([process, count]) => count > 0 && !process.isDead);
  }

  stat(): FileStat {
    return {
      kind: "file",
      inode: this.number,
      sizeBytes: this.content.length,
      modifiedMs: this.modifiedMs,
    };
  }
}

export function isAuditName(name: string): boolean {
  return name.endsWith(".jsonl");
}

export class AuditFolder {
  readonly #clock: SimClock;
  readonly #history: History;
  /** True if the line has its final fate. */
  readonly #isSettled: (content: Content, line: WrittenLine) => boolean;
  #names = new Map<string, Inode>();
  #parked: Map<string, Inode> | undefined;
  readonly symlinks = new Set<string>();
  #lastNumber = 100;
  readonly #freeNumbers: string[] = [];
  /** Names that may not be opened at present. */
  readonly forbidden = new Set<string>();

  constructor(
    clock: SimClock,
    history: History,
    isSettled: (content: Content, line: WrittenLine) => boolean,
  ) {
    this.#clock = clock;
    this.#history = history;
    this.#isSettled = isSettled;
  }

  get isThere(): boolean {
    return this.#parked === undefined;
  }

  /** Names of files and links; empty while the folder is away. */
  list(): string[] {
    return [...this.#names.keys(), ...this.symlinks];
  }

  /** The audit files, those that no longer match the pattern excluded. */
  auditNames(): string[] {
    return [...this.#names.keys()].filter(isAuditName);
  }

  inode(name: string): Inode | undefined {
    return this.#names.get(name);
  }

  append(name: string, bytes: Buffer): void {
    const inode = this.#names.get(name) ?? this.#create(name);
    this.appendTo(inode, bytes);
  }

  /** Appends through a handle that the writer has kept. */
  appendTo(inode: Inode, bytes: Buffer): void {
    const lines = inode.content.append(bytes);
    inode.modifiedMs = this.#clock.nowMs();
    const { goneSinceMs } = inode.content;
    if (goneSinceMs === undefined) return;
    const isLate = this.#clock.monotonicMs() - goneSinceMs > LATE_WRITE_MS;
    for (const line of lines) this.#cutOff(line, inode.isOpen && !isLate);
  }

  /** Cuts a file to `length` in place. */
  truncate(name: string, length: number): void {
    const inode = this.#existing(name);
    this.#replaceContent(inode, inode.content.cutTo(length));
  }

  /** Rewrites a file in place. */
  rewrite(name: string, bytes: Buffer): void {
    const content = new Content();
    content.append(bytes);
    this.#replaceContent(this.#existing(name), content);
  }

  rename(from: string, to: string): void {
    const inode = this.#existing(from);
    assert(!this.#names.has(to));
    this.#names.delete(from);
    this.#names.set(to, inode);
    this.#named(inode, to);
  }

  copy(from: string, to: string): void {
    const { content } = this.#existing(from);
    assert(!this.#names.has(to));
    // With the number of the original, were that deleted, a copy could not be told from a rename.
    this.appendTo(this.#create(to, this.#nextNumber()), Buffer.from(content.bytes));
  }

  remove(name: string): void {
    const inode = this.#existing(name);
    this.#names.delete(name);
    this.#gone(inode);
    if (!inode.isOpen) this.#freeNumbers.push(inode.number);
  }

  /** Moves the whole folder away. */
  vanish(): void {
    this.#parked = this.#names;
    this.#names = new Map();
  }

  /** Brings the folder back as it was. */
  comeBack(): void {
    if (this.#parked === undefined) return;
    this.#names = this.#parked;
    this.#parked = undefined;
  }

  #nextNumber(): string {
    return `7:${++this.#lastNumber}`;
  }

  #create(name: string, number = this.#freeNumbers.pop() ?? this.#nextNumber()): Inode {
    const inode = new Inode(number, this.#history.begin(new Content()), this.#clock.nowMs());
    this.#names.set(name, inode);
    this.#named(inode, name);
    return inode;
  }

  #named(inode: Inode, name: string): void {
    if (isAuditName(name)) {
      inode.content.names.add(name);
      inode.content.goneSinceMs = undefined;
    } else {
      this.#gone(inode);
    }
  }

  #replaceContent(inode: Inode, content: Content): void {
    const before = inode.content;
    for (const line of before.lines) {
      if (!content.lines.includes(line) && !this.#isSettled(before, line)) line.mayBeLost = true;
    }
    // Where all that was read stands as before, a rewrite is an append to the reader: the old names stay possible.
    for (const name of before.names) content.names.add(name);
    const isChecked = this.#clock.monotonicMs() - inode.checkedMs < CHECK_TO_READ_MS;
    if (inode.isOpen && (isChecked || inode.midReader?.isDead === false)) {
      content.mixedUpTo = before.length;
      content.isMixed = true;
      before.isMixed = true;
    }
    content.goneSinceMs = before.goneSinceMs;
    inode.content = this.#history.begin(content);
    inode.modifiedMs = this.#clock.nowMs();
  }

  #gone(inode: Inode): void {
    const { content } = inode;
    content.goneSinceMs = this.#clock.monotonicMs();
    for (const line of content.lines) {
      if (!this.#isSettled(content, line)) this.#cutOff(line, inode.isOpen);
    }
  }

  #cutOff(line: WrittenLine, isOpen: boolean): void {
    if (isOpen) line.hangsOnHandle = true;
    else line.mayBeLost = true;
  }

  #existing(name: string): Inode {
    const inode = this.#names.get(name);
    assert(inode !== undefined, `no file ${name}`);
    return inode;
  }
}
