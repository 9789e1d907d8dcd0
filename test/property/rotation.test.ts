/**
 * Goal: through any series of rotations each line that can be read is read once, under the id of the first name,
 * the first line and the number of its file's content.
 * Method: commands on a simulated folder; a small model says after each look which lines must come, under which
 * identity. Lines are read, and files change, only between looks, so that the answer is exact.
 */

import { expect, it } from "vitest";
import { silentLog } from "../../src/system/log.ts";
import type { Checkpoint } from "../../src/tail/checkpoint.ts";
import { Folder } from "../../src/tail/folder.ts";
import { identifyGeneration } from "../../src/tail/generation.ts";
import { hashTailAt } from "../../src/tail/line-buffer.ts";
import { Tail } from "../../src/tail/tail.ts";
import { fc, runs } from "../support/properties.ts";
import { AuditFolder, isAuditName } from "../support/sim/audit-folder.ts";
import { Chance } from "../support/sim/chance.ts";
import { History } from "../support/sim/history.ts";
import { SimClock } from "../support/sim/sim-clock.ts";
import { AUDIT_DIRECTORY, SimDisk } from "../support/sim/sim-disk.ts";
import { SimProcess } from "../support/sim/sim-process.ts";

/** A file as the model knows it. */
interface ModelFile {
  bytes: string;
  /** As it was recognised at a look; undefined: not yet. */
  known: { name: string; firstLine: string; number: number; read: string } | undefined;
}

interface Model {
  readonly files: Map<string, ModelFile>;
  /** Files that are gone from the folder, but were open. */
  readonly gone: Set<ModelFile>;
  /** How many contents began with this name and first line. */
  readonly starts: Map<string, number>;
}

/** The real thing: a folder, and a tail that reads it and may start again from its checkpoints. */
class Real {
  readonly clock = new SimClock(Date.UTC(2026, 3, 3));
  readonly audit = new AuditFolder(this.clock, new History(), () => false);
  readonly disk = new SimDisk(this.audit, this.clock, new Chance(1));
  readonly #checkpoints = new Map<string, Checkpoint>();
  #folder: Folder;
  #tail: Tail;
  serial = 0;

