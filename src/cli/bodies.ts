/** `bodies`: the private part of a retrieval detail, for somebody who may read it. */
import type { Config } from "../config/load.ts";
import { bodyRules, openBodyStore } from "../daemon/bodies.ts";
import { BODY_NAME, DAY_NAME, fileNameOf } from "../sinks/bodies/body-store.ts";
import { systemClock } from "../system/clock.ts";
import { checkBody } from "./bodies-check.ts";
import { type CommonOptions, command, type ExitCode, type Terminal } from "./command.ts";
import { requireConfiguration } from "./configuration.ts";

interface BodiesCommandOptions extends CommonOptions {
  readonly reference?: string | undefined;
  /** The command's name, and what followed `--`: an id may begin with a dash. */
  readonly _?: readonly (string | number)[];
  readonly hash?: string | undefined;
}

export const bodiesCommand = command<BodiesCommandOptions>({
  usage: "bodies [action] [reference]",
  description: "show the query and the memories of one retrieval, from where they are kept",
  build: (parser) =>
    parser
      .positional("action", { choices: ["show"] as const, default: "show" as const, describe: "what to do" })
      .positional("reference", { type: "string", describe: "event.reference of the document, or its id" })
      .option("hash", {
        type: "string",
        requiresArg: true,
        describe: "event.hash of the document, to compare with",
      })
      .example(
        "$0 bodies show 2026-04-03/2Qm9h0YkTz1pVbX8sLrWcA-4711.json.gz",
        "the body that a document names",
      )
      .epilogue("Exit codes: 0 shown, 1 missing, damaged or not the same, 2 wrong usage or configuration."),
  run: async (options, terminal) => {
    const reference = referenceIn(options);
    if (reference === undefined) return refuse("expected event.reference or the id of a document", terminal);
    const config = await requireConfiguration(options, terminal);
    if (config === undefined) return 2;
    return await show(reference, config, options.hash, terminal);
  },
});

function referenceIn({ reference, _: words = [] }: BodiesCommandOptions): string | undefined {
  const afterDashes = words[1];
  return reference ?? (afterDashes === undefined ? undefined : String(afterDashes));
}

function refuse(problem: string, terminal: Terminal): ExitCode {
  terminal.err(`bodies: ${problem}\n`);
  return 2;
}

async function show(
  reference: string,
  config: Config,
  hash: string | undefined,
  terminal: Terminal,
): Promise<ExitCode> {
  const { bodies, redact_key: key } = config;
  const place = bodyRules(config)?.place;
  if (bodies === undefined || place === undefined)
    return refuse("the configuration has no section bodies, so none are kept", terminal);
  const meant = parseReference(reference, place);
  if (meant === undefined)
    return refuse(
      `"${reference}" is neither an id nor a reference like ${place}2026-04-03/ID.json.gz`,
      terminal,
    );
  const store = openBodyStore(bodies, config, systemClock);
  const stop = new AbortController();
  const undo = (["SIGINT", "SIGTERM"] as const).map((one) => terminal.onSignal(one, () => stop.abort()));
  try {
    const report = await ("id" in meant
      ? store.find(meant.id, stop.signal)
      : store.read(meant.name, stop.signal));
    const { json, problem } = await checkBody(report, { hash, key });
    if (json !== undefined) terminal.out(`${json}\n`);
    if (problem === undefined) return 0;
    terminal.err(`bodies: ${reference}: ${problem}\n`);
    return 1;
  } finally {
    for (const forget of undo) forget();
    await store.close();
  }
}

/** What a person named; undefined if it cannot be the name of a body in this place. */
function parseReference(
  reference: string,
  place: string,
): { readonly id: string } | { readonly name: string } | undefined {
  if (BODY_NAME.test(fileNameOf(reference))) return { id: reference };
  const name = reference.startsWith(place) ? reference.slice(place.length) : reference;
  const [day = "", file = "", ...more] = name.split("/");
  return DAY_NAME.test(day) && BODY_NAME.test(file) && more.length === 0 ? { name } : undefined;
}
