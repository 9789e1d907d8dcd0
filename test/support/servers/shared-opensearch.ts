/** One OpenSearch for all integration tests that need no settings of their own: vitest's global setup starts it. */
import type { TestProject } from "vitest/node";
import { startOpenSearch, whyNoServer } from "./opensearch.ts";

export interface SharedOpenSearch {
  /** Undefined if there is none. */
  readonly url: string | undefined;
  /** True if we started it, so that others with settings of their own can be started as well. */
  readonly isOurs: boolean;
  /** Why there is none. */
  readonly missing: string;
  /** Why no OpenSearch 2.19 can be started beside it, with users or without; undefined if one can. */
  readonly missingOlder: string | undefined;
}

declare module "vitest" {
  interface ProvidedContext {
    openSearch: SharedOpenSearch;
  }
}

/** Uses OPENSEARCH_URL if it is set, else starts a server; without one the tests skip, unless MEM0_TEST_REQUIRE_SERVERS=1. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env["OPENSEARCH_URL"];
  if (given) {
    project.provide("openSearch", {
      url: given.replace(/\/$/, ""),
      isOurs: false,
      missing: "OPENSEARCH_URL is set",
      missingOlder: "OPENSEARCH_URL is set",
    });
    return undefined;
  }
  try {
    const missing = await whyNoServer();
    if (missing !== undefined) throw new Error(missing);
    const missingOlder = await whyNoServer("2.19.6");
    if (missingOlder !== undefined) {
      if (isRequired()) throw new Error(missingOlder);
      console.error(`\n*** NO OPENSEARCH 2.19: the tests that need it are SKIPPED: ${missingOlder} ***\n`);
    }
    const server = await startOpenSearch({ name: "shared" });
    project.provide("openSearch", { url: server.url, isOurs: true, missing: "", missingOlder });
    return () => server.stop();
  } catch (error) {
    if (isRequired()) throw error;
    const missing = error instanceof Error ? error.message : String(error);
    console.error(`\n*** NO OPENSEARCH: the tests that need a real one are SKIPPED: ${missing} ***\n`);
    project.provide("openSearch", { url: undefined, isOurs: false, missing, missingOlder: missing });
    return undefined;
  }
}

function isRequired(): boolean {
  return process.env["MEM0_TEST_REQUIRE_SERVERS"] === "1";
}
