/**
 * Goal: the reference page names every key of the schema with its default.
 * Method: look for known rows; the comparison with the file is in json-schema.test.ts.
 */
import { expect, test } from "vitest";
import { configReference } from "../../../src/config/reference.ts";

test.each([
  "| `directory` | text | `./audit_logs` |",
  "| `records` | `auto`, `true`, `false` | `auto` |",
  "| `batch.max_bytes` | size | `5MiB` |",
  "| `retry.max` | duration | `30s` |",
  "| `endpoints` | list of text | required |",
  "| `budgets[].period` | `day`, `week`, `month` | required |",
  "| `overrides.<name>.input_cost_per_million` | text or number | required |",
])("has the row %s", (row) => {
  expect(configReference()).toContain(row);
});

test("every row has the four cells of its table", () => {
  const rows = configReference()
    .split("\n")
    .filter((line) => line.startsWith("| `") && !line.includes("MEM0_"));
  expect(rows.length).toBeGreaterThan(40);
  for (const row of rows) expect(row.split(" | "), row).toHaveLength(4);
});
