/** From the words of the command line to a command that runs, or to help, or to what is wrong with the words. */
import yargs, { type Argv } from "yargs";
import { didYouMean } from "../system/did-you-mean.ts";
import { errorCode } from "../system/files.ts";
import { programVersion } from "../system/version.ts";
import type { Command, CommonOptions, ExitCode, Terminal } from "./command.ts";
import { COMMANDS, type CommandEntry, DEFAULT_COMMAND } from "./commands.ts";
import { addCommonOptions } from "./common-options.ts";

const PROGRAM = "mem0-audit-shipper";
const COLUMNS_MAX = 100;

type Parsed =
  | { readonly kind: "options"; readonly options: CommonOptions }
  /** Help or the version. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "wrong"; readonly message: string };

/** Runs what `words` (without the program's name) ask for. Never rejects. */
export async function runCommandLine(
  words: readonly string[],
  terminal: Terminal,
  commands: Readonly<Record<string, CommandEntry>> = COMMANDS,
): Promise<ExitCode> {
  const { name, wantsHelp } = glance(words);
  const chosen = name ?? (wantsHelp ? undefined : DEFAULT_COMMAND);
  const entry = chosen !== undefined && Object.hasOwn(commands, chosen) ? commands[chosen] : undefined;
  if (chosen !== undefined && entry === undefined) {
    return refuse(unknownCommand(chosen, Object.keys(commands)), undefined, terminal);
  }
  try {
    const command = await entry?.load();
    const complete = name === undefined && chosen !== undefined ? [chosen, ...words] : words;
    const parsed = parse(complete, { commands, chosen: entry, command, terminal, wantsHelp });
    if (parsed.kind === "wrong") return refuse(parsed.message, chosen, terminal);
    if (parsed.kind === "options" && command) return await command.run(parsed.options, terminal);
    terminal.out(parsed.kind === "text" ? `${parsed.text}\n` : "");
    return 0;
  } catch (error) {
    terminal.err(`${PROGRAM}: ${describeError(error)}\n`);
    return 1;
  }
}

/** What the system refused is told in its own words; anything else that gets here is ours, and needs its place. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `unexpected error: ${String(error)}`;
  return errorCode(error) === undefined ? `unexpected error: ${error.stack}` : error.message;
}

function refuse(message: string, name: string | undefined, terminal: Terminal): ExitCode {
  const help = name === undefined ? `${PROGRAM} --help` : `${PROGRAM} ${name} --help`;
  terminal.err(`${PROGRAM}: ${message}\nSee \`${help}\`.\n`);
  return 2;
}

/** Which command is named, and whether help is wanted, before it is known which options there are. */
function glance(words: readonly string[]): {
  readonly name: string | undefined;
  readonly wantsHelp: boolean;
} {
  const seen = addCommonOptions(yargs().help(false).version(false))
    .option("help", { alias: "h", type: "boolean" })
    .option("version", { type: "boolean" })
    .parserConfiguration(PARSER_CONFIGURATION)
    .exitProcess(false)
    .fail(() => undefined)
    .parseSync([...words]);
  const name = seen._[0];
  return {
    name: name === undefined ? undefined : String(name),
    wantsHelp: seen["help"] === true || seen["version"] === true,
  };
}

const PARSER_CONFIGURATION = {
  // The last one wins, as with other tools; a list of values would reach commands that expect one text.
  "duplicate-arguments-array": false,
  "parse-positional-numbers": false,
};

/** Where to begin: shown by the help that names no command. */
const EXAMPLES = [
  ["$0 demo", "see it at work on imagined traffic"],
  ["$0 run --audit-dir ./audit_logs", "into the embedded database, with a page on http://127.0.0.1:8231/"],
  ["$0 usage --by agent", "what each agent used, and what it cost"],
  ["$0 check --config FILE", "is the configuration right, do the sinks take lines"],
  ["$0 run --config FILE", "ship to the sinks of the configuration"],
] as const;

interface Choice {
  readonly commands: Readonly<Record<string, CommandEntry>>;
  readonly chosen: CommandEntry | undefined;
  /** The chosen one, loaded. */
  readonly command: Command | undefined;
  readonly wantsHelp: boolean;
  readonly terminal: Terminal;
}

