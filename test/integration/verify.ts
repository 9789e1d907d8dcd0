/**
 * `verify` on a folder that was shipped to a real destination, which then loses documents behind the shipper's back: what
 * is the same for every destination.
 */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { auditLines } from "../support/audit-lines.ts";
import { type DaemonProcess, Workspace, waitUntil } from "../support/daemon.ts";
import { difference, expectedFates, NO_DIFFERENCE, place } from "../torture/expected-fates.ts";

const LINES = 2500;
const SINK = "target";
const HOUR_MS = 3_600_000;

export interface VerifiedDestination {
  /** Variables of the daemon's environment. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The configuration of the sink. */
  readonly sink: object;
  /** Deletes these documents. */
  lose(ids: readonly string[]): Promise<void>;
  /** Why `--repair` sends nothing there; undefined if it does. */
  readonly noRepair?: string;
}

interface Proof {
  readonly ok: boolean;
  readonly files: readonly Readonly<
    Record<"lines" | "stored" | "dead_letter" | "skipped" | "missing", number>
  >[];
  readonly gaps: readonly {
    readonly file: string;
    readonly sink: string;
    readonly offset: number;
    readonly id: string;
  }[];
}

/** Writes two hours of traffic, with lines that are none and blank ones among them. */
async function writeFolder(directory: string): Promise<void> {
  for (const [number, { fileName, text }] of auditLines(LINES, {
    startMs: Date.now() - 2 * HOUR_MS,
  }).entries()) {
    const more = number % 500 === 7 ? "torn {\n\n" : "";
    await appendFile(join(directory, fileName), `${text}\n${more}`);
  }
}

/**
 * Ships, verifies with the daemon down and up, loses documents, verifies that exactly these are missed, and sends them
 * again where that can be done.
 */
export async function expectGapsFound(destination: VerifiedDestination): Promise<void> {
  const settings = { store: { enabled: false }, sinks: { [SINK]: destination.sink } };
  const workspace = await Workspace.make(settings, destination.variables);
  try {
    await writeFolder(workspace.auditDirectory);
    const shipped = await workspace.run("run", "--once");
    expect(shipped, shipped.stderr).toMatchObject({ code: 0 });
    const expected = expectedFates(workspace.auditDirectory);
    const proof = await workspace.ask<Proof>("verify");
    const sum = (name: keyof Proof["files"][number]) =>
      proof.files.reduce((total, file) => total + file[name], 0);
    expect([sum("lines"), sum("stored")]).toEqual([expected.lines, expected.documents.length]);
    expect([sum("dead_letter"), sum("skipped")]).toEqual([expected.broken.length, expected.blank]);
    expect([proof.ok, proof.gaps]).toEqual([true, []]);

    const lost = [0, 1234, expected.documents.length - 1].flatMap((index) => expected.documents[index] ?? []);
    await destination.lose(lost.map(({ id }) => id));
    const daemon = workspace.start("run");
    await expectAlive(workspace, daemon);
    await expectMissed(workspace, lost);
    await repair(workspace, destination, lost);
    expect((await daemon.kill("SIGTERM")).code).toBe(0);
  } finally {
    await workspace.remove();
  }
}

async function expectAlive(workspace: Workspace, daemon: DaemonProcess): Promise<void> {
  await waitUntil(async () => (await workspace.run("status", "--healthy")).code === 0, "the daemon");
  expect(daemon.hasEnded).toBe(false);
}

type Lost = ReturnType<typeof expectedFates>["documents"];

async function expectMissed(workspace: Workspace, lost: Lost): Promise<void> {
  const { code, stdout, stderr } = await workspace.run("verify", "--json");
  expect(code, stderr).toBe(1);
  const { ok, gaps } = JSON.parse(stdout) as Proof;
  expect(ok).toBe(false);
  const found = gaps.map(({ file, offset, id, sink }) => `${sink} ${place(file, offset)} ${id}`);
  const wanted = lost.map(({ file, offset, id }) => `${SINK} ${place(file, offset)} ${id}`);
  expect(difference(found, wanted)).toEqual(NO_DIFFERENCE);
}

async function repair(workspace: Workspace, { noRepair }: VerifiedDestination, lost: Lost): Promise<void> {
  const { code, stderr } = await workspace.run("verify", "--repair", "--sink", SINK);
  if (noRepair === undefined) {
    expect(stderr).toContain(`sent again: ${lost.length}, now dead letters: 0`);
    expect(code).toBe(0);
    expect(await workspace.ask<Proof>("verify")).toMatchObject({ ok: true, gaps: [] });
  } else {
    expect([code, stderr]).toEqual([1, expect.stringContaining(noRepair)]);
    await expectMissed(workspace, lost);
  }
}
