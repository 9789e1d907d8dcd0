/** A database server on loopback with a throw-away data folder, started from the programs that are installed. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readdirSync } from "node:fs";
import { chmod, chown, copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Certificates } from "../certificates.ts";
import { freePort } from "./search-server.ts";

const START_MS_MAX = 60_000;
/** The servers refuse to be root; then they are `nobody`. */
const NOBODY = 65534;

export interface DatabaseServer {
  /** Where it is, and a user who may do everything. */
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** Ends it and removes its data, unless it is not ours. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL, starts it again on the same port and data, and waits until it takes connections. */
  killAndRestart(): Promise<void>;
}

/** How one product is started. */
export interface DatabaseProduct {
  readonly name: string;
  /** Makes its data; run as the user who runs the server. */
  initialise(directory: string, port: number): readonly (readonly string[])[];
  command(directory: string, port: number): readonly string[];
  /** What its command says besides, to use `server.pem`, `server.key` and `ca.pem` of its folder. */
  tlsOptions(directory: string): readonly string[];
  /** What ends it without waiting for its clients. */
  readonly stopSignal: NodeJS.Signals;
  readonly username: string;
}

/** The path of an installed program; undefined if there is none. The folders are searched after those of PATH. */
export function findProgram(name: string, folders: readonly string[]): string | undefined {
  const path = (process.env["PATH"] ?? "").split(delimiter);
  return [...path, ...folders].map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/** The folders of a parent, the highest version first; none if there is no such parent. */
export function versionFolders(parent: string, below: string): string[] {
  if (!existsSync(parent)) return [];
  const versions = readdirSync(parent).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(parent, version, below));
}

/** Starts a server, with TLS if it gets certificates, and waits until it takes connections. */
export async function startDatabase(
  product: DatabaseProduct,
  certificates?: Certificates,
): Promise<DatabaseServer> {
  const directory = await mkdtemp(join(tmpdir(), `${product.name}-`));
  const port = await freePort();
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const environment = { PATH: process.env["PATH"], HOME: directory, LC_ALL: "C" };
  const removeData = () => rm(directory, { recursive: true, force: true });
  try {
    await chmod(directory, 0o700);
    if ("uid" in user) await chown(directory, NOBODY, NOBODY);
    for (const name of certificates === undefined ? [] : ["ca.pem", "server.pem", "server.key"]) {
      const file = join(directory, name);
      await copyFile(join(certificates?.directory ?? "", name), file);
      await chmod(file, 0o600);
      if ("uid" in user) await chown(file, NOBODY, NOBODY);
    }
    for (const [program = "", ...words] of product.initialise(directory, port))
      execFileSync(program, words, { ...user, env: environment, cwd: directory, stdio: "pipe" });
    const tlsOptions = certificates === undefined ? [] : product.tlsOptions(directory);
    const command = [...product.command(directory, port), ...tlsOptions];
    const start = () => launch(product.name, command, directory, port, { ...user, env: environment });
    let child = await start();
    return {
      ...{ host: "127.0.0.1", port, username: product.username, password: "" },
      stop: async () => {
        await end(child, product.stopSignal);
        await removeData();
      },
      killAndRestart: async () => {
        await end(child, "SIGKILL");
        child = await start();
      },
    };
  } catch (error) {
    await removeData();
    throw error;
  }
}

/**
 * Starts a server for a test file; undefined where it is not installed, which is said loudly, and fails with
 * MEM0_TEST_REQUIRE_SERVERS=1.
 */
export async function databaseIfPossible(
  name: string,
  start: () => Promise<DatabaseServer>,
): Promise<DatabaseServer | undefined> {
  try {
    return await start();
  } catch (error) {
    if (process.env["MEM0_TEST_REQUIRE_SERVERS"] === "1") throw error;
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`\n*** NO ${name.toUpperCase()}: the tests that need it are SKIPPED: ${reason} ***\n`);
    return undefined;
  }
}

/** The server that a URL names; it is not ended, and nobody kills it. */
export function givenDatabase(url: string, defaultPort: number): DatabaseServer {
  const { hostname, port, username, password } = new URL(url);
  return {
    host: hostname,
    port: port === "" ? defaultPort : Number(port),
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    stop: async () => undefined,
    killAndRestart: async () => undefined,
  };
}

async function launch(
  name: string,
  command: readonly string[],
  directory: string,
  port: number,
  options: { readonly uid?: number; readonly gid?: number; readonly env: NodeJS.ProcessEnv },
): Promise<ChildProcess> {
  const log = join(directory, "out.log");
  const output = openSync(log, "a");
  const [program = "", ...words] = command;
  const child = spawn(program, words, { ...options, cwd: directory, stdio: ["ignore", output, output] });
  // A test run that dies takes its servers along.
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  child.once("exit", () => process.off("exit", killWithUs));
  const deadline = Date.now() + START_MS_MAX;
  while (!(await takesConnections(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      const told = (await readFile(log, "utf8")).slice(-3000);
      throw new Error(`${name} did not start; the end of its log:\n${told}`);
    }
    await delay(100);
  }
  return child;
}

/** A byte or an end of the connection comes back once somebody listens; both products are ready then, or say why not. */
function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}
