/** The daemon in its process: lanes, web server, signals and status file put together. */
import type { Config } from "../config/load.ts";
import { Daemon, type DaemonPorts } from "../daemon/daemon.ts";
import { StateFolder } from "../daemon/state-folder.ts";
import { keepStatusFile } from "../daemon/status-file.ts";
import { serviceNotifier } from "../daemon/systemd.ts";
import { systemClock } from "../system/clock.ts";
import type { FileVersions } from "../system/file-versions.ts";
import { systemFiles } from "../system/files.ts";
import { openLog } from "../system/log.ts";
import { systemRandom } from "../system/random.ts";
import { programVersion } from "../system/version.ts";
import { chokidarNotifier } from "../tail/notifier.ts";
import type { ExitCode, Terminal } from "./command.ts";
import type { StartProblem } from "./keep-trying.ts";
import { type ConfigLoader, Reloading } from "./reloading.ts";

export interface RunOptions {
  /** How the configuration is loaded again, and what it was loaded through; without it it stays. */
  readonly reloading?: { readonly load: ConfigLoader; readonly secrets: FileVersions };
  /** Ships what is there and ends; gives up after `timeoutMs`. */
  readonly once?: { readonly timeoutMs: number };
}

/** Runs until a signal says stop, or with `once` until everything is shipped. Resolves with the exit code. */
export async function runDaemon(
  config: Config,
  terminal: Terminal,
  options: RunOptions = {},
): Promise<ExitCode> {
  const ended = await tryDaemon(config, terminal, options);
  if (typeof ended === "number") return ended;
  terminal.err(ended.message);
  return ended.code;
}

/** The same, but tells why it could not start instead of writing it. */
export async function tryDaemon(
  config: Config,
  terminal: Terminal,
  options: RunOptions,
): Promise<ExitCode | StartProblem> {
  const log = openLog(config.log.level);
  const ports = {
    files: systemFiles,
    clock: systemClock,
    random: systemRandom,
    log,
    notifier: chokidarNotifier,
  };
  const state = new StateFolder(config.state_dir);
  const start = await openDaemon(config, state, ports);
  if (typeof start === "string") return { code: 1, message: `${start}\n` };
  try {
    return await (options.once === undefined
      ? runForEver(start, config, state, terminal, ports, options)
      : runOnce(start, state, terminal, ports, options.once.timeoutMs));
  } finally {
    await start.close();
  }
}

/** The daemon, or why there is none. */
async function openDaemon(config: Config, state: StateFolder, ports: DaemonPorts): Promise<Daemon | string> {
  try {
    const start = await Daemon.open(config, state, programVersion(), ports);
    if (start.outcome === "open") return start.daemon;
    return `the state folder ${state.path} is in use by ${start.holder}; give each daemon its own (--state-dir)`;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return `cannot start: ${cause}; expected to be able to write the state folder ${state.path} (state_dir)`;
  }
}

async function runOnce(
  daemon: Daemon,
  state: StateFolder,
  terminal: Terminal,
  ports: DaemonPorts,
  timeoutMs: number,
): Promise<ExitCode> {
  const stop = new AbortController();
  const forget = onStopSignals(terminal, () => stop.abort());
  const ended = new AbortController();
  let isLate = false;
  void systemClock.sleep(timeoutMs, ended.signal).then(() => {
    if (ended.signal.aborted) return;
    isLate = true;
    stop.abort();
  });
  const keepingStatus = keepStatusFile(state.status, daemon, ended.signal, ports);
  try {
    await daemon.run("drain", stop.signal);
  } finally {
    ended.abort();
    forget();
    await keepingStatus;
  }
  const lanes = daemon.lanes();
  const deadLetters = lanes.reduce((sum, lane) => sum + lane.fates.deadLetter, 0);
  if (deadLetters > 0)
    terminal.err(
      `${deadLetters} lines went to the dead letters; look at them with: mem0-audit-shipper dead-letters list\n`,
    );
  if (!stop.signal.aborted) return 0;
  const waiting = lanes
    .filter((lane) => lane.lastError !== undefined)
    .map((lane) => `${lane.name}: ${lane.lastError}`);
  const why = isLate
    ? `not everything was shipped within ${timeoutMs / 1000} s`
    : "stopped before everything was shipped";
  const folder = daemon.folderProblem === undefined ? [] : [daemon.folderProblem];
  terminal.err(`${[why, ...folder, ...waiting].join("\n")}\n`);
  return 1;
}

async function runForEver(
  daemon: Daemon,
  config: Config,
  state: StateFolder,
  terminal: Terminal,
  ports: DaemonPorts,
  options: RunOptions,
): Promise<ExitCode> {
  const { log } = ports;
  const stop = new AbortController();
  const notifyService = serviceNotifier(terminal.environment, log);
  const forgetStop = onStopSignals(terminal, () => {
    log.info({}, "stopping: finishing what is in flight");
    void notifyService("stopping");
    stop.abort();
  });
  // Loaded here only, as the web server is, so that `run --once` starts without them.
  const { Alerts } = await import("../daemon/alerts.ts");
  const alerts = await Alerts.open(config, daemon, state, ports);
  const reloaded = async (next: Config) => {
    await daemon.reload(next);
    await alerts.reload(next);
  };
  const reloading =
    options.reloading &&
    new Reloading({ reload: reloaded }, options.reloading.load, options.reloading.secrets, ports);
  const forgetReload = terminal.onSignal("SIGHUP", () => void reloading?.reload());
  const { announce, startHttp } = await import("./serve.ts");
  const http = await startHttp(daemon, alerts, config, ports);
  const running = daemon.run("run", stop.signal);
  const ended = new AbortController();
  const keepingStatus = keepStatusFile(state.status, daemon, ended.signal, ports);
  const alerting = alerts.run(ended.signal);
  const watchingFiles = reloading?.watch(config, ended.signal);
  log.info(
    {
      version: daemon.version,
      audit_folder: config.source.directory,
      state_folder: state.path,
      sinks: Object.keys(config.sinks),
    },
    "running",
  );
  announce(http, terminal, log);
  void notifyService("ready");
  try {
    await running;
    log.info({}, "stopped");
    return 0;
  } catch (error) {
    log.error(
      { cause: error instanceof Error ? error.stack : String(error) },
      "a defect of this program: stopping, nothing is lost",
    );
    return 1;
  } finally {
    forgetStop();
    forgetReload();
    ended.abort();
    await keepingStatus;
    await alerting;
    await watchingFiles;
    if (http?.outcome === "listening") await http.close();
  }
}

function onStopSignals(terminal: Terminal, listener: () => void): () => void {
  const undo = [terminal.onSignal("SIGINT", listener), terminal.onSignal("SIGTERM", listener)];
  return () => {
    for (const one of undo) one();
  };
}
