/**
 * What `setup` makes at a destination so that people can work with the data: templates, lifecycle policies,
 * dashboards, alarms.
 *
 * A plan is a list of steps. Each looks first, so that a second run changes nothing; none ever touches data.
 */

/** A request as `--dry-run` prints it: complete, readable, without secrets. */
export interface PlannedRequest {
  /** `PUT /_index_template/mem0-audit-logs`, or the name of an AWS operation: `logs:PutRetentionPolicy`. */
  readonly operation: string;
  /** Printed as JSON. */
  readonly body?: unknown;
}

/** What has to be done for one step. */
export type SetupState =
  /** There, as it should be. */
  | { readonly state: "present" }
  /** To be made, or to be changed, by these requests in this order. */
  | { readonly state: "missing" | "different"; readonly requests: readonly PlannedRequest[] }
  /** Nothing that this server has or needs; why. */
  | { readonly state: "skipped"; readonly message: string }
  /** Cannot be made; what is in the way, and what to do. */
  | { readonly state: "refused"; readonly message: string };

export interface SetupStep {
  /** What it makes: `index template "mem0-audit-logs"`. */
  readonly title: string;
  /** Looks what is there. Changes nothing. */
  examine(signal: AbortSignal): Promise<SetupState>;
  /** Sends these requests of `examine`. Rejects with a {@link SetupFault} if one is refused. */
  apply(requests: readonly PlannedRequest[], signal: AbortSignal): Promise<void>;
}

export interface SetupPlan {
  /** In the order in which they are to be done. */
  readonly steps: readonly SetupStep[];
  close(): Promise<void>;
}

/** A request that the destination did not take. The message is one sentence: what happened, what to do. */
export class SetupFault extends Error {}
