/** `setup`: makes at the destinations what people need to work with the data, and changes nothing the second time. */
import picocolors from "picocolors";
import { BODIES_LANE } from "../daemon/bodies.ts";
import { SINKS } from "../sinks/table.ts";
import { systemClock } from "../system/clock.ts";
import { didYouMean } from "../system/did-you-mean.ts";
import { type CommonOptions, command, type ExitCode, type Terminal } from "./command.ts";
import { requireConfiguration } from "./configuration.ts";
import {
  runSetup,
  type SetupTools,
  type SinkResult,
  type StepOutcome,
  type StepResult,
} from "./setup-run.ts";
import { withoutControls } from "./table.ts";

export interface SetupOptions extends CommonOptions {
  readonly dryRun: boolean;
  readonly sink?: string | undefined;
}

export const setupCommand = command({
  usage: "setup",
  description: "make templates, retention, dashboards and alarms at the sinks",
  build: (parser) =>
    parser
      .option("dry-run", {
        type: "boolean",
        default: false,
        describe: "look only, and print the requests that would be sent",
      })
      .option("sink", { type: "string", requiresArg: true, describe: "this sink only" })
      .example("$0 setup -c config/opensearch.yaml --dry-run", "what it would send")
      .epilogue("Exit codes: 0 all is there now, 1 something was refused, 2 wrong usage or configuration."),
  run: (options, terminal) =>
    setUp({ ...options, dryRun: options["dry-run"] }, terminal, { clock: systemClock, kinds: SINKS }),
});

/** Sets up the sinks of the configuration with these tools, until it is done or interrupted. */
export async function setUp(options: SetupOptions, terminal: Terminal, tools: SetupTools): Promise<ExitCode> {
  const config = await requireConfiguration(options, terminal);
  if (config === undefined) return 2;
  const bodies = config.bodies?.store === "s3" ? [BODIES_LANE] : [];
  const names = [...Object.keys(config.sinks), ...bodies];
  if (options.sink !== undefined && !names.includes(options.sink)) {
    terminal.err(`--sink: ${unknownSink(options.sink, names)}\n`);
    return 2;
  }
  const sinks = options.sink === undefined ? names : [options.sink];
  const stop = new AbortController();
  const undo = (["SIGINT", "SIGTERM"] as const).map((one) => terminal.onSignal(one, () => stop.abort()));
  try {
    const results = await runSetup(config, { isDryRun: options.dryRun, sinks }, tools, stop.signal);
    const ok = results.every(({ steps }) => steps.every(({ outcome }) => outcome !== "refused"));
    if (options.json) terminal.out(`${JSON.stringify({ ok, sinks: results }, null, 2)}\n`);
    else printResults(results, options.dryRun, terminal);
    return ok ? 0 : 1;
  } finally {
    for (const forget of undo) forget();
  }
}

function unknownSink(name: string, names: readonly string[]): string {
  if (names.length === 0) return `there is no sink "${name}": the configuration has no sinks`;
  const meant = didYouMean(name, names);
  const hint = meant === undefined ? `expected ${names.join(" or ")}` : `did you mean "${meant}"?`;
  return `there is no sink "${name}"; ${hint}`;
}

const WORDS: Readonly<Record<StepOutcome, string>> = {
  created: "created",
  changed: "changed",
  would_create: "would create",
  would_change: "would change",
  already_there: "already there",
  skipped: "skipped",
  refused: "refused",
};
const WORDS_WIDTH = Math.max(...Object.values(WORDS).map((word) => word.length));

function printResults(results: readonly SinkResult[], isDryRun: boolean, terminal: Terminal): void {
  if (results.length === 0) terminal.out("nothing to set up: the configuration has no sinks\n");
  for (const { name, steps } of results) {
    terminal.out(`sink ${name}\n`);
    if (steps.length === 0) terminal.out("  nothing to set up for this type\n");
    for (const step of steps) {
      terminal.out(`  ${stepLine(step, terminal)}\n`);
      if (isDryRun) terminal.out(requestLines(step));
    }
  }
}

function stepLine({ outcome, title, message }: StepResult, terminal: Terminal): string {
  const colors = picocolors.createColors(terminal.isInteractive && !terminal.environment["NO_COLOR"]);
  const color = outcome === "refused" ? colors.red : outcome === "skipped" ? colors.yellow : colors.green;
  const line = message === undefined ? title : `${title}: ${message}`;
  return `${color(WORDS[outcome].padEnd(WORDS_WIDTH))}  ${withoutControls(line)}`;
}

/** The requests of a step as one could type them. */
function requestLines({ requests = [] }: StepResult): string {
  return requests
    .flatMap(({ operation, body }) => [
      operation,
      ...(body === undefined ? [] : JSON.stringify(body, null, 2).split("\n")),
    ])
    .map((line) => `      ${line}\n`)
    .join("");
}
