/** `status`: how far delivery is, with the daemon up or down. */
import { offlineStatus } from "../daemon/offline-status.ts";
import { StateFolder } from "../daemon/state-folder.ts";
import { isAlive, readStatusFile } from "../daemon/status-file.ts";
import { type LaneStatus, laneLagBytes, statusReport } from "../daemon/status-report.ts";
import { systemClock } from "../system/clock.ts";
import { systemFiles } from "../system/files.ts";
import { openLog } from "../system/log.ts";
import { type CommonOptions, command, type Terminal } from "./command.ts";
import { loadConfiguration, requireConfiguration } from "./configuration.ts";
import { renderTable } from "./table.ts";

export const statusCommand = command({
  usage: "status",
  description: "show how far each sink is, with the daemon up or down",
  build: (parser) =>
    parser
      .option("healthy", {
        type: "boolean",
        default: false,
        describe: "print nothing: exit 0 if the daemon is at work, 1 if not",
      })
      .option("live", {
        type: "boolean",
        default: false,
        describe: "print nothing: exit 1 only if a daemon hangs, for the liveness probe of run --keep-trying",
      }),
  run: async (options, terminal) => {
    if (options.live) return (await isHanging(options, terminal)) ? 1 : 0;
    const config = await requireConfiguration(options, terminal);
    if (config === undefined) return 2;
    const state = new StateFolder(config.state_dir);
    const saved = await readStatusFile(state.status, systemFiles);
    const alive = isAlive(saved, systemClock.nowMs());
    if (options.healthy) return alive ? 0 : 1;
    const lanes = await offlineStatus(config, state, {
      files: systemFiles,
      clock: systemClock,
      log: openLog(config.log.level),
    });
    if (options.json) terminal.out(`${JSON.stringify(statusReport(lanes), null, 2)}\n`);
    else printStatus(lanes, alive, terminal);
    return 0;
  },
});

/** True if a daemon has the state folder and gives no sign of life. One that cannot start is not helped by a restart. */
async function isHanging(options: CommonOptions, terminal: Terminal): Promise<boolean> {
  const loaded = await loadConfiguration(options, terminal);
  if (!loaded.ok) return false;
  const state = new StateFolder(loaded.config.state_dir);
  if (!state.isLocked()) return false;
  return !isAlive(await readStatusFile(state.status, systemFiles), systemClock.nowMs());
}

function printStatus(lanes: readonly LaneStatus[], alive: boolean, terminal: Terminal): void {
  terminal.out(alive ? "The daemon is at work.\n\n" : "No daemon is at work on this state folder.\n\n");
  const rows = lanes.map((lane) => [
    lane.name,
    lane.type,
    lane.files.length,
    laneLagBytes(lane),
    Math.round(lane.oldestUnackedSeconds),
    lane.deadLetters,
    lane.lastError ?? "",
  ]);
  const columns = [
    { title: "sink" },
    { title: "type" },
    { title: "files", isNumber: true },
    { title: "lag bytes", isNumber: true },
    { title: "oldest s", isNumber: true },
    { title: "dead letters", isNumber: true },
    { title: "last error" },
  ];
  terminal.out(renderTable({ columns, rows }, terminal));
}
