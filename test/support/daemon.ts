/** The built program as processes of their own, on folders of their own. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Waits until `condition` holds, looking every few milliseconds; fails with `what` after `timeoutMs`. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 60_000,
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!(await condition())) {
    assert(performance.now() < deadlineMs, `waited ${timeoutMs} ms in vain for: ${what}`);
    await delay(5);
  }
}

export class DaemonProcess {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #hasEnded = false;

  /** @param variables of its environment, besides the path and the home folder */
  constructor(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
    assert(existsSync(PROGRAM), `${PROGRAM} is missing: run npm run build first`);
    // Nothing of the surroundings may decide what a test sees: no model, region or MEM0_ variable.
    const environment = { PATH: process.env["PATH"], HOME: process.env["HOME"], ...variables };
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: environment,
    });
    this.#child = child;
    this.ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]).then(
      ([stdout, stderr, [code, signal]]) => {
        this.#hasEnded = true;
        return { code, signal, stdout, stderr };
      },
    );
  }

  get pid(): number {
    assert(this.#child.pid !== undefined, "the process could not be started");
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Sends the signal to this process alone. Resolves once it has ended. */
  async kill(signal: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(signal);
    return await this.ended;
  }

  /** The resident memory now, in bytes; undefined once it has ended. Linux only. */
  residentBytes(): number | undefined {
    if (this.#hasEnded) return undefined;
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, "utf8"));
    return match ? Number(match[1]) * 1024 : undefined;
  }
}

/** A temporary folder with audit logs, state and a configuration, and the processes that work on it. */
export class Workspace {
  readonly auditDirectory: string;
  readonly stateDirectory: string;
  readonly configPath: string;
  readonly #directory: string;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #processes: DaemonProcess[] = [];

  private constructor(directory: string, variables: Readonly<Record<string, string>>) {
    this.#directory = directory;
    this.#variables = variables;
    this.auditDirectory = join(directory, "audit_logs");
    this.stateDirectory = join(directory, "state");
    this.configPath = join(directory, "config.yaml");
  }

  /**
   * @param settings are added to a configuration that has the folders and a free port
   * @param variables of the environment of its processes
   */
  static async make(
    settings: object = {},
    variables: Readonly<Record<string, string>> = {},
  ): Promise<Workspace> {
    const workspace = new Workspace(await mkdtemp(join(tmpdir(), "mem0-audit-test-")), variables);
    await mkdir(workspace.auditDirectory);
    const config = {
      source: { directory: workspace.auditDirectory },
      state_dir: workspace.stateDirectory,
      http: { listen: "127.0.0.1:0" },
      ...settings,
    };
    await writeFile(workspace.configPath, JSON.stringify(config, undefined, 2));
    return workspace;
  }

  start(...args: readonly string[]): DaemonProcess {
    const daemon = new DaemonProcess([...args, "--config", this.configPath], this.#variables);
    this.#processes.push(daemon);
    return daemon;
  }

  /** Runs a command to its end. */
  async run(...args: readonly string[]): Promise<Ended> {
    return await this.start(...args).ended;
  }

  /** Runs a command that must succeed, with `--json`, and returns its answer. */
  async ask<Answer>(...args: readonly string[]): Promise<Answer> {
    const { code, stdout, stderr } = await this.run(...args, "--json");
    assert(code === 0, `${args.join(" ")} ended with ${code}: ${stderr.slice(-2000)}`);
    return JSON.parse(stdout) as Answer;
  }

  async removeState(): Promise<void> {
    await rm(this.stateDirectory, { recursive: true, force: true });
  }

  /** Ends every process that is still there and removes the folder. */
  async remove(): Promise<void> {
    await Promise.all(
      this.#processes.filter((daemon) => !daemon.hasEnded).map((daemon) => daemon.kill("SIGKILL")),
    );
    await rm(this.#directory, { recursive: true, force: true });
  }
}
