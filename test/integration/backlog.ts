/**
 * One backlog on its way to a real server through a faulty proxy, while the daemon is killed again and again: what is
 * the same for every destination.
 */
import { expect } from "vitest";
import { seededRandom } from "../../src/system/random.ts";
import { Workspace } from "../support/daemon.ts";
import { FaultProxy, type FaultProxyOptions, PROXY_FAULTS } from "../support/fault-proxy.ts";
import { AuditWriter, POISON_MEMBER, REFUSED_MEMBER } from "../torture/audit-writer.ts";
import { difference, expectedFates, NO_DIFFERENCE, place } from "../torture/expected-fates.ts";
import { killAgainAndAgain } from "../torture/kill-loop.ts";
import { SCALE } from "../torture/scale.ts";

const FAULT_SHARE = 0.4;
const HOUR_MS = 3_600_000;

export interface BacklogDestination extends Pick<FaultProxyOptions, "target" | "delivers" | "throttling"> {
  /** Variables of the daemon's environment. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The configuration of a sink that delivers through the proxy at `url`. */
  sink(url: string): object;
  /** The ids of all documents that are stored by now, one entry for each document. */
  ids(): Promise<readonly string[]>;
}

/**
 * Writes the backlog, kills the daemon while it delivers, lets `run --once` bring the rest, and compares: every
 * document is stored once, every broken line is a dead letter. Then the same again without the state folder.
 */
export async function deliverBacklog(destination: BacklogDestination): Promise<void> {
  const random = seededRandom(SCALE.seed);
  const proxy = await FaultProxy.start({ ...destination, random, share: FAULT_SHARE });
  const settings = {
    store: { enabled: false },
    redact: { [JSON.parse(REFUSED_MEMBER)]: "drop", [JSON.parse(POISON_MEMBER)]: "drop" },
    sinks: { target: { ...destination.sink(proxy.url), retry: { initial: "10ms", max: "200ms" } } },
  };
  const workspace = await Workspace.make(settings, destination.variables);
  try {
    const startMs = Date.now() - 36 * HOUR_MS;
    const writer = new AuditWriter(workspace.auditDirectory, random, SCALE.backlogLines, startMs);
    await writer.write(SCALE.backlogLines, 0);
    const killsAtWork = await killAgainAndAgain({
      workspace,
      writer,
      // Of its own: what the proxy draws depends on the speed of the machine.
      random: seededRandom(SCALE.seed),
      kills: SCALE.backlogKills,
      linesPerKill: 0,
      progress: () => proxy.deliveries,
    });
    const expected = expectedFates(workspace.auditDirectory);
    expect(expected.lines).toBe(SCALE.backlogLines);

    const expectComplete = async () => {
      const last = await workspace.run("run", "--once", "--timeout", "10m");
      expect(last, last.stderr.slice(-2000)).toMatchObject({ code: 0 });
      const wanted = expected.documents.map(({ id }) => id);
      expect(difference(await destination.ids(), wanted)).toEqual(NO_DIFFERENCE);
      const letters = await workspace.ask<{ items: readonly { file: string; offset: number }[] }>(
        "dead-letters",
        "list",
      );
      const dead = letters.items.map(({ file, offset }) => place(file, offset));
      expect(difference(dead, expected.broken)).toEqual(NO_DIFFERENCE);
    };
    await expectComplete();
    expect(killsAtWork).toBeGreaterThan(SCALE.backlogKills / 3);
    for (const fault of PROXY_FAULTS) expect(proxy.faults.get(fault), fault).toBeGreaterThan(0);

    await workspace.removeState();
    await expectComplete();
  } finally {
    await workspace.remove();
    await proxy.stop();
  }
}
