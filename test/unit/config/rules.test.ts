/**
 * Goal: settings that are right each but wrong together are refused, and only those.
 * Method: pairs of configurations, one on each side of a rule.
 */
import { expect, test } from "vitest";
import { problemsOf } from "./loading.ts";

test.each([
  ["redact: {ip: hash}", "redact: {ip: hash}\nredact_key: key"],
  [
    "attribution: {keys: {9f86d081884c7d65: crm}}",
    "attribution: {keys: {9f86d081884c7d65: crm}}\nredact_key: key",
  ],
  ["http: {listen: '[::]:80'}", "http: {listen: '[::]:80', token: token}"],
  ["http: {listen: 'host:80'}", "http: {listen: 'host:80', enabled: false}"],
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
