/**
 * Goal: settings that are right each but wrong together are refused, and only those.
 * Method: pairs of configurations, one on each side of a rule.
 */
import { expect, test } from "vitest";
import { loadText, problemsOf } from "./loading.ts";

test.each([
  ["redact: {ip: hash}", "redact: {ip: hash}\nredact_key: key"],
  [
    "attribution: {keys: {9f86d081884c7d65: crm}}",
    "attribution: {keys: {9f86d081884c7d65: crm}}\nredact_key: key",
  ],
  ["http: {listen: '[::]:80'}", "http: {listen: '[::]:80', token: token}"],
  ["http: {listen: 'host:80'}", "http: {listen: 'host:80', enabled: false}"],
  ["bodies: {store: file, directory: ./audit_logs/}", "bodies: {store: file, directory: ./bodies}"],
  [
    "bodies: {store: file, retry: {initial: 2s, max: 1s}}",
    "bodies: {store: file, retry: {initial: 1s, max: 1s}}",
  ],
  ["sinks: {bodies: {type: cloudwatch}}", "sinks: {body: {type: cloudwatch}}"],
  ["state_dir: ./audit_logs/", "state_dir: ./audit_logs/state"],
  [
    "store: {enabled: false}",
    "store: {enabled: false}\nsinks: {s: {type: opensearch, endpoints: ['http://h']}}",
  ],
  [
    "sinks: {a: {type: cloudwatch}, b: {type: cloudwatch}}",
    "sinks: {a: {type: cloudwatch}, b: {type: cloudwatch, log_group: other}}",
  ],
])("%j is refused, %j is not", async (wrong, right) => {
  expect(await problemsOf(wrong)).toHaveLength(1);
  expect(await problemsOf(right)).toEqual([]);
});

test("a rule that drops what a body keeps is doubted", async () => {
  const warnings = async (text: string) => {
    const loaded = await loadText(text);
    return loaded.ok ? loaded.warnings : [];
  };
  const rules = "redact: {query: drop, 'results[].memory': drop, ip: drop}";
  expect(await warnings(`${rules}\nbodies: {store: file}`)).toEqual([
    "redact drops query from documents alone: it is kept in the bodies of retrieval details",
    "redact drops results[].memory from documents alone: it is kept in the bodies of retrieval details",
  ]);
  expect(await warnings(rules)).toEqual([]);
  expect(await warnings("redact: {query: keep}\nbodies: {store: file}")).toEqual([]);
});

test("what bodies are missing is said with its place", async () => {
  expect(await problemsOf("bodies: {store: ftp}")).toEqual([
    expect.stringMatching(/bodies\.store.*file, s3.*ftp/),
  ]);
  expect(await problemsOf("bodies: {store: s3}")).toEqual([expect.stringMatching(/bodies\.bucket/)]);
  expect(await problemsOf("bodies: {store: file, bucket: mem0}")).toEqual([
    expect.stringMatching(/bodies\.bucket.*unknown key/),
  ]);
});
