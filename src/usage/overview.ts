/** What a period looks like at a glance: its sums, and over its spans requests by route and cost by category. */
import { selectionOf, type UsageQuestion } from "./answer.ts";
import type { DimensionValue } from "./dimension.ts";
import type { UsageSource } from "./source.ts";
import { type Spans, spansOf } from "./spans.ts";
import { addSums, emptyUsageSums, type UsageSums } from "./sums.ts";
import { dayNumber } from "./time-zone.ts";

export interface OverviewQuestion extends Pick<UsageQuestion, "zone" | "filters"> {
  /** Local days, both inclusive. */
  readonly period: { readonly since: number; readonly until: number };
}

/** The sums of one route group or category. */
export interface OverviewSeries {
  readonly name: string;
  readonly totals: Readonly<UsageSums>;
  /** One for each span. */
  readonly spans: readonly Readonly<UsageSums>[];
}

export interface Overview {
  readonly spans: Spans;
  readonly all: OverviewSeries;
  /** In the order of their first data. */
  readonly routes: readonly OverviewSeries[];
  readonly categories: readonly OverviewSeries[];
}

interface GrowingSeries extends OverviewSeries {
  readonly totals: UsageSums;
  readonly spans: readonly UsageSums[];
}

function emptySeries(name: string, { starts }: Spans): GrowingSeries {
  return { name, totals: emptyUsageSums(), spans: starts.map(emptyUsageSums) };
}

function addTo(series: GrowingSeries, index: number, sums: Readonly<UsageSums>): void {
  addSums(series.totals, sums);
  const span = series.spans[index];
  if (span !== undefined) addSums(span, sums);
}

class SeriesByName {
  readonly #spans: Spans;
  readonly #byName = new Map<string, GrowingSeries>();

  constructor(spans: Spans) {
    this.#spans = spans;
  }

  /** Adds to the series of this name; what has no name has no series. */
  add(name: DimensionValue | undefined, index: number, sums: Readonly<UsageSums>): void {
    if (typeof name !== "string") return;
    const series = this.#byName.get(name) ?? emptySeries(name, this.#spans);
    this.#byName.set(name, series);
    addTo(series, index, sums);
  }

  all(): readonly OverviewSeries[] {
    return [...this.#byName.values()];
  }
}

/** Looks at a period, health checks and the like left out. Rejects with a `UsageFault` where the source cannot. */
export async function usageOverview(source: UsageSource, question: OverviewQuestion): Promise<Overview> {
  const spans = spansOf(question.period);
  const all = emptySeries("all", spans);
  const routes = new SeriesByName(spans);
  const categories = new SeriesByName(spans);
  const selection = selectionOf({ ...question, includesSystem: false });
  for (const { values, sums } of await source.groups(selection, ["day", "route", "category"])) {
    const [day, route, category] = values;
    const index = spans.indexOf(dayNumber(String(day)) ?? Number.NaN);
    addTo(all, index, sums);
    routes.add(route, index, sums);
    categories.add(category, index, sums);
  }
  return { spans, all, routes: routes.all(), categories: categories.all() };
}
