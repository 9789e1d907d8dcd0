/**
 * Every command there is. To add one: write its file, add its line here.
 *
 * The words stand here and the code is loaded when the command is used, so that `--help` is fast and `usage`
 * does not load what only the daemon needs.
 */
import type { Command } from "./command.ts";

/** A command before it is loaded. Its words are those of the loaded one; a test compares them. */
export interface CommandEntry extends Pick<Command, "usage" | "description"> {
  readonly load: () => Promise<Command>;
}

/** The command that runs if none is named. */
export const DEFAULT_COMMAND = "run";

/** By the first word after the program's name, in the order in which help shows them. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  run: {
    usage: "run",
    description: "ship the audit files, for ever or with --once",
    load: async () => (await import("./run.ts")).runCommand,
  },
  demo: {
    usage: "demo",
    description: "imagine live traffic in a temporary folder and run on it",
    load: async () => (await import("./demo.ts")).demoCommand,
  },
  check: {
    usage: "check",
    description: "validate the configuration and probe folders and sinks",
    load: async () => (await import("./check.ts")).checkCommand,
  },
  setup: {
    usage: "setup",
    description: "make templates, retention, dashboards and alarms at the sinks",
    load: async () => (await import("./setup.ts")).setupCommand,
  },
  status: {
    usage: "status",
    description: "show how far each sink is, with the daemon up or down",
    load: async () => (await import("./status.ts")).statusCommand,
  },
  usage: {
    usage: "usage [question]",
    description: "what was used, what it cost, what was slow or failed; budgets; reprice",
    load: async () => (await import("./usage.ts")).usageCommand,
  },
  verify: {
    usage: "verify",
    description: "prove that every line of the files has its fate in each sink",
    load: async () => (await import("./verify.ts")).verifyCommand,
  },
  "dead-letters": {
    usage: "dead-letters [action] [id]",
    description: "list, show, replay or purge lines that a sink will not take",
    load: async () => (await import("./dead-letters.ts")).deadLettersCommand,
  },
  alerts: {
    usage: "alerts [action]",
    description: "list what fires, with the daemon up or down; test the channels",
    load: async () => (await import("./alerts.ts")).alertsCommand,
  },
  bodies: {
    usage: "bodies [action] [reference]",
    description: "show the query and the memories of one retrieval, from where they are kept",
    load: async () => (await import("./bodies.ts")).bodiesCommand,
  },
  prices: {
    usage: "prices [action] [model]",
    description: "list prices; show or explain the price of a model; check the configured ones",
    load: async () => (await import("./prices.ts")).pricesCommand,
  },
  attribution: {
    usage: "attribution [action] [file]",
    description: "print the hash of an API key, for attribution.keys",
    load: async () => (await import("./attribution.ts")).attributionCommand,
  },
  completion: {
    usage: "completion [shell]",
    description: "print a script with which bash or zsh completes commands and options",
    load: async () => (await import("./completion.ts")).completionCommand(COMMANDS),
  },
  schema: {
    usage: "schema",
    description: "print the JSON Schema of the configuration",
    load: async () => (await import("./schema.ts")).schemaCommand,
  },
};
