/** The things usage can be grouped by. */
import type { KeyAttribute, KeyColumn, KeyValues } from "../store/bucket-query.ts";

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
  readonly attribute: KeyAttribute;
  readonly columns: readonly KeyColumn[];
}

const READINGS: Readonly<Record<KeyDimension, Reading>> = {
  agent: { attribute: "agent", columns: ["agent_id"] },
  user: { attribute: "user", columns: ["user_id"] },
  path: { attribute: "urlTemplate", columns: ["url_template"] },
  route: { attribute: "routeGroup", columns: ["route_group"] },
  model: { attribute: "model", columns: ["model"] },
  category: { attribute: "category", columns: ["category"] },
  organization: { attribute: "organization", columns: ["organization_id"] },
  key: { attribute: "key", columns: ["api_key_alias", "api_key_hash"] },
  status: { attribute: "status", columns: ["status"] },
};

/** The value of a dimension other than the day. */
export function dimensionValue(values: KeyValues, dimension: KeyDimension): DimensionValue {
  return values[READINGS[dimension].attribute];
}

function readingsOf(dimensions: readonly Dimension[]): Reading[] {
  return dimensions.flatMap((dimension) => (dimension === "day" ? [] : [READINGS[dimension]]));
}

/** The columns by which sums must be told apart to have values of these dimensions. */
export function columnsOf(dimensions: readonly Dimension[]): KeyColumn[] {
  return readingsOf(dimensions).flatMap(({ columns }) => columns);
}

/** The same for the embedded store, whose answers know what columns mean. */
export function attributesOf(dimensions: readonly Dimension[]): KeyAttribute[] {
  return readingsOf(dimensions).map(({ attribute }) => attribute);
}

export function isDimension(name: string): name is Dimension {
  return (DIMENSIONS as readonly string[]).includes(name);
}
