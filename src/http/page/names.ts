/** What things are called on the page. */
import type { DimensionValue } from "../../usage/dimension.ts";
import type { Grouping } from "../usage-query.ts";

const ROUTE_NAMES: Readonly<Record<string, string>> = {
  memory_create: "Create",
  memory_search: "Search",
  memory_update: "Update",
  memory_delete: "Delete",
  memory_read: "Read",
  other: "Other",
};

const CATEGORY_NAMES: Readonly<Record<string, string>> = {
  llm: "LLM",
  embedding: "Embeddings",
  system: "System",
};

/** The route groups in the order of the charts. */
export const ROUTES: readonly string[] = Object.keys(ROUTE_NAMES);
/** The cost categories in the order of the charts. */
export const CATEGORIES: readonly string[] = Object.keys(CATEGORY_NAMES);

export function routeName(group: string): string {
  return ROUTE_NAMES[group] ?? group;
}

export function categoryName(category: string): string {
  return CATEGORY_NAMES[category] ?? category;
}

/** A value of a dimension, as people call it. */
export function valueName(dimension: Grouping, value: DimensionValue): string {
  if (value === null) return "(none)";
  if (dimension === "route") return routeName(String(value));
  if (dimension === "category") return categoryName(String(value));
  return String(value);
}