function parse(words: readonly string[], { commands, chosen, command, wantsHelp, terminal }: Choice): Parsed {
  const parser = addCommonOptions(
    yargs()
      .scriptName(PROGRAM)
      .usage(
        `$0 [command] [options]\n\nShips the audit files of a mem0 Memory Service, with costs, exactly once.`,
      )
      .locale("en")
      .wrap(Math.min(terminal.columns, COLUMNS_MAX))
      .parserConfiguration(PARSER_CONFIGURATION)
      .help("help", "show help")
      .alias("help", "h")
      .version("version", "show the version", programVersion())
      .group(["help", "version"], "Common options:")
      .strict()
      .exitProcess(false)
      .showHelpOnFail(false)
      .epilogue("Exit codes: 0 done, 1 failed or a gap found, 2 wrong usage or configuration."),
  );
  if (chosen === undefined) for (const [line, purpose] of EXAMPLES) parser.example(line, purpose);
  let options: CommonOptions | undefined;
  let known: Known = { key: {}, choices: {} };
  for (const [name, entry] of Object.entries(commands)) {
    parser.command({
      command: entry.usage,
      describe: name === DEFAULT_COMMAND ? `${entry.description} (the default)` : entry.description,
      builder: (inner: Argv) => {
        const built = entry === chosen && command ? command.build(inner as Argv<CommonOptions>) : inner;
        known = (built as unknown as YargsInternals).getOptions();
        // yargs makes the help of a command that runs, too: a tenth of the start, were there options to describe.
        if (!wantsHelp) for (const option of Object.keys(known.key)) built.hide(option);
        return built;
      },
      handler: (found) => {
        options = found as CommonOptions;
      },
    });
  }
  let failure: string | undefined;
  let text = "";
  parser.parse([...words], (error: Error | undefined | null, _found: unknown, output: string) => {
    if (error) failure = error.message;
    text = output;
  });
  if (failure !== undefined) return { kind: "wrong", message: explainFailure(failure, words, known, chosen) };
  if (options === undefined) return { kind: "text", text };
  const notNumber = Object.entries(options).find(([, value]) => Number.isNaN(value));
  if (notNumber) return { kind: "wrong", message: `--${notNumber[0]}: expected a number` };
  return { kind: "options", options };
}

/** What yargs knows and its types do not tell. */
interface YargsInternals {
  getOptions(): Known;
}

/** By name, for options and arguments. */
interface Known {
  readonly key: Readonly<Record<string, unknown>>;
  /** What the value must be one of, where that is limited. */
  readonly choices: Readonly<Record<string, readonly string[] | undefined>>;
}

function unknownCommand(name: string, names: readonly string[]): string {
  const meant = didYouMean(name, names);
  return `unknown command "${name}"${meant === undefined ? `; there are ${names.join(", ")}` : `; did you mean "${meant}"?`}`;
}

/**
 * yargs' own words, but for unknown arguments and for values that are not among the choices: one line, as they were
 * typed, and with what was probably meant.
 */
function explainFailure(
  failure: string,
  words: readonly string[],
  known: Known,
  chosen: CommandEntry | undefined,
): string {
  const [, name = "", given = ""] =
    /^Invalid values:\s+Argument: (\S+), Given: (.*), Choices: /.exec(failure) ?? [];
  if (name !== "") return unknownChoice(name, given, known.choices[name] ?? [], chosen);
  const unknown = /^Unknown arguments?: (.*)$/s.exec(failure)?.[1]?.split(", ");
  if (!unknown) return failure.replace(/\s*\n\s*/g, " ");
  const typed = unknown
    .map((name) => words.find((word) => [name, `-${name}`, `--${name}`].includes(word.split("=")[0] ?? "")))
    .filter((word) => word !== undefined);
  const bundle = words.find((word) => /^-[^-]/.test(word) && word.slice(1).startsWith(unknown[0] ?? " "));
  if (typed.length === 0 && bundle !== undefined)
    return `unknown option ${bundle}; a value that begins with a dash stands after "--"`;
  const first = typed[0]?.split("=")[0] ?? unknown[0] ?? "";
  if (!first.startsWith("-")) return `unexpected argument "${first}"`;
  const meant = didYouMean(first.replace(/^-+/, ""), Object.keys(known.key));
  return `unknown option ${first}${meant === undefined ? "" : `; did you mean --${meant}?`}`;
}

/** @param given as JSON */
function unknownChoice(
  name: string,
  given: string,
  choices: readonly string[],
  chosen: CommandEntry | undefined,
): string {
  const meant = didYouMean(given.slice(1, -1), choices);
  const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
  const expected = `expected ${[choices.slice(0, -1).join(", "), ...choices.slice(-1)].filter(Boolean).join(" or ")}`;
  if (chosen?.usage.includes(`[${name}]`) !== true) return `--${name}: ${expected}, found ${given}${hint}`;
  const isWord = /^"[\w.-]+"$/.test(given);
  return `${isWord ? given.slice(1, -1) : given}: ${expected}${hint}`;
}
