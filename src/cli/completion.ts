/** `completion`: a script with which a shell completes the words of this program, without starting it. */
import { type CommonOptions, command } from "./command.ts";
import type { CommandEntry } from "./commands.ts";
import { bashScript, zshScript } from "./completion-script.ts";
import { commandWords } from "./completion-words.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript } as const;
type Shell = keyof typeof SCRIPTS;

interface CompletionOptions extends CommonOptions {
  readonly shell: Shell;
}

/** The command, for the words of `commands`: the table that it stands in itself. */
export function completionCommand(commands: Readonly<Record<string, CommandEntry>>) {
  return command<CompletionOptions>({
    usage: "completion [shell]",
    description: "print a script with which bash or zsh completes commands and options",
    build: (parser) =>
      parser
        .positional("shell", {
          choices: Object.keys(SCRIPTS) as Shell[],
          default: "bash" as const,
          describe: "the shell that reads the script",
        })
        .example("source <($0 completion bash)", "in ~/.bashrc")
        .example("source <($0 completion zsh)", "in ~/.zshrc, after compinit"),
    run: async ({ shell }, terminal) => {
      terminal.out(SCRIPTS[shell](await commandWords(commands)));
      return 0;
    },
  });
}
