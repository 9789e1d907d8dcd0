/** The lanes of a configuration, and the files, as `verify` looks at them: from outside, with the daemon up or down. */
import { join } from "node:path";
import type { Config } from "../config/load.ts";
import { bodiesPresence } from "../sinks/bodies/presence.ts";
import { localPresence } from "../sinks/local-presence.ts";
import type { Presence } from "../sinks/presence.ts";
import type { SinkKind } from "../sinks/table.ts";
import { openStoreForReading } from "../store/open.ts";
import type { Clock } from "../system/clock.ts";
import { type Files, namesIn } from "../system/files.ts";
import { globToRegExp } from "../system/glob.ts";
import type { Log } from "../system/log.ts";
import { dayInName } from "../tail/generation.ts";
import type { VerifiedFile, VerifiedLane } from "../verify/verify.ts";
import { BODIES_LANE, openBodyStore } from "./bodies.ts";
import { keepsRecords, LOCAL_LANE, sinkContext } from "./lane-plan.ts";
import { checkpointsOf } from "./offline-status.ts";
import type { StateFolder } from "./state-folder.ts";

export interface VerifiedLanesPorts {
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
  readonly kinds: Readonly<Record<string, SinkKind>>;
}

/** The names of all lanes of a configuration. */
export function laneNames({ store, sinks, bodies }: Config): readonly string[] {
  return [
    ...(store.enabled ? [LOCAL_LANE] : []),
    ...Object.keys(sinks),
    ...(bodies === undefined ? [] : [BODIES_LANE]),
  ];
}

export type OpenedLane =
  | { readonly outcome: "open"; readonly lane: VerifiedLane }
  /** Nothing of its kind can be asked, or there is nothing to ask yet. */
  | { readonly outcome: "unverifiable"; readonly message: string }
  /** It could be asked, but not now. */
  | { readonly outcome: "fault"; readonly message: string };

/** The lane of this name, ready to be asked. */
export async function openVerifiedLane(
  name: string,
  config: Config,
  state: StateFolder,
  ports: VerifiedLanesPorts,
): Promise<OpenedLane> {
  // Before anything is asked: what is settled from here on is not looked for.
  const checkpoints = await checkpointsOf(name, state, ports);
  const open = (presence: Presence): OpenedLane => ({
    outcome: "open",
    lane: { name, checkpoints, presence },
  });
  if (name === LOCAL_LANE) return openLocal(config, state, open);
  if (name === BODIES_LANE && config.bodies !== undefined) {
    const { bodies } = config;
    return open(bodiesPresence(openBodyStore(bodies, config, ports.clock), bodies.retention_days));
  }
  const settings = config.sinks[name];
  const present = settings && ports.kinds[settings.type]?.presence;
  if (present === undefined) {
    const message = `a sink of type ${settings?.type} cannot tell which lines it holds: it cannot be verified`;
    return { outcome: "unverifiable", message };
  }
  try {
    return open(await present(settings, sinkContext(name, config, ports.clock)));
  } catch (error) {
    return { outcome: "fault", message: error instanceof Error ? error.message : String(error) };
  }
}

function openLocal(config: Config, state: StateFolder, open: (presence: Presence) => OpenedLane): OpenedLane {
  const reading = openStoreForReading(state.store);
  switch (reading.outcome) {
    case "open":
      return open(localPresence(reading.database, keepsRecords(config)));
    case "none": {
      const message = `nothing was stored yet: there is no database ${state.store}`;
      return { outcome: "unverifiable", message };
    }
    case "unreadable":
      return { outcome: "fault", message: reading.message };
  }
}

/** The first and the last day, `YYYY-MM-DD`, both inclusive; undefined is open. */
export interface FileDays {
  readonly since: string | undefined;
  readonly until: string | undefined;
}

/** The audit files whose day lies within `days`, oldest first. One without a day in its name goes with all days only. */
export async function filesToVerify(
  { source }: Config,
  { since, until }: FileDays,
  files: Pick<Files, "list" | "stat">,
): Promise<readonly VerifiedFile[]> {
  const included = globToRegExp(source.include);
  const isWithin = (name: string) => {
    if (since === undefined && until === undefined) return true;
    const day = dayInName(name);
    return day !== undefined && day >= (since ?? day) && day <= (until ?? day);
  };
  const found: VerifiedFile[] = [];
  for (const name of (await namesIn(source.directory, files)).sort()) {
    if (!included.test(name) || !isWithin(name)) continue;
    const stat = await files.stat(join(source.directory, name));
    if (stat?.kind === "file") found.push({ name, stat });
  }
  return found;
}
