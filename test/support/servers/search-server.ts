/**
 * A real search server on loopback, without a container: its own distribution, started by its own script, with its
 * data in a temporary folder. What differs between the products is told by a {@link ServerProduct}.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { makeCertificates } from "../certificates.ts";
import { findJava } from "./java.ts";
import { type Access, searchServer } from "./search-requests.ts";

const START_MS_MAX = 300_000;
/** The servers refuse to be root; then they are `nobody`. */
const NOBODY = 65534;
const HEAP = "512m";

/** Of all users of a protected server; `admin` may do everything. */
export const PASSWORD = "test-Pass-1";

export interface RunningServer {
  readonly url: string;
  /** How `admin` gets into a protected server; undefined if everybody gets in. */
  readonly access: Access | undefined;
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

export interface ServerOptions {
  /** Appears in the names of the cluster and of its temporary folder. */
  readonly name: string;
  /** Lines of its settings file. */
  readonly settings?: readonly string[];
  /** With TLS and users. */
  readonly isProtected?: boolean;
}

/** Where a server's parts are. */
export interface ServerPlace {
  /** The home of its Java. */
  readonly java: string;
  /** Its unpacked distribution. */
  readonly home: string;
  /** Its own folder of settings; in a protected server with certs/ca.pem, certs/server.pem and certs/server.key. */
  readonly config: string;
}

/** One version of one product. */
export interface ServerProduct {
  readonly name: "opensearch" | "elasticsearch";
  readonly version: string;
  readonly javaVersions: { readonly min: number; readonly max?: number };
  /** What the environment variables of its script begin with. */
  readonly variables: "OPENSEARCH" | "ES";
  /** The folder of its unpacked distribution; made if it is not there yet. */
  unpack(java: string): Promise<string>;
  /** Lines of its settings file, for servers without protection. */
  readonly openSettings?: readonly string[];
  /** Makes its users, `admin` with all rights among them; returns lines of its settings file. */
  protect?(place: ServerPlace): Promise<readonly string[]>;
}

/** Starts a server and waits until it takes requests. */
export async function startServer(product: ServerProduct, options: ServerOptions): Promise<RunningServer> {
  const java = javaFor(product);
  if (java === undefined) throw new Error(`no Java for ${product.name} ${product.version} was found`);
  const home = await product.unpack(java);
  const directory = await mkdtemp(join(tmpdir(), `${product.name}-${options.name}-`));
  const place = { java, home, config: join(directory, "config") };
  const port = await freePort();
  const { isProtected = false } = options;
  const url = `${isProtected ? "https" : "http"}://127.0.0.1:${port}`;
  const removeData = () => rm(directory, { recursive: true, force: true });
  try {
    await configure(product, place, directory, port, options);
    const access = isProtected
      ? { caFile: join(place.config, "certs/ca.pem"), username: "admin", password: PASSWORD }
      : undefined;
    const start = () => launch(product, place, directory, () => isHealthy(url, access));
    let child = await start();
    return {
      url,
      access,
      stop: async () => {
        signalAll(child, "SIGCONT");
        await end(child, () => child.kill("SIGTERM"));
        await removeData();
      },
      kill9: () => end(child, () => signalAll(child, "SIGKILL")),
      restart: async () => {
        child = await start();
      },
      freeze: () => signalAll(child, "SIGSTOP"),
      thaw: () => signalAll(child, "SIGCONT"),
    };
  } catch (error) {
    await removeData();
    throw error;
  }
}

/** The Java that this product runs on; undefined if none is installed. */
export function javaFor({ javaVersions }: Pick<ServerProduct, "javaVersions">): string | undefined {
  return findJava(javaVersions.min, javaVersions.max);
}

async function configure(
  product: ServerProduct,
  place: ServerPlace,
  directory: string,
  port: number,
  options: ServerOptions,
): Promise<void> {
  const { home, config } = place;
  await cp(join(home, "config"), config, { recursive: true });
  await Promise.all(
    ["config/jvm.options.d", "data", "logs", "tmp"].map((name) =>
      mkdir(join(directory, name), { recursive: true }),
    ),
  );
  const shipped = await readFile(join(home, "config/jvm.options"), "utf8");
  // Without what writes beside the program; the agent's path is relative to the program, not to our folder.
  const jvmOptions = shipped
    .split("\n")
    .filter((line) => !/^[^#]*(Xlog|-Xm[sx]|HeapDump|ErrorFile)/.test(line))
    .map((line) => line.replace("-javaagent:agent/", `-javaagent:${home}/agent/`));
  await writeFile(join(config, "jvm.options"), [...jvmOptions, `-Xms${HEAP}`, `-Xmx${HEAP}`, ""].join("\n"));
  if (options.isProtected) await writeCertificates(join(config, "certs"));
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
    ...((options.isProtected ? await product.protect?.(place) : product.openSettings) ?? []),
    ...(options.settings ?? []),
  ];
  await writeFile(join(config, `${product.name}.yml`), `${settings.join("\n")}\n`);
  if (isRoot()) execFileSync("chown", ["-R", `${NOBODY}:${NOBODY}`, directory]);
}

async function writeCertificates(directory: string): Promise<void> {
  const certificates = makeCertificates();
  await mkdir(directory, { recursive: true });
  for (const name of ["ca.pem", "server.pem", "server.key"]) {
    await cp(join(certificates.directory, name), join(directory, name));
  }
  certificates.remove();
}

async function launch(
  { name, variables }: ServerProduct,
  { java, home, config }: ServerPlace,
  directory: string,
  isReady: () => Promise<boolean>,
): Promise<ChildProcess> {
  const log = join(directory, "logs/out.log");
  const output = openSync(log, "a");
  const child = spawn(join(home, "bin", name), {
    // A session of its own, so that an interrupt at the terminal does not end it before the tests do.
    detached: true,
    stdio: ["ignore", output, output],
    ...(isRoot() && { uid: NOBODY, gid: NOBODY }),
    env: {
      PATH: process.env["PATH"],
      [`${variables}_JAVA_HOME`]: java,
      [`${variables}_PATH_CONF`]: config,
      [`${variables}_TMPDIR`]: join(directory, "tmp"),
      // Halves the processor time of a start.
      [`${variables}_JAVA_OPTS`]: process.env["TEST_SERVERS_JVM"] ?? "-XX:TieredStopAtLevel=1",
    },
  });
  // A test run that dies takes its servers along.
  const killWithUs = () => signalAll(child, "SIGKILL");
  process.once("exit", killWithUs);
  child.once("exit", () => process.off("exit", killWithUs));
  const deadline = Date.now() + START_MS_MAX;
  while (!(await isReady())) {
    if (child.exitCode !== null || Date.now() > deadline) {
      signalAll(child, "SIGKILL");
      throw new Error(
        `${name} did not start; the end of its log:\n${(await readFile(log, "utf8")).slice(-3000)}`,
      );
    }
    await delay(250);
  }
  return child;
}

async function end(child: ChildProcess, signal: () => unknown): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  signal();
  await ended;
}

/** Signals the script and the server that it may have started as its child: they are a process group. */
function signalAll(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, signal);
}

async function isHealthy(url: string, access: Access | undefined): Promise<boolean> {
  try {
    const health = "/_cluster/health?wait_for_status=yellow&timeout=4s";
    const answer = (await searchServer(url, access).request("GET", health)) as { status?: unknown };
    return answer.status === "yellow" || answer.status === "green";
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
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
