/**
 * Goal: `usage --from` gives the same answers from the embedded store, from the audit files and from Elasticsearch.
 * Method: real servers, one after the other; see usage-from.ts.
 */
import { describe } from "vitest";
import { elasticsearchTargets } from "../support/servers/elasticsearch.ts";
import { compareUsage } from "./usage-from.ts";

describe.each(await elasticsearchTargets())("usage from Elasticsearch $name", ({ start }) =>
  compareUsage("elasticsearch", () => start({ name: "usage" })),
);
