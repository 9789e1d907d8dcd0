/** What a command of the command line is: its words, and a function from arguments to an exit code. */
import type { Argv } from "yargs";

/** Exit codes: 0 done, 1 failed or a gap found, 2 wrong usage or configuration. */
export type ExitCode = 0 | 1 | 2;

/** The process, as a command sees it; replaced in tests. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** True if standard output is a terminal: only then colours and progress bars. */
  readonly isInteractive: boolean;
  readonly columns: number;
  /** Writes to standard output; bytes go out as they are. */
  out(text: string | Uint8Array): void;
  /** Writes to standard error. */
  err(text: string): void;
  /**
   * Calls `listener` at each of these signals instead of ending; returns what undoes it. A second SIGINT or
   * SIGTERM ends the process at once, whoever listens.
   */
  onSignal(signal: TerminalSignal, listener: () => void): () => void;
}

export type TerminalSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** The options that every command has. */
export interface CommonOptions {
  readonly config?: string | undefined;
  readonly auditDir?: string | undefined;
  readonly stateDir?: string | undefined;
  readonly logLevel?: string | undefined;
  readonly json?: boolean | undefined;
}

export interface Command {
  /** The words after the program's name, in yargs' notation: `usage [question]`. The same as in the table. */
  readonly usage: string;
  readonly description: string;
  readonly build: (parser: Argv<CommonOptions>) => Argv<CommonOptions>;
  readonly run: (options: CommonOptions, terminal: Terminal) => Promise<ExitCode>;
  /** What arguments may be that yargs takes as any text, by name: shells offer it. */
  readonly suggestions?: Readonly<Record<string, readonly string[]>>;
}

/** Checks `run` against the options that `build` declares, then forgets them: the table's entries are alike. */
export function command<Options extends CommonOptions>(definition: {
  readonly usage: string;
  readonly description: string;
  readonly build: (parser: Argv<CommonOptions>) => Argv<Options>;
  readonly run: (options: Options, terminal: Terminal) => Promise<ExitCode>;
  readonly suggestions?: Command["suggestions"];
}): Command {
  const { usage, description, suggestions = {} } = definition;
  return {
    usage,
    description,
    suggestions,
    build: (parser) => definition.build(parser) as unknown as Argv<CommonOptions>,
    run: (options, terminal) => definition.run(options as Options, terminal),
  };
}
