/** What somebody asks `usage`, checked: a question, or what is wrong with its words. */
import { didYouMean } from "../system/did-you-mean.ts";
import { DIMENSIONS, type Dimension, isDimension } from "../usage/dimension.ts";
import { type Period, parseDay } from "../usage/period.ts";
import { isRequestDimension, REQUEST_DIMENSIONS } from "../usage/request-costs.ts";
import { TimeZone } from "../usage/time-zone.ts";
import type { CommonOptions } from "./command.ts";

/** The options as yargs reads them. */
export interface UsageOptions extends CommonOptions {
  readonly question?: string | undefined;
  readonly by?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly tz?: string | undefined;
  /** Where the answer comes from: `local`, `audit-dir`, or the name of a sink. */
  readonly from?: string | undefined;
  readonly all?: boolean | undefined;
  readonly limit?: number | undefined;
  readonly csv?: boolean | undefined;
  readonly watch?: boolean | undefined;
  /** With `reprice`: change the store, too. */
  readonly apply?: boolean | undefined;
}

export const QUESTIONS = ["totals", "slowest", "errors", "requests", "reprice", "budgets"] as const;
export type Question = (typeof QUESTIONS)[number];

/** How the answer is written. */
export type AnswerForm = "text" | "json" | "csv";

export interface AskedUsage {
  readonly question: Question;
  readonly by: readonly Dimension[];
  readonly period: Period;
  readonly zone: TimeZone;
  readonly today: number;
  readonly includesSystem: boolean;
  /** At most this many rows; undefined is all. */
  readonly limit: number | undefined;
  readonly form: AnswerForm;
}

export type ParsedUsageOptions =
  | { readonly ok: true; readonly asked: AskedUsage }
  | { readonly ok: false; readonly problem: string };

/** A problem on the way to the question; caught where the whole is put together. */
class WrongOption extends Error {}

function suggestion(word: string, candidates: readonly string[]): string {
  const meant = didYouMean(word, candidates);
  return meant === undefined ? "" : `: did you mean ${meant}?`;
}

function parseQuestion(text: string | undefined): Question {
  if (text === undefined) return "totals";
  const question = QUESTIONS.find((one) => one === text);
  if (question !== undefined) return question;
  throw new WrongOption(
    `expected slowest, errors, requests, reprice, budgets or nothing after usage, found "${text}"${suggestion(text, QUESTIONS)}`,
  );
}

function parseBy(text: string | undefined): Dimension[] {
  const by: Dimension[] = [];
  for (const name of (text ?? "").split(",").map((part) => part.trim())) {
    if (name === "" || by.some((known) => known === name)) continue;
    if (!isDimension(name)) {
      const known = DIMENSIONS.join(", ");
      throw new WrongOption(
        `--by: expected some of ${known}; found "${name}"${suggestion(name, DIMENSIONS)}`,
      );
    }
    by.push(name);
  }
  return by;
}

/** Refuses what a request and its usage records do not have in common. */
function refuseOthers(by: readonly Dimension[]): void {
  const other = by.find((dimension) => !isRequestDimension(dimension));
  if (other === undefined) return;
  throw new WrongOption(
    `--by: with \`usage requests\`, expected some of ${REQUEST_DIMENSIONS.join(", ")}; found "${other}"`,
  );
}

/** A budget says itself whose spending it is about, and when. */
function refusePeriod(options: UsageOptions): void {
  const given = (["since", "until", "tz", "all"] as const).find((name) => options[name] !== undefined);
  if (given === undefined) return;
  const instead = given === "tz" ? "time_zone" : "budgets";
  throw new WrongOption(`--${given} does not go with \`usage budgets\`: set ${instead} in the configuration`);
}

function parseZone(text: string | undefined): TimeZone {
  const zone = TimeZone.find(text ?? "UTC");
  if (zone !== undefined) return zone;
  const meant = suggestion(text ?? "", Intl.supportedValuesOf("timeZone"));
  throw new WrongOption(`--tz: expected a time zone like UTC or Asia/Shanghai, found "${text}"${meant}`);
}

function parseOptionDay(name: string, text: string | undefined, today: number): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseDay(text, today);
  if (parsed.ok) return parsed.day;
  throw new WrongOption(`--${name}: ${parsed.problem}${suggestion(text, ["today"])}`);
}

function parseLimit(limit: number | undefined): number | undefined {
  if (limit === undefined || (Number.isInteger(limit) && limit >= 1)) return limit;
  throw new WrongOption("--limit: expected a whole number from 1 on");
}

/** Which questions have rows of one kind, so that they can be a file or be looked at again and again. */
const LISTS: readonly Question[] = ["totals", "slowest", "errors"];

function parseForm({ json, csv, watch }: UsageOptions, question: Question): AnswerForm {
  const isList = LISTS.includes(question);
  if (csv && json) throw new WrongOption("expected --csv or --json, found both");
  if (csv && !isList) throw new WrongOption("--csv goes with `usage`, `usage slowest` and `usage errors`");
  if (watch && !isList)
    throw new WrongOption("--watch goes with `usage`, `usage slowest` and `usage errors`");
  if (watch && (csv || json)) throw new WrongOption("--watch shows tables: leave out --csv and --json");
  if (csv) return "csv";
  return json ? "json" : "text";
}

function parse(options: UsageOptions, nowMs: number): AskedUsage {
  const question = parseQuestion(options.question);
  const zone = parseZone(options.tz);
  const today = zone.dayOf(nowMs);
  const since = parseOptionDay("since", options.since, today);
  const until = parseOptionDay("until", options.until, today);
  if (since !== undefined && until !== undefined && until < since)
    throw new WrongOption(`--until ${options.until} is before --since ${options.since}`);
  const by = parseBy(options.by);
  if (question === "requests") refuseOthers(by);
  else if (by.length > 0 && question !== "totals")
    throw new WrongOption(`--by goes with \`usage\` and \`usage requests\`, not with \`usage ${question}\``);
  if (question === "budgets") refusePeriod(options);
  if (options.apply && question !== "reprice") throw new WrongOption("--apply goes with `usage reprice`");
  if (options.from !== undefined && question === "reprice")
    throw new WrongOption("--from does not go with `usage reprice`: it is about the embedded store");
  const limit = parseLimit(options.limit);
  const includesSystem = options.all === true;
  const form = parseForm(options, question);
  return { question, by, period: { since, until }, zone, today, includesSystem, limit, form };
}

/** Reads the options; a day like `today` is taken at `nowMs` in the zone asked for. */
export function parseUsageOptions(options: UsageOptions, nowMs: number): ParsedUsageOptions {
  try {
    return { ok: true, asked: parse(options, nowMs) };
  } catch (error) {
    if (error instanceof WrongOption) return { ok: false, problem: error.message };
    throw error;
  }
}
