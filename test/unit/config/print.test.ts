/**
 * Goal: what is printed says the same when it is loaded again, and shows no secret.
 * Method: load, print, load again; look for the secrets in the text.
 */
import { expect, test } from "vitest";
import { maskSecrets, printConfig } from "../../../src/config/print.ts";
import { configOf } from "./loading.ts";

const TEXT = `
redact: {user_id: hash}
redact_key: geheim-1
labels: {service: mem0}
pricing: {multiplier: 0.9, overrides: {m: {input_cost_per_million: 1}}}
http: {listen: "[::1]:1", token: geheim-2}
sinks:
  search:
    type: opensearch
    endpoints: ["https://someone:geheim-3@host:9200"]
    auth: {username: admin, password: geheim-4}
    batch: {max_bytes: 10MiB, max_wait: 1500ms}
`;

test("no secret is in what is printed, everything else is", async () => {
  const printed = printConfig(await configOf(TEXT));
  expect(printed).not.toContain("geheim");
  expect(printed).not.toContain("someone");
  for (const shown of ["10MiB", "1500ms", "username: admin", "host:9200", "[::1]:1", "type: opensearch"]) {
    expect(printed).toContain(shown);
  }
});

test("what is printed loads, and prints the same again", async () => {
  const printed = printConfig(await configOf(TEXT));
  expect(printConfig(await configOf(printed))).toBe(printed);
});

test("a secret that is not set is not shown as if it were", async () => {
  expect(maskSecrets(await configOf(""))).not.toHaveProperty("redact_key");
  expect(printConfig(await configOf(""))).not.toContain("**");
});
