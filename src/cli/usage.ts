/** `usage`: what was used, what it cost, what was slow, what failed. */

import type { Config } from "../config/load.ts";
import { systemClock } from "../system/clock.ts";
import { toUsageAnswer, type UsageReport, usageReport } from "../usage/answer.ts";
import { errorsCsv, slowestCsv, usageCsv } from "../usage/csv.ts";
import { DIMENSIONS } from "../usage/dimension.ts";
import { errorsAnswer } from "../usage/errors.ts";
import { slowestAnswer } from "../usage/slowest.ts";
import { UsageFault, type UsageSource } from "../usage/source.ts";
import { command, type ExitCode, type Terminal } from "./command.ts";
import { requireConfiguration } from "./configuration.ts";
import { answerBudgets } from "./usage-budgets.ts";
import {
  type AnswerForm,
  type AskedUsage,
  parseUsageOptions,
  QUESTIONS,
  type UsageOptions,
} from "./usage-options.ts";
import { answerReprice } from "./usage-reprice.ts";
import { answerRequests } from "./usage-requests.ts";
import { FROM_STORE, openUsageSource, unknownSource } from "./usage-source.ts";
import { errorsText, slowestText, usageText } from "./usage-text.ts";
import { watch } from "./watch.ts";

const SLOWEST_LIMIT = 5;

export const usageCommand = command<UsageOptions>({
  suggestions: { question: QUESTIONS, by: DIMENSIONS },
  usage: "usage [question]",
  description: "what was used, what it cost, what was slow or failed; budgets; reprice",
  build: (parser) =>
    parser
      .positional("question", {
        type: "string",
        describe: "slowest, errors, requests, budgets, reprice, or nothing for totals",
      })
      .option("by", {
        type: "string",
        requiresArg: true,
        describe: `group by some of ${DIMENSIONS.join(",")}`,
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
      .option("csv", { type: "boolean", describe: "print comma-separated values, for a spreadsheet" })
      .option("watch", { type: "boolean", describe: "show it again every 2 s, until Ctrl-C" })
      .option("apply", { type: "boolean", describe: "reprice: store the new costs, not only print them" })
      .example("$0 usage --since today", "today's tokens and their cost")
      .example("$0 usage --by agent", "tokens and cost of each agent")
      .example("$0 usage --from audit-dir", "the same, counted from the audit files")
      .example("$0 usage --by day,agent --csv > usage.csv", "for a spreadsheet")
      .example("$0 usage --since today --by agent --watch", "today as it goes on")
      .example("$0 usage slowest", "the five slowest requests")
      .example("$0 usage errors", "the error rate, and where the errors are")
      .example("$0 usage requests --by agent", "what a request costs, by agent")
      .example("$0 usage budgets", "what is spent of each budget, and what is to be expected")
      .example("$0 usage reprice --since 30d", "what the prices of now would change"),
  run: async (options, terminal) => {
    const parsed = parseUsageOptions(options, systemClock.nowMs());
    if (!parsed.ok) {
      terminal.err(`usage: ${parsed.problem}\n`);
      return 2;
    }
    const config = await requireConfiguration(options, terminal);
    if (config === undefined) return 2;
    const unknown = unknownSource(options.from ?? FROM_STORE, config);
    if (unknown !== undefined) {
      terminal.err(`usage: ${unknown}\n`);
      return 2;
    }
    if (options.watch !== true) return answer(options, parsed.asked, config, terminal);
    if (!terminal.isInteractive) {
      terminal.err("usage: --watch needs a terminal to write to\n");
      return 2;
    }
    const present = (): AskedUsage => {
      const again = parseUsageOptions(options, systemClock.nowMs());
      return again.ok ? again.asked : parsed.asked;
    };
    await watch((screen) => answer(options, present(), config, screen), terminal, systemClock);
    return 0;
  },
});

/** Answers once. */
async function answer(
  options: UsageOptions,
  asked: AskedUsage,
  config: Config,
  terminal: Terminal,
): Promise<ExitCode> {
  const { from = FROM_STORE } = options;
  const asJson = asked.form === "json";
  try {
    if (asked.question === "reprice")
      answerReprice(config, asked, { applies: options.apply === true, asJson }, terminal);
    else if (asked.question === "budgets")
      await answerBudgets(from, config, asked, systemClock.nowMs(), terminal);
    else if (asked.question === "requests") await answerRequests(from, config, asked, asJson, terminal);
    else await answerFrom(from, asked, config, terminal);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageFault)) throw error;
    terminal.err(`usage: ${error.message}\n`);
    return 1;
  }
}

async function answerFrom(
  from: string,
  asked: AskedUsage,
  config: Config,
  terminal: Terminal,
): Promise<void> {
  const source = await openUsageSource(from, config, (sentence) => terminal.err(`${sentence}\n`));
  try {
    terminal.out(await textOf(source, asked, terminal));
  } finally {
    await source.close();
  }
}

/** The same rows in every form. */
interface Forms<Answer> {
  readonly json: (answer: Answer) => unknown;
  readonly csv: (answer: Answer) => string;
  readonly text: (answer: Answer) => string;
}

function write<Answer>(answered: Answer, form: AnswerForm, forms: Forms<Answer>): string {
  return form === "json" ? `${JSON.stringify(forms.json(answered))}\n` : forms[form](answered);
}

/** The answer in the form that was asked for: one JSON document, a file for a spreadsheet, or a table. */
async function textOf(source: UsageSource, asked: AskedUsage, terminal: Terminal): Promise<string> {
  const { form, limit } = asked;
  if (asked.question === "slowest") {
    return write(await slowestAnswer(source, { ...asked, limit: limit ?? SLOWEST_LIMIT }), form, {
      json: (answered) => answered,
      csv: slowestCsv,
      text: (answered) => slowestText(answered, terminal),
    });
  }
  if (asked.question === "errors") {
    return write(await errorsAnswer(source, asked), form, {
      json: (answered) => ({ ...answered, rows: answered.rows.slice(0, limit) }),
      csv: (answered) => errorsCsv({ ...answered, rows: answered.rows.slice(0, limit) }),
      text: (answered) => errorsText(answered, limit, terminal),
    });
  }
  const limited = (report: UsageReport) => {
    const whole = toUsageAnswer(report);
    return { ...whole, rows: whole.rows.slice(0, limit) };
  };
  return write(await usageReport(source, asked), form, {
    json: limited,
    csv: (report) => usageCsv(limited(report)),
    text: (report) => usageText(report, limit, terminal),
  });
}
