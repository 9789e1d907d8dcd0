/** The question in the address of `/api/v1/usage?days=30&tz=UTC&group_by=&agent=&user=&key=&organization=`. */
import { DIMENSIONS, type Dimension } from "../usage/dimension.ts";
import { TimeZone } from "../usage/time-zone.ts";

/** Three hundred years of answers would only be a way to keep the daemon busy. */
const DAYS_MAX = 3660;

/** What the days can be split by. */
const GROUP_BY = DIMENSIONS.filter((dimension) => dimension !== "day");
const FILTERS = ["agent", "user", "key", "organization"] as const;
const PARAMETERS: readonly string[] = ["days", "tz", "group_by", ...FILTERS];

/** What `/api/v1/usage` is asked. A filter that is undefined lets everything pass. */
export interface UsageQuery {
  /** Days up to and with today. */
  readonly days: number;
  /** An IANA time zone; a day is one in this zone. */
  readonly tz: string;
  readonly groupBy: Exclude<Dimension, "day"> | undefined;
  readonly agent: string | undefined;
  readonly user: string | undefined;
  readonly key: string | undefined;
  readonly organization: string | undefined;
}

export type ParsedUsageQuery =
  | { readonly ok: true; readonly query: UsageQuery }
  | {
      readonly ok: false;
      /** What was expected and what was found. */
      readonly problem: string;
    };

function findProblem(parameters: URLSearchParams): string | undefined {
  for (const name of parameters.keys()) {
    // A filter that is misspelt and ignored would give a wrong number that looks right.
    if (!PARAMETERS.includes(name)) return `expected one of ${PARAMETERS.join(", ")}; found "${name}"`;
    if (parameters.getAll(name).length > 1) return `expected ${name} once, found it several times`;
  }
  return undefined;
}

/** Reads the query string. An empty value is the same as none. */
export function parseUsageQuery(parameters: URLSearchParams): ParsedUsageQuery {
  const problem = findProblem(parameters);
  if (problem !== undefined) return { ok: false, problem };

  const value = (name: string): string | undefined => parameters.get(name) || undefined;
  const days = value("days") ?? "30";
  if (!/^\d{1,4}$/.test(days) || Number(days) < 1 || Number(days) > DAYS_MAX) {
    return { ok: false, problem: `days: expected a whole number from 1 to ${DAYS_MAX}, found "${days}"` };
  }
  const tz = value("tz") ?? "UTC";
  if (TimeZone.find(tz) === undefined) {
    return { ok: false, problem: `tz: expected a time zone like UTC or Asia/Shanghai, found "${tz}"` };
  }
  const groupByText = value("group_by");
  const groupBy = GROUP_BY.find((name) => name === groupByText);
  if (groupBy !== groupByText) {
    return { ok: false, problem: `group_by: expected one of ${GROUP_BY.join(", ")}; found "${groupByText}"` };
  }
  const [agent, user, key, organization] = FILTERS.map(value);
  return { ok: true, query: { days: Number(days), tz, groupBy, agent, user, key, organization } };
}