  constructor() {
    [this.#folder, this.#tail] = this.#start();
  }

  async look(): Promise<string[]> {
    this.clock.skip(1001);
    await this.#folder.sweep();
    const found: string[] = [];
    for (let block = await this.#tail.next(); block !== undefined; block = await this.#tail.next()) {
      if (block.kind !== "lines") throw new Error("no line is that long");
      const { generation, bytes, start, end, offset } = block;
      const text = bytes.toString("latin1", start, end);
      let place = offset;
      for (const line of text.split("\n").slice(0, -1)) {
        found.push(`${generation.id}-${place} ${line}`);
        place += line.length + 1;
      }
      const tailSha256 = hashTailAt(bytes, end, place);
      const where = { seenAs: generation.name, inode: "", lastTimestamp: undefined };
      this.#checkpoints.set(generation.id, { generation, offset: place, tailSha256, ...where });
    }
    return found;
  }

  async restart(): Promise<void> {
    for (const [id, checkpoint] of this.#checkpoints)
      this.#checkpoints.set(id, this.#tail.refreshed(checkpoint));
    await this.#tail.close();
    [this.#folder, this.#tail] = this.#start();
  }

  #start(): [Folder, Tail] {
    const { clock } = this;
    const files = this.disk.filesOf(new SimProcess());
    const folder = new Folder({ directory: AUDIT_DIRECTORY, includes: isAuditName }, files, clock, silentLog);
    const ports = { folder, files, clock, log: silentLog };
    return [folder, new Tail("", [...this.#checkpoints.values()], ports)];
  }
}

/** What the next look must give: of each file what was not read, under the identity by which it is known. */
function expectedLook(model: Model): string[] {
  const expected: string[] = [];
  for (const file of model.gone) expected.push(...read(file));
  model.gone.clear();
  for (const [name, file] of model.files) {
    if (file.known !== undefined && !file.bytes.startsWith(file.known.read)) file.known = undefined;
    const firstLine = /^(.*)\n/.exec(file.bytes)?.[1];
    if (file.known === undefined && firstLine !== undefined) {
      const start = `${name}\n${firstLine}`;
      const number = model.starts.get(start) ?? 0;
      model.starts.set(start, number + 1);
      file.known = { name, firstLine, number, read: "" };
    }
    expected.push(...read(file));
  }
  return expected;
}

function read({ bytes, known }: ModelFile): string[] {
  if (known === undefined || !bytes.startsWith(known.read)) return [];
  const { id } = identifyGeneration("", known.name, Buffer.from(known.firstLine), known.number);
  let offset = known.read.length;
  known.read = bytes.slice(0, bytes.lastIndexOf("\n") + 1);
  return known.read
    .slice(offset)
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const text = `${id}-${offset} ${line}`;
      offset += line.length + 1;
      return text;
    });
}

type Command = fc.AsyncCommand<Model, Real>;

/** A command on one of the files; none if there is no file. */
function onFile(title: string, pick: number, act: (model: Model, real: Real, name: string) => void): Command {
  return {
    check: ({ files }) => files.size > 0,
    run: async (model, real) => {
      const names = [...model.files.keys()];
      act(model, real, names[pick % names.length] ?? "");
    },
    toString: () => `${title}(${pick})`,
  };
}

function modelFile(model: Model, name: string): ModelFile {
  const file = model.files.get(name) ?? { bytes: "", known: undefined };
  model.files.set(name, file);
  return file;
}

function append(model: Model, real: Real, name: string, text: string): void {
  modelFile(model, name).bytes += text;
  real.audit.append(name, Buffer.from(text));
}

function linesFrom(real: Real, count: number): string {
  return Array.from({ length: count }, () => `line ${++real.serial}\n`).join("");
}

function newName(name: string, serial: number): string {
  return name.replace(".jsonl", `.${serial}.jsonl`);
}

function rename(model: Model, real: Real, name: string): void {
  const to = newName(name, ++real.serial);
  model.files.set(to, modelFile(model, name));
  model.files.delete(name);
  real.audit.rename(name, to);
}

function remove(model: Model, real: Real, name: string): void {
  const file = modelFile(model, name);
  // Only a file that was known at a look is open, and can be read still.
  if (file.known !== undefined) model.gone.add(file);
  model.files.delete(name);
  real.audit.remove(name);
}

function cut(model: Model, real: Real, name: string, share: number): void {
  const file = modelFile(model, name);
  const length = Math.floor(file.bytes.length * share);
  real.audit.truncate(name, length);
  file.bytes = file.bytes.slice(0, length);
  // A later write could restore the length, never the bytes: what was cut is not written again.
}

const count = fc.integer({ min: 1, max: 4 });
const pick = fc.nat(20);
const commands = [
  fc.tuple(fc.nat(2), count).map(
    ([day, lines]): Command => ({
      check: () => true,
      run: async (model, real) =>
        append(model, real, `audit-2026-04-0${day + 3}.jsonl`, linesFrom(real, lines)),
      toString: () => `appendTo(day ${day}, ${lines})`,
    }),
  ),
  fc
    .tuple(pick, count)
    .map(([file, lines]) =>
      onFile("append", file, (model, real, name) => append(model, real, name, linesFrom(real, lines))),
    ),
  pick.map((file) =>
    onFile("tear", file, (model, real, name) => append(model, real, name, `torn ${++real.serial} `)),
  ),
  pick.map((file) => onFile("rename", file, rename)),
  pick.map((file) =>
    onFile("renameAndRecreate", file, (model, real, name) => {
      rename(model, real, name);
      append(model, real, name, linesFrom(real, 2));
    }),
  ),
  pick.map((file) => onFile("remove", file, remove)),
  pick.map((file) =>
    onFile("removeAndRecreate", file, (model, real, name) => {
      remove(model, real, name);
      append(model, real, name, linesFrom(real, 2));
    }),
  ),
  pick.map((file) => onFile("truncate", file, (model, real, name) => cut(model, real, name, 0))),
  fc
    .tuple(pick, fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([file, share]) => onFile("cut", file, (model, real, name) => cut(model, real, name, share))),
  fc.tuple(pick, fc.boolean()).map(([file, keepsFirstLine]) =>
    onFile("rewrite", file, (model, real, name) => {
      const modelled = modelFile(model, name);
      const first = /^.*\n/.exec(modelled.bytes)?.[0] ?? "";
      modelled.bytes = `${keepsFirstLine ? first : ""}${linesFrom(real, 3)}`;
      real.audit.rewrite(name, Buffer.from(modelled.bytes));
    }),
  ),
  pick.map((file) =>
    onFile("copyAndTruncate", file, (model, real, name) => {
      const to = newName(name, ++real.serial);
      model.files.set(to, { bytes: modelFile(model, name).bytes, known: undefined });
      real.audit.copy(name, to);
      cut(model, real, name, 0);
    }),
  ),
  fc.constant<Command>({
    check: () => true,
    run: async (model, real) => {
      expect((await real.look()).toSorted()).toEqual(expectedLook(model).toSorted());
    },
    toString: () => "look",
  }),
  fc.constant<Command>({
    check: () => true,
    run: async (model, real) => {
      // A look before, since a restart closes the files that are gone, and one after, which opens the others again.
      expect((await real.look()).toSorted()).toEqual(expectedLook(model).toSorted());
      await real.restart();
      expect(await real.look()).toEqual([]);
    },
    toString: () => "restart",
  }),
];

it("each line is read once, under the identity of its file's content", async () => {
  let lines = 0;
  let numbers = 0;
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 40, size: "max" }), async (series) => {
      const setup = () => ({
        model: { files: new Map(), gone: new Set(), starts: new Map() } as Model,
        real: new Real(),
      });
      const { model, real } = setup();
      await fc.asyncModelRun(() => ({ model, real }), series);
      numbers += [...model.starts.values()].filter((starts) => starts > 1).length;
      lines += real.serial;
    }),
    runs(600),
  );
  expect(lines).toBeGreaterThan(2000);
  expect(numbers).toBeGreaterThan(3);
});
