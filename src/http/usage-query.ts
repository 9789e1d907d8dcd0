/** The question in an address: `?days=30&tz=UTC&group_by=agent&model=...`, for the usage API and for the page. */
import type { BucketFilters } from "../store/bucket-query.ts";
import { DIMENSIONS, type Dimension } from "../usage/dimension.ts";
import { parseDay } from "../usage/period.ts";
import { TimeZone } from "../usage/time-zone.ts";

/** Three hundred years of answers would only be a way to keep the daemon busy. */
const DAYS_MAX = 3660;
const DAYS_DEFAULT = 30;

/** More rows than this are no list but a download. */
const LIMIT_MAX = 1000;

/** What the days can be split by. */
export type Grouping = Exclude<Dimension, "day">;
export const GROUPINGS: readonly Grouping[] = DIMENSIONS.filter((dimension) => dimension !== "day");

/** The parameters that let only some records count, and the filter that each is. */
export const FILTER_PARAMETERS = {
  route_group: "route",
  agent: "agent",
  user: "user",
  key: "key",
  organization: "organization",
  model: "model",
  category: "category",
} as const satisfies Readonly<Record<string, keyof BucketFilters>>;
export type FilterParameter = keyof typeof FILTER_PARAMETERS;

const PERIOD_PARAMETERS = ["days", "from", "to", "tz"];

/** Parameters that not every path takes. */
export type OwnParameter = "group_by" | "format" | "limit";

export interface UsageQuery {
  /** Local days, both inclusive, counted from 1970-01-01. */
  readonly period: { readonly since: number; readonly until: number };
  readonly zone: TimeZone;
  /** The local day at present. */
  readonly today: number;
  readonly filters: BucketFilters;
  readonly groupBy: Grouping | undefined;
  readonly format: "json" | "csv";
  /** At most this many rows, where the answer is a list. */
  readonly limit: number | undefined;
}

export type ParsedUsageQuery =
  | { readonly ok: true; readonly query: UsageQuery }
  | {
      readonly ok: false;
      /** What was expected and what was found. */
      readonly problem: string;
    };

/** A problem on the way to the question; caught where the whole is put together. */
class WrongParameter extends Error {}

function wholeNumber(name: string, text: string, max: number): number {
  if (/^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= max) return Number(text);
  throw new WrongParameter(`${name}: expected a whole number from 1 to ${max}, found "${text}"`);
}

function oneOf<Value extends string>(name: string, text: string, values: readonly Value[]): Value {
  const found = values.find((value) => value === text);
  if (found !== undefined) return found;
  throw new WrongParameter(`${name}: expected one of ${values.join(", ")}; found "${text}"`);
}

function day(name: string, text: string, today: number): number {
  const parsed = parseDay(text, today);
  if (parsed.ok) return parsed.day;
  throw new WrongParameter(`${name}: ${parsed.problem}`);
}

/** The values of an address. An empty one is the same as none. */
class Parameters {
  readonly #all: URLSearchParams;

  constructor(all: URLSearchParams, known: readonly string[]) {
    for (const name of all.keys()) {
      // A filter that is misspelt and ignored would give a wrong number that looks right.
      if (!known.includes(name))
        throw new WrongParameter(`expected one of ${known.join(", ")}; found "${name}"`);
      if (all.getAll(name).length > 1)
        throw new WrongParameter(`expected ${name} once, found it several times`);
    }
    this.#all = all;
  }

  read<Value>(name: string, parse: (name: string, text: string) => Value): Value | undefined {
    const text = this.#all.get(name);
    return text === null || text === "" ? undefined : parse(name, text);
  }
}

function readPeriod(parameters: Parameters, today: number): UsageQuery["period"] {
  const readDay = (name: string, text: string) => day(name, text, today);
  const from = parameters.read("from", readDay);
  const until = parameters.read("to", readDay) ?? today;
  const days = parameters.read("days", (name, text) => wholeNumber(name, text, DAYS_MAX));
  if (from === undefined) return { since: until - (days ?? DAYS_DEFAULT) + 1, until };
  if (days !== undefined) throw new WrongParameter("expected days or from, found both");
  if (from > until)
    throw new WrongParameter("expected from to be no later than to, which is today if left out");
  if (until - from >= DAYS_MAX)
    throw new WrongParameter(
      `expected at most ${DAYS_MAX} days, found ${until - from + 1} between from and to`,
    );
  return { since: from, until };
}

function readQuery(parameters: Parameters, nowMs: number): UsageQuery {
  const tz = parameters.read("tz", (_name, text) => text) ?? "UTC";
  const zone = TimeZone.find(tz);
  if (zone === undefined)
    throw new WrongParameter(`tz: expected a time zone like UTC or Asia/Shanghai, found "${tz}"`);
  const today = zone.dayOf(nowMs);
  const filters: { -readonly [Name in keyof BucketFilters]: BucketFilters[Name] } = {};
  for (const [name, filter] of Object.entries(FILTER_PARAMETERS)) {
    const value = parameters.read(name, (_name, text) => text);
    if (value !== undefined) filters[filter] = value;
  }
  return {
    period: readPeriod(parameters, today),
    zone,
    today,
    filters,
    groupBy: parameters.read("group_by", (name, text) => oneOf(name, text, GROUPINGS)),
    format: parameters.read("format", (name, text) => oneOf(name, text, ["json", "csv"] as const)) ?? "json",
    limit: parameters.read("limit", (name, text) => wholeNumber(name, text, LIMIT_MAX)),
  };
}

/**
 * Reads the parameters of an address.
 *
 * @param own what the path takes besides period, time zone and filters
 * @param nowMs Unix milliseconds; the days end with the one of this moment unless `to` is given
 */
export function parseUsageQuery(
  parameters: URLSearchParams,
  own: readonly OwnParameter[],
  nowMs: number,
): ParsedUsageQuery {
  try {
    const known = [...PERIOD_PARAMETERS, ...Object.keys(FILTER_PARAMETERS), ...own];
    return { ok: true, query: readQuery(new Parameters(parameters, known), nowMs) };
  } catch (error) {
    if (error instanceof WrongParameter) return { ok: false, problem: error.message };
    throw error;
  }
}
