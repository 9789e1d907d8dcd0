/** Everything that the page shows about usage, asked in one go. */
import { type UsageReport, usageReport } from "../../usage/answer.ts";
import { type ErrorsAnswer, errorsAnswer } from "../../usage/errors.ts";
import { type Overview, usageOverview } from "../../usage/overview.ts";
import { type SlowestRow, slowestAnswer } from "../../usage/slowest.ts";
import type { UsageAccess } from "../usage-api.ts";
import { FILTER_PARAMETERS, type FilterParameter, type Grouping, type UsageQuery } from "../usage-query.ts";

export interface UsageView {
  readonly overview: Overview;
  /** What the breakdown is by, and its groups; what costs most first. */
  readonly dimension: Grouping;
  readonly breakdown: UsageReport;
  readonly errors: ErrorsAnswer;
  /** Undefined where single requests are not kept. */
  readonly slowest: readonly SlowestRow[] | undefined;
  /** What each filter can be set to. */
  readonly choices: Readonly<Record<FilterParameter, readonly string[]>>;
  readonly isComplete: boolean;
}

/** More names than this are no choice but a search: they are typed into the address. */
const CHOICES_MAX = 200;
const SLOWEST_ROWS = 8;

function choicesOf({ knownValues }: UsageAccess): UsageView["choices"] {
  const entries = Object.entries(FILTER_PARAMETERS).map(([name, dimension]) => {
    const values = knownValues(dimension, CHOICES_MAX);
    return [name, values.filter((value) => dimension !== "route" || value !== "system")];
  });
  return Object.fromEntries(entries) as UsageView["choices"];
}

/** Asks the source. Rejects with a `UsageFault` where it cannot answer. */
export async function readUsage(usage: UsageAccess, query: UsageQuery): Promise<UsageView> {
  const { source } = usage;
  const { period, zone, today, filters, groupBy: dimension = "agent" } = query;
  const question = { period, zone, today, filters, includesSystem: false };
  const breakdown = await usageReport(source, { ...question, by: [dimension] });
  return {
    overview: await usageOverview(source, question),
    dimension,
    breakdown,
    errors: await errorsAnswer(source, question),
    slowest: usage.keepsRecords
      ? (await slowestAnswer(source, { ...question, limit: SLOWEST_ROWS })).rows
      : undefined,
    choices: choicesOf(usage),
    isComplete: usage.isComplete(),
  };
}
