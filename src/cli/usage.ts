/** `usage`: what was used, what it cost, what was slow, what failed. */
import { systemClock } from "../system/clock.ts";
import { toUsageAnswer, usageReport } from "../usage/answer.ts";
import { errorsAnswer } from "../usage/errors.ts";
import { slowestAnswer } from "../usage/slowest.ts";
import { UsageFault, type UsageSource } from "../usage/source.ts";
import { command, type Terminal } from "./command.ts";
import { requireConfiguration } from "./configuration.ts";
import { type AskedUsage, parseUsageOptions, type UsageOptions } from "./usage-options.ts";
import { answerReprice } from "./usage-reprice.ts";
import { answerRequests } from "./usage-requests.ts";
import { FROM_STORE, openUsageSource, unknownSource } from "./usage-source.ts";
import { errorsText, slowestText, usageText } from "./usage-text.ts";

const SLOWEST_LIMIT = 5;

export const usageCommand = command<UsageOptions>({
  usage: "usage [question]",
  description: "what was used and what it cost; the slowest requests; errors",
  build: (parser) =>
    parser
      .positional("question", {
        type: "string",
        describe: "slowest, errors, requests, reprice, or nothing for totals",
      })
      .option("by", {
        type: "string",
        requiresArg: true,
        describe: "group by some of day,agent,user,path,route,model,category,organization,key,status",
      })
      .option("since", { type: "string", requiresArg: true, describe: "first day: 2026-11-21, today, 7d" })
      .option("until", { type: "string", requiresArg: true, describe: "last day, inclusive" })
      .option("tz", { type: "string", requiresArg: true, describe: "time zone of the days (default UTC)" })
      .option("from", {
        type: "string",
        requiresArg: true,
        describe: "who adds up: audit-dir, or the name of a sink (default the embedded store)",
      })
      .option("all", { type: "boolean", describe: "count health checks and the like, too" })
      .option("limit", { type: "number", requiresArg: true, describe: "rows to show (slowest: 5)" })
      .option("apply", { type: "boolean", describe: "reprice: store the new costs, not only print them" })
      .example("$0 usage --since today", "today's tokens and their cost")
      .example("$0 usage --by agent", "tokens and cost of each agent")
      .example("$0 usage --from audit-dir", "the same, counted from the audit files")
      .example("$0 usage slowest", "the five slowest requests")
      .example("$0 usage errors", "the error rate, and where the errors are")
      .example("$0 usage requests --by agent", "what a request costs, by agent")
      .example("$0 usage reprice --since 30d", "what the prices of now would change"),
  run: async (options, terminal) => {
    const parsed = parseUsageOptions(options, systemClock.nowMs());
    if (!parsed.ok) {
      terminal.err(`usage: ${parsed.problem}\n`);
      return 2;
    }
    const config = await requireConfiguration(options, terminal);
    if (config === undefined) return 2;
    const { from = FROM_STORE } = options;
    const unknown = unknownSource(from, config);
    if (unknown !== undefined) {
      terminal.err(`usage: ${unknown}\n`);
      return 2;
    }
    try {
      if (parsed.asked.question === "reprice") {
        const how = { applies: options.apply === true, asJson: options.json === true };
        answerReprice(config, parsed.asked, how, terminal);
        return 0;
      }
      if (parsed.asked.question === "requests") {
        await answerRequests(from, config, parsed.asked, options.json === true, terminal);
        return 0;
      }
      const source = await openUsageSource(from, config, (sentence) => terminal.err(`${sentence}\n`));
      try {
        await answerUsage(source, parsed.asked, options.json === true, terminal);
      } finally {
        await source.close();
      }
      return 0;
    } catch (error) {
      if (!(error instanceof UsageFault)) throw error;
      terminal.err(`usage: ${error.message}\n`);
      return 1;
    }
  },
});

/** Answers on the terminal: one JSON document, or a table. */
async function answerUsage(
  source: UsageSource,
  asked: AskedUsage,
  asJson: boolean,
  terminal: Terminal,
): Promise<void> {
  const print = (answer: unknown, text: () => string): void =>
    terminal.out(asJson ? `${JSON.stringify(answer)}\n` : text());
  if (asked.question === "slowest") {
    const answer = await slowestAnswer(source, { ...asked, limit: asked.limit ?? SLOWEST_LIMIT });
    print(answer, () => slowestText(answer, terminal));
  } else if (asked.question === "errors") {
    const answer = await errorsAnswer(source, asked);
    const limited = { ...answer, rows: answer.rows.slice(0, asked.limit) };
    print(limited, () => errorsText(answer, asked.limit, terminal));
  } else {
    const report = await usageReport(source, asked);
    const answer = toUsageAnswer(report);
    const limited = { ...answer, rows: answer.rows.slice(0, asked.limit) };
    print(limited, () => usageText(report, asked.limit, terminal));
  }
}
