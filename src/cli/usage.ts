/** `usage`: what was used, what it cost, what was slow, what failed. */
import type { Config } from "../config/load.ts";
import { keepsRecords } from "../daemon/lane-plan.ts";
import { documentRules } from "../daemon/rules.ts";
import { StateFolder } from "../daemon/state-folder.ts";
import { openStoreForReading } from "../store/open.ts";
import { systemClock } from "../system/clock.ts";
import { systemFiles } from "../system/files.ts";
import { globToRegExp } from "../system/glob.ts";
import type { Database } from "../system/sqlite.ts";
import { toUsageAnswer, usageReport } from "../usage/answer.ts";
import { readAuditRecords } from "../usage/audit-records.ts";
import { errorsAnswer } from "../usage/errors.ts";
import { type ReadRecord, slowestInFiles, slowestInStore } from "../usage/slowest.ts";
import { command, type ExitCode, type Terminal } from "./command.ts";
import { requireConfiguration } from "./configuration.ts";
import { type AskedUsage, parseUsageOptions, type UsageOptions } from "./usage-options.ts";
import { errorsText, slowestText, usageText } from "./usage-text.ts";

const SLOWEST_LIMIT = 5;

/** Where the answers come from. */
export interface UsageSources {
  /** The store's database; undefined if there is none yet. */
  readonly database: Database | undefined;
  /** The lines of the audit files, where the store keeps sums only. */
  readonly records: AsyncIterable<ReadRecord> | undefined;
}

export const usageCommand = command<UsageOptions>({
  usage: "usage [question]",
  description: "what was used and what it cost; the slowest requests; errors",
  build: (parser) =>
    parser
      .positional("question", { type: "string", describe: "slowest, errors, or nothing for totals" })
      .option("by", {
        type: "string",
        requiresArg: true,
        describe: "group by some of day,agent,user,path,route,model,category,organization,key,status",
      })
      .option("since", { type: "string", requiresArg: true, describe: "first day: 2026-11-21, today, 7d" })
      .option("until", { type: "string", requiresArg: true, describe: "last day, inclusive" })
      .option("tz", { type: "string", requiresArg: true, describe: "time zone of the days (default UTC)" })
      .option("all", { type: "boolean", describe: "count health checks and the like, too" })
      .option("limit", { type: "number", requiresArg: true, describe: "rows to show (slowest: 5)" })
      .example("$0 usage --since today", "today's tokens and their cost")
      .example("$0 usage --by agent", "tokens and cost of each agent")
      .example("$0 usage slowest", "the five slowest requests")
      .example("$0 usage errors", "the error rate, and where the errors are"),
  run: async (options, terminal) => {
    const parsed = parseUsageOptions(options, systemClock.nowMs());
    if (!parsed.ok) {
      terminal.err(`usage: ${parsed.problem}\n`);
      return 2;
    }
    const config = await requireConfiguration(options, terminal);
    if (config === undefined) return 2;
    return answerFromStore(config, parsed.asked, options.json === true, terminal);
  },
});

async function answerFromStore(
  config: Config,
  asked: AskedUsage,
  asJson: boolean,
  terminal: Terminal,
): Promise<ExitCode> {
  const path = new StateFolder(config.state_dir).store;
  const reading = openStoreForReading(path);
  if (reading.outcome === "unreadable") {
    terminal.err(`usage: ${reading.message}\n`);
    return 1;
  }
  if (reading.outcome === "none") terminal.err(noDatabase(config, path));
  const database = reading.outcome === "open" ? reading.database : undefined;
  try {
    const records = keepsRecords(config) ? undefined : recordsOf(config);
    await answerUsage({ database, records }, asked, asJson, terminal);
    return 0;
  } finally {
    database?.close();
  }
}

function recordsOf(config: Config): AsyncIterable<ReadRecord> {
  const { directory, include } = config.source;
  const included = globToRegExp(include);
  return readAuditRecords(
    { directory, includes: (name) => included.test(name) },
    documentRules(config),
    systemFiles,
  );
}

function noDatabase(config: Config, path: string): string {
  if (!config.store.enabled)
    return "The embedded store is off (store.enabled: false): nothing is added up here.\n";
  return `Nothing was stored yet: there is no database ${path}. Start the daemon, or look at state_dir.\n`;
}

/** Answers on the terminal: one JSON document, or a table. */
export async function answerUsage(
  { database, records }: UsageSources,
  asked: AskedUsage,
  asJson: boolean,
  terminal: Terminal,
): Promise<void> {
  const print = (answer: unknown, text: () => string): void =>
    terminal.out(asJson ? `${JSON.stringify(answer)}\n` : text());
  if (asked.question === "slowest") {
    const question = { ...asked, limit: asked.limit ?? SLOWEST_LIMIT };
    const nothing = { rows: [] };
    const stored = database === undefined ? nothing : slowestInStore(database, question);
    const answer = records === undefined ? stored : await slowestInFiles(records, question);
    print(answer, () => slowestText(answer, terminal));
  } else if (asked.question === "errors") {
    const answer = errorsAnswer(database, asked);
    const limited = { ...answer, rows: answer.rows.slice(0, asked.limit) };
    print(limited, () => errorsText(answer, asked.limit, terminal));
  } else {
    const report = usageReport(database, asked);
    const answer = toUsageAnswer(report);
    const limited = { ...answer, rows: answer.rows.slice(0, asked.limit) };
    print(limited, () => usageText(report, asked.limit, terminal));
  }
}
