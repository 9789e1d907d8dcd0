/** The strict double of CloudWatch Logs behind the sink's own port: no HTTP, and a clock that the test moves. */
import type { Logs, LogsFailure, LogsOperation } from "../../../../src/sinks/cloudwatch/logs.ts";
import { OPERATIONS } from "../../../support/fake-cloudwatch-operations.ts";
import { ServiceRefusal } from "../../../support/fake-cloudwatch-rules.ts";
import { FakeCloudWatchStore } from "../../../support/fake-cloudwatch-store.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

/** What becomes of one request. */
export type Fault = "none" | "lost_answer" | "lost_request" | LogsFailure;

export class ServiceLogs implements Logs {
  readonly clock: VirtualClock;
  readonly store: FakeCloudWatchStore;
  /** Each request, in order. */
  readonly requests: { readonly operation: LogsOperation; readonly input: object }[] = [];
  plan: (operation: LogsOperation) => Fault = () => "none";

  constructor(clock = new VirtualClock()) {
    this.clock = clock;
    this.store = new FakeCloudWatchStore(() => clock.nowMs());
  }

  get send(): Logs["send"] {
    return async (operation, input, signal) => {
      if (signal.aborted) return failure("aborted", { mayBeDone: true });
      this.requests.push({ operation, input });
      const fault = this.plan(operation);
      if (typeof fault === "object") return fault;
      if (fault === "lost_request") return failure("network", { mayBeDone: true });
      try {
        const output = OPERATIONS[operation]?.(this.store, { ...input });
        if (fault === "lost_answer") return failure("network", { mayBeDone: true });
        return { ok: true, output: output as never, serverTimeMs: this.clock.nowMs() };
      } catch (error) {
        if (!(error instanceof ServiceRefusal)) throw error;
        return failure(error.name, { status: error.status, message: error.message });
      }
    };
  }

  async close(): Promise<void> {}

  /** How often each operation was asked for. */
  counts(): Partial<Record<LogsOperation, number>> {
    const counts: Partial<Record<LogsOperation, number>> = {};
    for (const { operation } of this.requests) counts[operation] = (counts[operation] ?? 0) + 1;
    return counts;
  }
}

export function failure(name: string, parts: Partial<LogsFailure> = {}): LogsFailure {
  return { ok: false, name, status: undefined, message: `it answered ${name}`, mayBeDone: false, ...parts };
}

export const DENIED = failure("AccessDeniedException", { status: 400 });
export const THROTTLED = failure("ThrottlingException", { status: 400 });
