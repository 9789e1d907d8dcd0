/** The things usage can be grouped by. */
import type { KeySums } from "../store/bucket-query.ts";

export const DIMENSIONS = [
  "day",
  "agent",
  "user",
  "path",
  "route",
  "model",
  "category",
  "organization",
  "key",
  "status",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** A value of a dimension; null where the records have none. */
export type DimensionValue = string | number | null;

const VALUES: Readonly<Record<Exclude<Dimension, "day">, (sums: KeySums) => DimensionValue>> = {
  agent: ({ agent }) => agent,
  user: ({ user }) => user,
  path: ({ urlTemplate }) => urlTemplate,
  route: ({ routeGroup }) => routeGroup,
  model: ({ model }) => model,
  category: ({ category }) => category,
  organization: ({ organization }) => organization,
  key: ({ key }) => key,
  status: ({ status }) => status,
};

/** The value of a dimension other than the day. */
export function dimensionValue(sums: KeySums, dimension: Exclude<Dimension, "day">): DimensionValue {
  return VALUES[dimension](sums);
}

export function isDimension(name: string): name is Dimension {
  return (DIMENSIONS as readonly string[]).includes(name);
}
