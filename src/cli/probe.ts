/** What `check` looks at besides the configuration: folders, port and sinks, as they are at this moment. */
import { dirname, resolve } from "node:path";
import type { ChannelOptions } from "../alert/open-channel.ts";
import { formatListen } from "../config/listen.ts";
import type { Config } from "../config/load.ts";
import { BODIES_LANE, planBodiesLane } from "../daemon/bodies.ts";
import { sinkContext } from "../daemon/lane-plan.ts";
import { ConfigurationFault, readTls } from "../sinks/http/tls.ts";
import type { ProbeResult, Sink } from "../sinks/sink.ts";
import type { SinkKind } from "../sinks/table.ts";
import type { Clock } from "../system/clock.ts";
import { errorCode, type Files } from "../system/files.ts";
import { globToRegExp } from "../system/glob.ts";
import type { Probes } from "../system/probes.ts";

/** All that probing touches. */
export interface Machine {
  readonly files: Pick<Files, "list" | "stat" | "open">;
  readonly probes: Probes;
  readonly clock: Clock;
  readonly kinds: Readonly<Record<string, SinkKind>>;
}

/** How long a sink may take to answer, all its questions together. */
const SINK_TIMEOUT_MS = 15_000;
const FREE_BYTES_MIN = 100 * 1024 ** 2;

/** Runs every probe, one after the other. Never rejects. */
export async function runProbes(
  config: Config,
  machine: Machine,
  { isOffline }: { readonly isOffline: boolean },
): Promise<readonly ProbeResult[]> {
  const { clock, kinds } = machine;
  const results = [
    models(config),
    await guarded("audit folder", () => auditFolder(config, machine)),
    await guarded("state folder", () => stateFolder(config, machine)),
    await guarded("http", () => httpPort(config, machine)),
    ...(await Promise.all(Object.entries(config.alerts?.channels ?? {}).map(alertChannel))),
  ];
  for (const [name, settings] of isOffline ? [] : Object.entries(config.sinks)) {
    const open = async () => kinds[settings.type]?.create(settings, sinkContext(name, config, clock));
    results.push(...(await sink(`sink ${name}`, open, clock)));
  }
  if (config.bodies !== undefined && !(isOffline && config.bodies.store === "s3"))
    results.push(...(await sink(BODIES_LANE, async () => planBodiesLane(config, clock)?.sink, clock)));
  return results;
}

function passed(name: string, message: string): ProbeResult {
  return { name, ok: true, message };
}

function failed(name: string, message: string): ProbeResult {
  return { name, ok: false, message };
}

async function guarded(name: string, probe: () => Promise<ProbeResult>): Promise<ProbeResult> {
  try {
    return await probe();
  } catch (error) {
    return failed(name, `cannot be examined (${errorCode(error) ?? String(error)})`);
  }
}

const MODEL_SOURCES = {
  config: "from the configuration",
  env: "from the environment",
  default: "not configured: the service's documented default",
  record: "from the records",
};

function models({ models: { llm, embedding } }: Config): ProbeResult {
  const sentences = [llm, embedding].map(({ model, source }) => `${model} (${MODEL_SOURCES[source]})`);
  return passed("models", sentences.join(", "));
}

async function auditFolder({ source }: Config, { files, probes }: Machine): Promise<ProbeResult> {
  const { directory, include } = source;
  const name = "audit folder";
  const refusal = await probes.readRefusal(directory);
  if (refusal === "ENOENT") return passed(name, `${directory} does not exist yet: it is waited for`);
  if (refusal !== undefined) {
    return failed(name, `${directory} cannot be read (${refusal}); let this user list and enter it`);
  }
  const names = (await files.list(directory)).filter((entry) => globToRegExp(include).test(entry)).sort();
  const refused: string[] = [];
  for (const entry of names) {
    const problem = await fileProblem(`${directory}/${entry}`, files);
    if (problem !== undefined) refused.push(`${entry} (${problem})`);
  }
  const count = `${directory} holds ${names.length} file(s) that match ${include}`;
  if (refused.length === 0) return passed(name, count);
  return failed(name, `${count}; not readable: ${refused.join(", ")}`);
}

async function fileProblem(path: string, files: Machine["files"]): Promise<string | undefined> {
  const stat = await files.stat(path);
  if (stat === undefined) return undefined;
  if (stat.kind !== "file") return `a ${stat.kind}, which is refused`;
  try {
    const file = await files.open(path);
    await file.close();
    return undefined;
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

async function stateFolder({ state_dir }: Config, { files, probes }: Machine): Promise<ProbeResult> {
  const name = "state folder";
  let existing = resolve(state_dir);
  while ((await files.stat(existing)) === undefined && dirname(existing) !== existing)
    existing = dirname(existing);

  const refusal = await probes.writeRefusal(existing);
  if (refusal !== undefined) {
    return failed(
      name,
      `${existing} cannot be written to (${refusal}); let this user write, or choose another state_dir`,
    );
  }
  const free = await probes.freeBytes(existing);
  const space = `${Math.floor(free / 1024 ** 2)} MiB are free`;
  if (free < FREE_BYTES_MIN) return failed(name, `${state_dir}: only ${space}; make room`);
  const isThere = existing === resolve(state_dir);
  return passed(name, `${state_dir} ${isThere ? "is writable" : "will be made"}, ${space}`);
}

async function httpPort({ http }: Config, { probes }: Machine): Promise<ProbeResult> {
  const address = formatListen(http.listen);
  if (!http.enabled) return passed("http", "off");
  const refusal = await probes.listenRefusal(http.listen.host, http.listen.port);
  if (refusal === undefined) return passed("http", `${address} is free`);
  // Not a failure: a daemon that already runs holds the port itself, and delivery goes on without it.
  if (refusal === "EADDRINUSE") return passed("http", `${address} is in use, perhaps by the daemon itself`);
  return failed("http", `${address} cannot be listened on (${refusal}); choose another http.listen`);
}

/** Nobody is told anything: only what lies on this machine is looked at. */
async function alertChannel([name, channel]: readonly [string, ChannelOptions]): Promise<ProbeResult> {
  const title = `alert channel ${name}`;
  return guarded(title, async () => {
    try {
      if (channel.type !== "log" && channel.tls !== undefined) await readTls(channel.tls);
    } catch (error) {
      if (error instanceof ConfigurationFault) return failed(title, error.message);
      throw error;
    }
    return passed(title, `${channel.type}; to try it: mem0-audit-shipper alerts test --channel ${name}`);
  });
}

async function sink(
  title: string,
  open: () => Promise<Sink | undefined>,
  clock: Clock,
): Promise<readonly ProbeResult[]> {
  const timeout = new AbortController();
  const answered = new AbortController();
  const expiry = clock.sleep(SINK_TIMEOUT_MS, answered.signal).then(() => timeout.abort());
  try {
    const opened = await open();
    if (!opened) return [failed(title, "there is no sink of its type")];
    try {
      const results = await opened.probe(timeout.signal);
      return results.map((result) => ({ ...result, name: `${title}: ${result.name}` }));
    } finally {
      await opened.close();
    }
  } catch (error) {
    return [failed(title, error instanceof Error ? error.message : String(error))];
  } finally {
    answered.abort();
    await expiry;
  }
}
