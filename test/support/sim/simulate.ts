/** Runs one seed and says what came of it. */
import type { Sabotage } from "./life.ts";
import { Violation } from "./oracle.ts";
import { Script } from "./script.ts";
import { World } from "./world.ts";

export interface SimReport {
  readonly seed: number;
  /** What went wrong and what happened before; undefined if nothing did. */
  readonly failure: string | undefined;
  /** How often what happened. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Simulates a run from its seed, the same each time. */
export async function simulate(seed: number, sabotage: Sabotage = {}): Promise<SimReport> {
  const world = new World(seed, sabotage);
  try {
    await world.drive(new Script(world).run());
    world.oracle.judge();
    return { seed, failure: undefined, counts: countsOf(world) };
  } catch (error) {
    const what =
      error instanceof Violation ? error.message : error instanceof Error ? error.stack : String(error);
    const failure = `seed ${seed}: ${what}\n${world.events.join("\n")}\nreplay: SEED=${seed} npx vitest run test/simulation`;
    return { seed, failure, counts: countsOf(world) };
  }
}

function countsOf(world: World): Record<string, number> {
  const { store, seen } = world.server;
  return {
    ...world.counts,
    ...seen,
    ...world.oracle.seen,
    created: store.counts.created,
    conflicts: store.counts.conflicts,
    changedOnResend: store.counts.changedOnResend,
    letters: world.deadLetters.letters.size,
    letterFaults: world.deadLetters.faults,
    stateFaults: world.disk.stateFaults,
    auditFaults: world.disk.auditFaults,
    virtualMs: Math.round(world.clock.monotonicMs()),
  };
}
