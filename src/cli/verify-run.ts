/** Carries `verify` out: opens the lanes, proves, sends again what is missing if that is wanted, notes the result. */
import type { Config } from "../config/load.ts";
import { Repair } from "../daemon/repair.ts";
import { documentRules } from "../daemon/rules.ts";
import { StateFolder } from "../daemon/state-folder.ts";
import { type FileDays, filesToVerify, laneNames, openVerifiedLane } from "../daemon/verified-lanes.ts";
import { openDeadLetters, openDeadLettersForReading } from "../lane/dead-letter-database.ts";
import type { SinkKind } from "../sinks/table.ts";
import type { Clock } from "../system/clock.ts";
import { errorCode, systemFiles } from "../system/files.ts";
import { openLog } from "../system/log.ts";
import { systemRandom } from "../system/random.ts";
import { writeVerifyResult } from "../verify/result-file.ts";
import {
  type Gap,
  type LaneProof,
  type VerifiedFile,
  type VerifiedLane,
  type VerifyPorts,
  verify,
} from "../verify/verify.ts";
import type { Terminal } from "./command.ts";
import { ProofProgress } from "./verify-progress.ts";

/** What differs in tests. */
export interface VerifyTools {
  readonly clock: Clock;
  readonly kinds: Readonly<Record<string, SinkKind>>;
}

export interface ProofRequest extends FileDays {
  /** The lanes to prove. */
  readonly names: readonly string[];
  /** True if somebody named the one sink. */
  readonly isNamed: boolean;
  readonly json: boolean;
  readonly repair: boolean;
}

/** What `--repair` did. */
export interface RepairReport {
  readonly sent: number;
  readonly deadLetters: number;
  /** By sink: why not everything was sent again. */
  readonly givenUp: ReadonlyMap<string, string>;
}

export interface ProofReport {
  readonly lanes: readonly LaneProof[];
  readonly gaps: readonly Gap[];
  /** By sink: why it cannot be verified at all. */
  readonly unverifiable: ReadonlyMap<string, string>;
  readonly repair: RepairReport | undefined;
  /** Why the result was not kept for others; undefined if it was. */
  readonly notKept: string | undefined;
}

type Found = Pick<ProofReport, "lanes" | "gaps" | "unverifiable">;

/** Rejects with an error of SQLite if the dead letters cannot be read or changed. */
export async function runProof(
  config: Config,
  request: ProofRequest,
  terminal: Terminal,
  tools: VerifyTools,
  signal: AbortSignal,
): Promise<ProofReport> {
  const run = new ProofRun(config, request, terminal, tools, signal);
  const repair = request.repair ? await run.repair() : undefined;
  const found = await run.prove();
  return { ...found, repair, notKept: await run.keep(found) };
}

class ProofRun {
  readonly #config: Config;
  readonly #request: ProofRequest;
  readonly #terminal: Terminal;
  readonly #tools: VerifyTools;
  readonly #signal: AbortSignal;
  readonly #state: StateFolder;

  constructor(
    config: Config,
    request: ProofRequest,
    terminal: Terminal,
    tools: VerifyTools,
    signal: AbortSignal,
  ) {
    this.#config = config;
    this.#request = request;
    this.#terminal = terminal;
    this.#tools = tools;
    this.#signal = signal;
    this.#state = new StateFolder(config.state_dir);
  }

  /** Proves, and sends again what is missing. */
  async repair(): Promise<RepairReport> {
    const letters = openDeadLetters(this.#state.deadLetters, openLog(this.#config.log.level));
    const repair = new Repair(this.#config, {
      ...{ letters, rules: documentRules(this.#config), clock: this.#tools.clock },
      ...{ random: systemRandom, stop: this.#signal },
    });
    try {
      await this.prove(repair);
      return repair;
    } finally {
      await repair.close();
      letters.close();
    }
  }

  /** @param repair takes the missing lines */
  async prove(repair?: Repair): Promise<Found> {
    const unverifiable = new Map<string, string>();
    const faults: LaneProof[] = [];
    const lanes: VerifiedLane[] = [];
    const letters = openDeadLettersForReading(this.#state.deadLetters);
    try {
      for (const name of this.#request.names) {
        const opened = await this.#open(name);
        if (opened.outcome === "open") lanes.push(opened.lane);
        else if (opened.outcome === "unverifiable") unverifiable.set(name, opened.message);
        else faults.push(faultOf(name, opened.message));
      }
      const files = await filesToVerify(this.#config, this.#request, systemFiles);
      const progress = new ProofProgress(this.#bytesOf(files) * lanes.length, this.#terminal, this.#request);
      const ports = this.#ports(letters, progress, repair);
      const proof = await verify(lanes, files, ports);
      progress.end();
      return { lanes: [...proof.lanes, ...faults], gaps: proof.gaps, unverifiable };
    } finally {
      letters?.close();
      for (const { presence } of lanes) await presence.close();
    }
  }

  /** Keeps the result for alerts; returns why that was not possible. */
  async keep({ lanes }: Found): Promise<string | undefined> {
    const path = this.#state.verified;
    const proven = lanes.filter(({ fault }) => fault === undefined);
    const found = new Map(proven.map(({ sink, missing }) => [sink, { missing }]));
    try {
      await writeVerifyResult(path, found, laneNames(this.#config), this.#tools.clock.nowMs(), systemFiles);
      return undefined;
    } catch (error) {
      return `${path} cannot be written (${errorCode(error)}), so no alert hears of this result`;
    }
  }

  #open(name: string) {
    const log = openLog(this.#config.log.level);
    return openVerifiedLane(name, this.#config, this.#state, { ...this.#tools, files: systemFiles, log });
  }

  #bytesOf(files: readonly VerifiedFile[]): number {
    return files.reduce((sum, { stat }) => sum + stat.sizeBytes, 0);
  }

  #ports(letters: VerifyPorts["letters"], progress: ProofProgress, repair: Repair | undefined): VerifyPorts {
    return {
      directory: this.#config.source.directory,
      files: systemFiles,
      rules: documentRules(this.#config),
      letters,
      clock: this.#tools.clock,
      random: systemRandom,
      signal: this.#signal,
      onProgress: (bytes) => progress.add(bytes),
      onMissing: async ({ name }, missing) => repair?.send(name, missing),
    };
  }
}

function faultOf(sink: string, fault: string): LaneProof {
  return { sink, files: [], lagBytes: 0, lagFiles: 0, expired: 0, missing: 0, fault };
}
