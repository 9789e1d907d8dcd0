/** What can be typed after a command, as its own declaration says it. */
import yargs, { type Argv } from "yargs";
import type { CommonOptions } from "./command.ts";
import type { CommandEntry } from "./commands.ts";
import { addCommonOptions } from "./common-options.ts";

/** The words of one command. */
export interface CommandWords {
  readonly name: string;
  /** What its first argument may be; empty if that is not limited, or if it has none. */
  readonly actions: readonly string[];
  /** Options that stand alone: `--json`. */
  readonly switches: readonly string[];
  /** Options that a value follows: `--since`. */
  readonly valued: readonly string[];
  /** What the values of some of these may be, or be made of with commas: those of `--by`. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** What yargs knows and its types do not tell. Keys are the options' names, those of one letter among them. */
interface YargsOptions {
  readonly key: Readonly<Record<string, unknown>>;
  readonly boolean: readonly string[];
  readonly choices: Readonly<Record<string, readonly string[] | undefined>>;
}

/** Loads every command and asks it for its words, in the order of the table. */
export async function commandWords(
  commands: Readonly<Record<string, CommandEntry>>,
): Promise<readonly CommandWords[]> {
  return await Promise.all(
    Object.entries(commands).map(async ([name, entry]) => {
      const { build, suggestions = {} } = await entry.load();
      const parser = build(addCommonOptions(yargs() as Argv<CommonOptions>));
      const options = (parser as unknown as { getOptions(): YargsOptions }).getOptions();
      const positionals = [...entry.usage.matchAll(/\[(\w+)\]/g)].map(([, positional = ""]) => positional);
      const flags = Object.keys(options.key).filter((key) => !positionals.includes(key));
      const isSwitch = (key: string) => options.boolean.includes(key);
      const valued = flags.filter((key) => !isSwitch(key));
      const choicesOf = (key: string) => suggestions[key] ?? options.choices[key] ?? [];
      const limited = valued.filter((key) => choicesOf(key).length > 0);
      return {
        name,
        actions: choicesOf(positionals[0] ?? ""),
        switches: flags.filter(isSwitch).map(asFlag),
        valued: valued.map(asFlag),
        values: Object.fromEntries(limited.map((key) => [asFlag(key), choicesOf(key)])),
      };
    }),
  );
}

function asFlag(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}
