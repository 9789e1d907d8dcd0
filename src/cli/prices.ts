/** `prices`: which prices there are, which one a model has and why, and what is wrong with the configured ones. */
import { PriceBook, type PriceBookOptions } from "../cost/price-book.ts";
import { systemClock } from "../system/clock.ts";
import { UsageFault } from "../usage/source.ts";
import { type CommonOptions, command, type ExitCode, type Terminal } from "./command.ts";
import { requireConfiguration } from "./configuration.ts";
import { answerCheck } from "./prices-check.ts";
import { answerExplain } from "./prices-explain.ts";
import { answerList } from "./prices-list.ts";
import { answerShow } from "./prices-show.ts";
import { readSeenModels } from "./seen-models.ts";
import { FROM_STORE, unknownSource } from "./usage-source.ts";

const ACTIONS = ["list", "show", "explain", "check"] as const;

export interface PricesOptions extends CommonOptions {
  readonly action: (typeof ACTIONS)[number];
  /** What to show or explain; with `list` a part of the ids that are wanted. */
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly category?: string | undefined;
  readonly region?: string | undefined;
  readonly from?: string | undefined;
}

export const pricesCommand = command<PricesOptions>({
  usage: "prices [action] [model]",
  description: "list prices; show or explain the price of a model; check the configured ones",
  build: (parser) =>
    parser
      .positional("action", { choices: ACTIONS, default: "list" as const, describe: "what to do" })
      .positional("model", {
        type: "string",
        describe: "a model as records name it, or a price_id of theirs; with list a part of the ids",
      })
      .option("provider", { type: "string", requiresArg: true, describe: "list: amazon, openai, ..." })
      .option("category", { choices: ["llm", "embedding"], requiresArg: true, describe: "list: only these" })
      .option("region", {
        type: "string",
        requiresArg: true,
        describe: "prices of this AWS region (default pricing.region; list: all)",
      })
      .option("from", {
        type: "string",
        requiresArg: true,
        describe: "check: whose records are looked at, audit-dir or a sink (default the embedded store)",
      })
      .example("$0 prices show amazon.titan-embed-text-v2:0", "its price, and where the figure is from")
      .example("$0 prices list haiku --region eu-west-2", "what there is for a region")
      .example("$0 prices explain MODEL", "each rule that is tried, and why it applies or not")
      .example("$0 prices check", "models without a price, overrides and aliases without an effect")
      .epilogue("Exit codes: 0 done, 1 no price, or a finding of check, 2 wrong usage or configuration."),
  run: async (options, terminal) => {
    const config = await requireConfiguration(options, terminal);
    if (config === undefined) return 2;
    const { from = FROM_STORE, region } = options;
    const unknown = unknownSource(from, config);
    if (unknown !== undefined) {
      terminal.err(`prices: ${unknown}\n`);
      return 2;
    }
    const pricing = region === undefined ? config.pricing : { ...config.pricing, region };
    const nowMs = systemClock.nowMs();
    if (options.action !== "check") return answerPrices(pricing, options, nowMs, terminal);
    try {
      const seen = await readSeenModels(from, config, (sentence) => terminal.err(`${sentence}\n`));
      return answerCheck({ ...config, pricing }, seen, { nowMs, asJson: options.json === true }, terminal);
    } catch (error) {
      if (!(error instanceof UsageFault)) throw error;
      terminal.err(`prices check: ${error.message}\n`);
      return 1;
    }
  },
});

/** Answers on the terminal. Where a price has changed over time, that of `nowMs` is meant. */
export function answerPrices(
  pricing: PriceBookOptions,
  options: PricesOptions,
  nowMs: number,
  terminal: Terminal,
): ExitCode {
  const book = new PriceBook(pricing);
  const asked = { nowMs, asJson: options.json === true };
  if (options.action === "list") {
    answerList(book, { ...options, text: options.model }, asked.asJson, terminal);
    return 0;
  }
  if (!options.model) {
    terminal.err(
      `prices ${options.action}: expected a model or a price_id, found none. Try: prices ${options.action} amazon.titan-embed-text-v2:0\n`,
    );
    return 2;
  }
  const answer = options.action === "explain" ? answerExplain : answerShow;
  return answer(book, options.model, { ...asked, multiplier: pricing.multiplier }, terminal);
}
