/** The options that every command has, as yargs learns of them. */
import type { Argv } from "yargs";
import type { CommonOptions } from "./command.ts";

/** Declares the common options on `parser`; commands add their own. */
export function addCommonOptions(parser: Argv): Argv<CommonOptions> {
  const text = { type: "string", requiresArg: true, group: "Common options:" } as const;
  return parser
    .option("config", {
      ...text,
      alias: "c",
      describe: "configuration file; without one ./audit_logs goes into ./state  [MEM0_AUDIT_CONFIG]",
    })
    .option("audit-dir", { ...text, describe: "folder with the audit files  [MEM0_AUDIT_DIR]" })
    .option("state-dir", { ...text, describe: "folder of checkpoints and store  [MEM0_AUDIT_STATE_DIR]" })
    .option("log-level", {
      ...text,
      describe: "debug, info, warn, error or silent  [MEM0_AUDIT_LOG_LEVEL]",
    })
    .option("json", {
      type: "boolean",
      group: "Common options:",
      describe: "one JSON document on standard output, nothing else",
    }) as Argv<CommonOptions>;
}
