/** `alerts`: what fires, and whether the channels work. */

import { listAlerts } from "./alerts-list.ts";
import { testChannels } from "./alerts-test.ts";
import { command } from "./command.ts";
import { requireConfiguration } from "./configuration.ts";

const ACTIONS = ["list", "test"] as const;

export const alertsCommand = command({
  usage: "alerts [action]",
  description: "list what fires, with the daemon up or down; test the channels",
  build: (parser) =>
    parser
      .positional("action", { choices: ACTIONS, default: "list" as const, describe: "what to do" })
      .option("channel", { type: "string", requiresArg: true, describe: "test: this channel only" })
      .example("$0 alerts list", "what fires, what each rule does")
      .example("$0 alerts test --channel on-call", "send a test message")
      .epilogue("Exit codes: 0 done, 1 a channel could not be told, 2 wrong usage or configuration."),
  run: async (options, terminal) => {
    const config = await requireConfiguration(options, terminal);
    if (config === undefined) return 2;
    if (options.action === "list") return listAlerts(config, options.json === true, terminal);
    return testChannels(config, options, terminal);
  },
});
