/**
 * Goal: what usage asks for is what our index template makes searchable.
 * Method: the template itself, for both products.
 */
import { expect, test } from "vitest";
import { parseIndexName } from "../../../../../src/sinks/bulk/index-name.ts";
import { indexTemplate } from "../../../../../src/sinks/bulk/template.ts";
import { FIELD_TYPES } from "../../../../../src/sinks/bulk/usage/fields.ts";

interface Mapping {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Mapping>>;
}

test.each(["flat_object", "flattened"] as const)(
  "every field is mapped as it must be, with %s",
  (flatObject) => {
    const { body } = indexTemplate(parseIndexName("audit-{yyyy}"), flatObject);
    const { mappings } = body["template"] as { readonly mappings: Mapping };
    for (const [field, types] of Object.entries(FIELD_TYPES)) {
      const found = field
        .split(".")
        .reduce<Mapping | undefined>((mapping, name) => mapping?.properties?.[name], mappings);
      expect([field, found?.type]).toEqual([field, types[0]]);
    }
  },
);
