/**
 * Goal: `usage --from` gives the same answers from the embedded store, from the audit files and from OpenSearch.
 * Method: a real server; see usage-from.ts.
 */
import { describe, inject } from "vitest";
import { compareUsage } from "./usage-from.ts";

const { url } = inject("openSearch");

describe.skipIf(url === undefined)("usage from a real OpenSearch", () =>
  compareUsage("opensearch", async () => ({ url: url ?? "", stop: async () => undefined })),
);
