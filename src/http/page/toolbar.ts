/** What the page is about: the period and the filters. A form that works without a script, too. */
import { dayName } from "../../usage/time-zone.ts";
import { type Html, html } from "../html.ts";
import { FILTER_PARAMETERS, type FilterParameter, type UsageQuery } from "../usage-query.ts";
import type { UsageView } from "./data.ts";
import { pageAddress } from "./links.ts";
import { valueName } from "./names.ts";

const PRESETS: readonly (readonly [days: number, name: string])[] = [
  [7, "7 days"],
  [30, "30 days"],
  [90, "90 days"],
  [365, "1 year"],
  [730, "2 years"],
];

const FILTER_NAMES: Readonly<Record<FilterParameter, string>> = {
  route_group: "Route",
  agent: "Agent",
  user: "User",
  key: "Key",
  organization: "Organization",
  model: "Model",
  category: "Category",
};

function preset(
  parameters: URLSearchParams,
  { period, today }: UsageQuery,
  days: number,
  name: string,
): Html {
  const isChosen = period.until === today && period.until - period.since + 1 === days;
  const href = pageAddress(parameters, { days: String(days), from: undefined, to: undefined });
  return isChosen
    ? html`<a href="${href}" data-soft aria-current="true">${name}</a>`
    : html`<a href="${href}" data-soft>${name}</a>`;
}

function option(value: string, name: string, chosen: string): Html {
  return value === chosen
    ? html`<option value="${value}" selected>${name}</option>`
    : html`<option value="${value}">${name}</option>`;
}

/** One filter; none where there is nothing to choose from. */
function filter(name: FilterParameter, values: readonly string[], chosen: string): Html | undefined {
  if (values.length === 0 && chosen === "") return undefined;
  const offered = chosen === "" || values.includes(chosen) ? values : [chosen, ...values];
  const options = offered.map((value) => option(value, valueName(FILTER_PARAMETERS[name], value), chosen));
  return html`<label><span>${FILTER_NAMES[name]}</span>
<select id="filter-${name}" name="${name}">${option("", "All", chosen)}${options}</select></label>`;
}

/**
 * The form.
 *
 * @param parameters of the page's address
 * @param choices what each filter can be set to
 */
export function toolbar(parameters: URLSearchParams, query: UsageQuery, choices: UsageView["choices"]): Html {
  const filters = Object.entries(choices).flatMap(([name, values]) => {
    return filter(name as FilterParameter, values, parameters.get(name) ?? "") ?? [];
  });
  const hasFilters = Object.keys(query.filters).length > 0;
  const reset = Object.fromEntries(Object.keys(choices).map((name) => [name, undefined]));
  return html`<form id="question" action="./" method="get" role="search" aria-label="Period and filters">
<div class="row"><div class="presets" role="group" aria-label="Period">
${PRESETS.map(([days, name]) => preset(parameters, query, days, name))}</div>
<label><span>From</span> <input id="filter-from" type="date" name="from" value="${dayName(query.period.since)}"></label>
<label><span>To</span> <input id="filter-to" type="date" name="to" value="${dayName(query.period.until)}"></label>
<label><span>Time zone</span>
<input id="filter-tz" name="tz" value="${query.zone.name}" list="zones" autocomplete="off" spellcheck="false"></label>
<datalist id="zones"></datalist></div>
<div class="row">${filters}
<input type="hidden" name="group_by" value="${parameters.get("group_by") ?? ""}">
<button>Show</button>
${hasFilters ? html`<a class="reset" href="${pageAddress(parameters, reset)}" data-soft>Clear filters</a>` : undefined}</div>
</form>`;
}
