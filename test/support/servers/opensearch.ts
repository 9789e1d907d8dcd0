/**
 * A real OpenSearch on loopback, without a container: its own distribution from Maven Central, started by its own
 * script, with its data in a temporary folder.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findJava } from "./java.ts";
import { canDownload, unpackedFromMaven } from "./maven.ts";

const VERSION = "3.8.0";
const JAVA_VERSION_MIN = 21;
const START_MS_MAX = 300_000;
/** The server refuses to be root; then it is `nobody`. */
const NOBODY = 65534;
const HEAP = "512m";

export interface OpenSearchServer {
  readonly url: string;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL; its data stays for `restart`. */
  kill9(): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  /** Freezes it (SIGSTOP): it neither answers nor closes connections. */
  freeze(): void;
  /** Goes on after `freeze`. */
  thaw(): void;
}

export interface OpenSearchOptions {
  /** Appears in the names of the cluster and of its temporary folder. */
  readonly name: string;
  /** Lines of `opensearch.yml`. */
  readonly settings?: readonly string[];
}

/** Why no server can be started on this machine; undefined if one can. */
export async function whyNoServer(): Promise<string | undefined> {
  if (findJava(JAVA_VERSION_MIN) === undefined) return `no Java ${JAVA_VERSION_MIN} or newer was found`;
  return (await canDownload()) ? undefined : "mvn or unzip cannot be run";
}

/** Starts a server and waits until it takes requests. */
export async function startOpenSearch(options: OpenSearchOptions): Promise<OpenSearchServer> {
  const home = await unpackedFromMaven(
    `org.opensearch.distribution.integ-test-zip:opensearch:${VERSION}`,
    `opensearch-${VERSION}`,
  );
  const directory = await mkdtemp(join(tmpdir(), `opensearch-${options.name}-`));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await configure(home, directory, port, options);
  const start = () => launch(home, directory, url);
  let child = await start().catch(async (error: unknown) => {
    await rm(directory, { recursive: true, force: true });
    throw error;
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  return {
    url,
    stop: async () => {
      child.kill("SIGCONT");
      await end("SIGTERM");
      await rm(directory, { recursive: true, force: true });
    },
    kill9: () => end("SIGKILL"),
    restart: async () => {
      child = await start();
    },
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
  };
}

async function configure(
  home: string,
  directory: string,
  port: number,
  options: OpenSearchOptions,
): Promise<void> {
  const config = join(directory, "config");
  await Promise.all(
    ["config/jvm.options.d", "data", "logs", "tmp"].map((name) =>
      mkdir(join(directory, name), { recursive: true }),
    ),
  );
  await copyFile(join(home, "config/log4j2.properties"), join(config, "log4j2.properties"));
  const shipped = await readFile(join(home, "config/jvm.options"), "utf8");
  // Without what writes beside the program; the agent's path is relative to the program, not to our folder.
  const jvmOptions = shipped
    .split("\n")
    .filter((line) => !/^[^#]*(Xlog|-Xm[sx]|HeapDump|ErrorFile)/.test(line))
    .map((line) => line.replace("-javaagent:agent/", `-javaagent:${home}/agent/`));
  await writeFile(join(config, "jvm.options"), [...jvmOptions, `-Xms${HEAP}`, `-Xmx${HEAP}`, ""].join("\n"));
  const settings = [
    `cluster.name: test-${options.name}`,
    "node.name: node",
    `path.data: ${directory}/data`,
    `path.logs: ${directory}/logs`,
    "network.host: 127.0.0.1",
    `http.port: ${port}`,
    `transport.port: ${await freePort()}`,
    "discovery.type: single-node",
    "cluster.routing.allocation.disk.threshold_enabled: false",
    ...(options.settings ?? []),
  ];
  await writeFile(join(config, "opensearch.yml"), `${settings.join("\n")}\n`);
  if (isRoot()) execFileSync("chown", ["-R", `${NOBODY}:${NOBODY}`, directory]);
}

async function launch(home: string, directory: string, url: string): Promise<ChildProcess> {
  const log = join(directory, "logs/out.log");
  const output = openSync(log, "a");
  const child = spawn(join(home, "bin/opensearch"), {
    // A session of its own, so that an interrupt at the terminal does not end it before the tests do.
    detached: true,
    stdio: ["ignore", output, output],
    ...(isRoot() && { uid: NOBODY, gid: NOBODY }),
    env: {
      PATH: process.env["PATH"],
      OPENSEARCH_JAVA_HOME: findJava(JAVA_VERSION_MIN),
      OPENSEARCH_PATH_CONF: join(directory, "config"),
      OPENSEARCH_TMPDIR: join(directory, "tmp"),
      // Halves the processor time of a start.
      OPENSEARCH_JAVA_OPTS: process.env["TEST_SERVERS_JVM"] ?? "-XX:TieredStopAtLevel=1",
    },
  });
  // A test run that dies takes its servers along.
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  child.once("exit", () => process.off("exit", killWithUs));
  const deadline = Date.now() + START_MS_MAX;
  while (!(await isHealthy(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(
        `OpenSearch did not start; the end of its log:\n${(await readFile(log, "utf8")).slice(-3000)}`,
      );
    }
    await delay(250);
  }
  return child;
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=4s`);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
