/** The way to the service that remembers what time it is there: ours may be days off, and lines are judged by their age. */
import type { Clock } from "../../system/clock.ts";
import type { Logs, LogsOperation, LogsOperations, LogsResult } from "./logs.ts";

export class TimedLogs implements Logs {
  readonly #logs: Logs;
  readonly #clock: Pick<Clock, "monotonicMs">;
  /** The service's time, less our monotonic one; undefined until it has answered. */
  #offsetMs: number | undefined;

  constructor(logs: Logs, clock: Pick<Clock, "monotonicMs">) {
    this.#logs = logs;
    this.#clock = clock;
  }

  /** The service's time now, in Unix milliseconds; undefined until it has answered. */
  get nowMs(): number | undefined {
    return this.#offsetMs === undefined ? undefined : this.#clock.monotonicMs() + this.#offsetMs;
  }

  async send<Name extends LogsOperation>(
    operation: Name,
    input: LogsOperations[Name]["input"],
    signal: AbortSignal,
  ): Promise<LogsResult<LogsOperations[Name]["output"]>> {
    const answer = await this.#logs.send(operation, input, signal);
    // What is no answer of the service may be dated by anybody.
    if (answer.ok && answer.serverTimeMs !== undefined)
      this.#offsetMs = answer.serverTimeMs - this.#clock.monotonicMs();
    return answer;
  }

  close(): Promise<void> {
    return this.#logs.close();
  }
}
