/** What is wrong with a lane at present, said once when it begins, again when it changes, and when it is over. */
import type { Blocked, Unavailable } from "../sinks/sink.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";

/** A trouble that lasts is said again after so long. */
const REMINDER_MS = 10 * 60_000;

export class Trouble {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #current:
    | { readonly report: Unavailable | Blocked; readonly sinceMs: number; saidAtMs: number }
    | undefined;

  constructor(name: string, clock: Clock, log: Log) {
    this.#name = name;
    this.#clock = clock;
    this.#log = log;
  }

  /** The last failure since the last success. */
  get message(): string | undefined {
    return this.#current?.report.message;
  }

  get state(): "retrying" | "blocked" | undefined {
    if (this.#current === undefined) return undefined;
    return this.#current.report.outcome === "blocked" ? "blocked" : "retrying";
  }

  occurred(report: Unavailable | Blocked): void {
    const nowMs = this.#clock.monotonicMs();
    const before = this.#current;
    const isSame = before?.report.outcome === report.outcome && before.report.reason === report.reason;
    this.#current = { report, sinceMs: before?.sinceMs ?? nowMs, saidAtMs: isSame ? before.saidAtMs : nowMs };
    if (isSame && nowMs - before.saidAtMs < REMINDER_MS) return;
    this.#current.saidAtMs = nowMs;
    const fields = { sink: this.#name, reason: report.reason, detail: report.message };
    if (report.outcome === "blocked")
      this.#log.error(
        fields,
        "the sink is blocked until somebody helps; nothing is lost, trying again for ever",
      );
    else this.#log.warn(fields, "the sink is unavailable; nothing is lost, trying again for ever");
  }

  cleared(): void {
    if (this.#current === undefined) return;
    const seconds = Math.round((this.#clock.monotonicMs() - this.#current.sinceMs) / 1000);
    this.#current = undefined;
    this.#log.info({ sink: this.#name, seconds }, "the sink takes documents again");
  }
}
