/** The log group and its streams: makes what is missing, once. */
import type { Blocked, Unavailable } from "../sink.ts";
import type { Logs, LogsFailure } from "./logs.ts";
import { isDenied, reportOn } from "./report.ts";

const DAY_MS = 86_400_000;

export interface DestinationOptions {
  readonly group: string;
  /** Whether group and streams are made. */
  readonly create: boolean;
  /** Put on the group if given. */
  readonly retentionDays: number | undefined;
}

/** A stream to which events can be sent, as far as is known. */
export interface ReadyStream {
  readonly outcome: "ready";
  /** True if we made it, so that it held nothing before. */
  readonly isNew: boolean;
  /** True if we would have made it but are not allowed to. */
  readonly isDenied: boolean;
  /** What we were not allowed to do. */
  readonly warnings: readonly string[];
}

type Readiness = ReadyStream | Unavailable | Blocked;

const READY: ReadyStream = { outcome: "ready", isNew: false, isDenied: false, warnings: [] };

export class Destination {
  readonly #logs: Logs;
  readonly #options: DestinationOptions;
  /** What became of each stream that is there or is being made. */
  readonly #streams = new Map<string, Promise<Readiness>>();
  #isRetentionPut = false;

  constructor(logs: Logs, options: DestinationOptions) {
    this.#logs = logs;
    this.#options = options;
  }

  /** How long the group keeps events, in milliseconds; undefined if it is not known. */
  get retentionMs(): number | undefined {
    const { retentionDays } = this.#options;
    return this.#isRetentionPut && retentionDays !== undefined ? retentionDays * DAY_MS : undefined;
  }

  /** Makes the stream, and its group with its retention, unless they are there. Sends nothing once that is known. */
  async ensure(stream: string, signal: AbortSignal): Promise<Readiness> {
    const known = this.#streams.get(stream);
    if (known !== undefined) return known;
    const making = this.#make(stream, signal);
    this.#streams.set(stream, making);
    const readiness = await making;
    if (readiness.outcome !== "ready") this.forget(stream);
    return readiness;
  }

  /** The stream may not be there any more: the next `ensure` makes it anew. */
  forget(stream: string): void {
    this.#streams.delete(stream);
  }

  async #make(stream: string, signal: AbortSignal): Promise<Readiness> {
    const made = this.#options.create ? await this.#makeStream(stream, signal) : READY;
    if (made.outcome !== "ready") return made;
    const warning = await this.#putRetention(signal);
    if (warning === undefined) return made;
    return typeof warning === "string" ? { ...made, warnings: [...made.warnings, warning] } : warning;
  }

  async #makeStream(stream: string, signal: AbortSignal): Promise<Readiness> {
    const first = await this.#createStream(stream, signal);
    if (first.ok) return { ...READY, isNew: true };
    if (first.name !== "ResourceNotFoundException") return judge(first, stream);
    const group = await this.#logs.send("CreateLogGroup", { logGroupName: this.#options.group }, signal);
    if (!group.ok && group.name !== "ResourceAlreadyExistsException") return judge(group, stream);
    const second = await this.#createStream(stream, signal);
    return second.ok ? { ...READY, isNew: true } : judge(second, stream);
  }

  #createStream(stream: string, signal: AbortSignal) {
    const { group } = this.#options;
    return this.#logs.send("CreateLogStream", { logGroupName: group, logStreamName: stream }, signal);
  }

  /** A warning if we are not allowed to. */
  async #putRetention(signal: AbortSignal): Promise<string | Unavailable | Blocked | undefined> {
    const { group, retentionDays } = this.#options;
    if (retentionDays === undefined) return undefined;
    const input = { logGroupName: group, retentionInDays: retentionDays };
    const answer = await this.#logs.send("PutRetentionPolicy", input, signal);
    this.#isRetentionPut = answer.ok;
    if (answer.ok) return undefined;
    return isDenied(answer) ? `retention_days is not put on ${group}: ${answer.message}` : reportOn(answer);
  }
}

function judge(failure: LogsFailure, stream: string): Readiness {
  if (failure.name === "ResourceAlreadyExistsException") return READY;
  if (!isDenied(failure)) return reportOn(failure);
  // Somebody else may have made it.
  const warning = `the log stream ${stream} is not made: ${failure.message}; if it exists, delivery goes on`;
  return { ...READY, isDenied: true, warnings: [warning] };
}
