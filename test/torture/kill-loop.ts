/** Starts the daemon again and again while a writer appends, and kills it without warning each time. */
import { setTimeout as delay } from "node:timers/promises";
import { happens, integerBetween } from "../../src/cli/demo/chance.ts";
import type { Random } from "../../src/system/random.ts";
import { type Workspace, waitUntil } from "../support/daemon.ts";
import type { AuditWriter } from "./audit-writer.ts";

export interface KillLoop {
  readonly workspace: Workspace;
  readonly writer: AuditWriter;
  readonly random: Random;
  readonly kills: number;
  readonly linesPerKill: number;
  /** Grows with each piece of work that the daemon does: kills are timed by it, not by the clock. */
  readonly progress: () => number;
}

/** How many of the kills come while the daemon is still starting, wherever it may be. */
const EARLY_SHARE = 0.2;
const EARLY_MS_MAX = 500;
const STEPS_MAX = 8;
const WRITE_MS = 800;

/** Resolves with the number of kills that came after the daemon had done some work. */
export async function killAgainAndAgain(loop: KillLoop): Promise<number> {
  const { workspace, writer, random, kills, linesPerKill, progress } = loop;
  let atWork = 0;
  for (let kill = 0; kill < kills; kill++) {
    const before = progress();
    const daemon = workspace.start("run");
    const written = writer.write(linesPerKill, WRITE_MS);
    if (happens(random, EARLY_SHARE)) {
      await delay(integerBetween(random, 0, EARLY_MS_MAX));
    } else {
      const steps = integerBetween(random, 1, STEPS_MAX);
      await waitUntil(
        () => daemon.hasEnded || progress() >= before + steps,
        `${steps} steps of the daemon's work`,
      );
      await delay(integerBetween(random, 0, 20));
    }
    if (progress() > before) atWork += 1;
    const { signal, code, stderr } = await daemon.kill("SIGKILL");
    if (signal !== "SIGKILL")
      throw new Error(`the daemon ended by itself with ${code}: ${stderr.slice(-2000)}`);
    await written;
  }
  return atWork;
}
