/** `attribution`: the hash by which the configuration names an API key, so that the key itself stands nowhere. */
import { keyedHash } from "../record/redaction.ts";
import { errorCode, systemFiles } from "../system/files.ts";
import { type CommonOptions, command } from "./command.ts";
import { requireConfiguration } from "./configuration.ts";

export interface AttributionCommandOptions extends CommonOptions {
  readonly action: "hash";
  /** Holds the key and maybe a newline after it. */
  readonly file: string;
}

/** A key is a line; what is longer is another file than was meant. */
const KEY_BYTES_MAX = 16 * 1024;

export const attributionCommand = command<AttributionCommandOptions>({
  usage: "attribution [action] [file]",
  description: "print the hash of an API key, for attribution.keys",
  build: (parser) =>
    parser
      .positional("action", { choices: ["hash"] as const, default: "hash" as const, describe: "what to do" })
      .positional("file", {
        type: "string",
        default: "/dev/stdin",
        describe: "the file with the key; without it standard input",
      })
      .example("$0 attribution hash < key.txt", "the api_key_hash that records with this key get")
      .epilogue("Exit codes: 0 done, 2 wrong usage or configuration."),
  run: async (options, terminal) => {
    const config = await requireConfiguration(options, terminal);
    if (config === undefined) return 2;
    if (config.redact_key === undefined) {
      terminal.err(
        "attribution hash: there is no redact_key in the configuration, and a hash without it is none; set it to a secret of your own\n",
      );
      return 2;
    }
    const key = await readKey(options.file);
    if (key.problem !== undefined) {
      terminal.err(`attribution hash: ${key.problem}\n`);
      return 2;
    }
    const hash = keyedHash(config.redact_key, key.text);
    terminal.out(options.json ? `${JSON.stringify({ api_key_hash: hash })}\n` : `${hash}\n`);
    return 0;
  },
});

type KeyText = { readonly text: string; readonly problem?: undefined } | { readonly problem: string };

async function readKey(path: string): Promise<KeyText> {
  let content: Buffer | undefined;
  try {
    content = await systemFiles.readWhole(path);
  } catch (error) {
    return { problem: `${path} cannot be read (${errorCode(error) ?? String(error)}); expected a key in it` };
  }
  if (content === undefined) return { problem: `there is no file ${path}; expected one with a key in it` };
  if (content.length > KEY_BYTES_MAX) return { problem: `${path} has more than a key; expected one line` };
  const text = content.toString().replace(/\r?\n$/, "");
  if (text === "" || /[\r\n]/.test(text)) return { problem: `expected one line with a key in ${path}` };
  return { text };
}
