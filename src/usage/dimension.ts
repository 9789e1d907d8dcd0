/** The things usage can be grouped by. */
import type { KeyColumn, KeySums } from "../store/bucket-query.ts";

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

type KeyDimension = Exclude<Dimension, "day">;

/** How a dimension is read from sums, and which columns the sums must be told apart by for that. */
interface Reading {
  readonly columns: readonly KeyColumn[];
  readonly value: (sums: KeySums) => DimensionValue;
}

const READINGS: Readonly<Record<KeyDimension, Reading>> = {
  agent: { columns: ["agent_id"], value: ({ agent }) => agent },
  user: { columns: ["user_id"], value: ({ user }) => user },
  path: { columns: ["url_template"], value: ({ urlTemplate }) => urlTemplate },
  route: { columns: ["route_group"], value: ({ routeGroup }) => routeGroup },
  model: { columns: ["model"], value: ({ model }) => model },
  category: { columns: ["category"], value: ({ category }) => category },
  organization: { columns: ["organization_id"], value: ({ organization }) => organization },
  key: { columns: ["api_key_alias", "api_key_hash"], value: ({ key }) => key },
  status: { columns: ["status"], value: ({ status }) => status },
};

/** The value of a dimension other than the day. */
export function dimensionValue(sums: KeySums, dimension: KeyDimension): DimensionValue {
  return READINGS[dimension].value(sums);
}

/** The columns by which sums must be told apart to have values of these dimensions. */
export function columnsOf(dimensions: readonly Dimension[]): KeyColumn[] {
  return dimensions.flatMap((dimension) => (dimension === "day" ? [] : READINGS[dimension].columns));
}

export function isDimension(name: string): name is Dimension {
  return (DIMENSIONS as readonly string[]).includes(name);
}
