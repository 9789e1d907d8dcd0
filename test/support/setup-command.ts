/** The command `setup` on a configuration that a test makes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setUp } from "../../src/cli/setup.ts";
import type { SinkResult, StepResult } from "../../src/cli/setup-run.ts";
import { SINKS } from "../../src/sinks/table.ts";
import { systemClock } from "../../src/system/clock.ts";
import { FakeTerminal } from "../unit/cli/fake-terminal.ts";

export interface SetupAnswer {
  readonly exitCode: number;
  readonly steps: readonly StepResult[];
  /** `created index template "logs"`, for each step. */
  readonly lines: readonly string[];
}

/** Runs `setup` for one sink with these settings. */
export async function runSetupCommand(
  sink: Readonly<Record<string, unknown>>,
  { dryRun = false } = {},
): Promise<SetupAnswer> {
  const directory = mkdtempSync(join(tmpdir(), "setup-"));
  const config = join(directory, "config.yaml");
  // YAML takes JSON as it is.
  writeFileSync(config, JSON.stringify({ sinks: { search: sink } }));
  const terminal = new FakeTerminal();
  try {
    const exitCode = await setUp({ config, dryRun, json: true }, terminal, {
      clock: systemClock,
      kinds: SINKS,
    });
    if (terminal.stdout === "") throw new Error(terminal.stderr);
    const { sinks } = JSON.parse(terminal.stdout) as { readonly sinks: readonly SinkResult[] };
    const steps = sinks[0]?.steps ?? [];
    return { exitCode, steps, lines: steps.map(({ outcome, title }) => `${outcome} ${title}`) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
