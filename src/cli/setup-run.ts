/** Carries out the plans of `setup`: looks, and unless it is a dry run, makes what is missing. */
import type { Config } from "../config/load.ts";
import { BODIES_LANE, bodiesSetup } from "../daemon/bodies.ts";
import { sinkContext } from "../daemon/lane-plan.ts";
import { type PlannedRequest, SetupFault, type SetupPlan, type SetupStep } from "../sinks/setup.ts";
import type { SinkKind } from "../sinks/table.ts";
import type { Clock } from "../system/clock.ts";

/** What became of a step. In a dry run `would_create` and `would_change` stand for what was not done. */
export type StepOutcome =
  | "created"
  | "changed"
  | "would_create"
  | "would_change"
  | "already_there"
  | "skipped"
  | "refused";

export interface StepResult {
  readonly title: string;
  readonly outcome: StepOutcome;
  /** Why it was skipped or refused. */
  readonly message?: string;
  /** What was sent, or would be. */
  readonly requests?: readonly PlannedRequest[];
}

export interface SinkResult {
  readonly name: string;
  /** None if there is nothing to set up for this type of sink. */
  readonly steps: readonly StepResult[];
}

/** All that setting up touches. */
export interface SetupTools {
  readonly clock: Clock;
  readonly kinds: Readonly<Record<string, SinkKind>>;
}

export interface SetupRequest {
  readonly isDryRun: boolean;
  /** Names of sinks of the configuration, or `bodies`. */
  readonly sinks: readonly string[];
}

/** Sets up one sink after the other. What is refused stands in the result; the steps after it are tried all the same. */
export async function runSetup(
  config: Config,
  { isDryRun, sinks }: SetupRequest,
  tools: SetupTools,
  signal: AbortSignal,
): Promise<readonly SinkResult[]> {
  const results: SinkResult[] = [];
  for (const name of sinks) {
    const plan = await planFor(name, config, tools);
    const steps: StepResult[] = [];
    try {
      for (const step of plan?.steps ?? []) steps.push(await runStep(step, isDryRun, signal));
    } finally {
      await plan?.close();
    }
    results.push({ name, steps });
  }
  return results;
}

async function planFor(
  name: string,
  config: Config,
  { clock, kinds }: SetupTools,
): Promise<SetupPlan | undefined> {
  if (name === BODIES_LANE) return bodiesSetup(config, clock);
  const settings = config.sinks[name];
  return settings && (await kinds[settings.type]?.setup?.(settings, sinkContext(name, config, clock)));
}

async function runStep(step: SetupStep, isDryRun: boolean, signal: AbortSignal): Promise<StepResult> {
  const { title } = step;
  const found = await step.examine(signal);
  if (found.state === "present") return { title, outcome: "already_there" };
  if (found.state === "skipped" || found.state === "refused") {
    return { title, outcome: found.state, message: found.message };
  }
  const { requests } = found;
  const isNew = found.state === "missing";
  if (isDryRun) return { title, outcome: isNew ? "would_create" : "would_change", requests };
  try {
    await step.apply(requests, signal);
    return { title, outcome: isNew ? "created" : "changed", requests };
  } catch (error) {
    if (!(error instanceof SetupFault)) throw error;
    return { title, outcome: "refused", message: error.message, requests };
  }
}
