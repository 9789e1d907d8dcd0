/** Which documents a question is about, as conditions in the query language of search servers. Pure. */
import { type BucketSelection, TIME_MAX_MS, TIME_MIN_MS } from "../../../store/bucket-query.ts";

/** One condition of a query. */
export type Condition = Readonly<Record<string, unknown>>;

/** The value of one field, or that there is none. */
export function equals(field: string, value: string | number | null): Condition {
  return value === null ? { bool: { must_not: { exists: { field } } } } : { term: { [field]: { value } } };
}

/** From a moment, inclusive, to another, exclusive, in Unix milliseconds; the ends of all time are open. */
export function during(fromMs: number, untilMs: number): Condition {
  const bounds = {
    ...(fromMs > TIME_MIN_MS && { gte: new Date(fromMs).toISOString() }),
    ...(untilMs < TIME_MAX_MS && { lt: new Date(untilMs).toISOString() }),
  };
  return { range: { "@timestamp": { ...bounds, format: "strict_date_optional_time" } } };
}

/** Usage that was estimated, on a line of another kind. */
export const ESTIMATED = equals("cost.quality", "estimated");

const COUNTED: Condition = {
  bool: {
    should: [{ terms: { "event.kind": ["request", "token_usage", "embedding_usage"] } }, ESTIMATED],
  },
};

/** True if the selection is of usage alone: requests have neither model nor category. */
export function isOfUsage({ filters: { model, category } }: BucketSelection): boolean {
  return model !== undefined || category !== undefined;
}

/** Requests and usage of the selection: nothing else counts. */
export function selected(selection: BucketSelection): Condition[] {
  const { fromMs, untilMs, includesSystem, filters } = selection;
  const { agent, user, organization, key, route, model, category } = filters;
  return [
    COUNTED,
    during(fromMs, untilMs),
    ...(includesSystem ? [] : [{ bool: { must_not: equals("route_group", "system") } }]),
    ...(agent === undefined ? [] : [equals("agent_id", agent)]),
    ...(user === undefined ? [] : [equals("user_id", user)]),
    ...(organization === undefined ? [] : [equals("organization_id", organization)]),
    ...(route === undefined ? [] : [equals("route_group", route)]),
    ...(model === undefined ? [] : [equals("cost.model", model)]),
    ...(category === undefined ? [] : [equals("cost.category", category)]),
    ...(key === undefined
      ? []
      : [{ bool: { should: [equals("api_key_alias", key), equals("api_key_hash", key)] } }]),
  ];
}
