/**
 * Goal: the metrics have the published names and labels, and say what the daemon counted.
 * Method: one whole scrape, compared by lines; the other cases by what they change.
 */
import { expect, it } from "vitest";
import { metricsText } from "../../../src/http/metrics.ts";
import { daemonView, lane, usageCounters } from "./fixture.ts";

function samples(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

it("a scrape has every published metric", () => {
  expect(samples(metricsText(daemonView({ lanes: [lane] })))).toEqual([
    'mem0_audit_lines_read_total{sink="search"} 5321',
    'mem0_audit_lines_total{sink="search",fate="stored"} 5300',
    'mem0_audit_lines_total{sink="search",fate="duplicate"} 4',
    'mem0_audit_lines_total{sink="search",fate="dead_letter"} 2',
    'mem0_audit_lines_total{sink="search",fate="skipped"} 1',
    'mem0_audit_in_flight_lines{sink="search"} 14',
    'mem0_audit_lag_bytes{sink="search"} 1980',
    'mem0_audit_oldest_unacked_seconds{sink="search"} 1.5',
    'mem0_audit_retries_total{sink="search",reason="http_503"} 3',
    'mem0_audit_batch_bytes_bucket{sink="search",le="1024"} 2',
    'mem0_audit_batch_bytes_bucket{sink="search",le="65536"} 5',
    'mem0_audit_batch_bytes_bucket{sink="search",le="+Inf"} 6',
    'mem0_audit_batch_bytes_sum{sink="search"} 200000',
    'mem0_audit_batch_bytes_count{sink="search"} 6',
    'mem0_audit_deliver_seconds_bucket{sink="search",le="0.1"} 6',
    'mem0_audit_deliver_seconds_bucket{sink="search",le="+Inf"} 6',
    'mem0_audit_deliver_seconds_sum{sink="search"} 0.25',
    'mem0_audit_deliver_seconds_count{sink="search"} 6',
    'mem0_audit_conservation_residual{sink="search"} 0',
    'mem0_audit_tokens_total{category="llm",direction="input"} 42256',
    'mem0_audit_tokens_total{category="llm",direction="output"} 38000',
    'mem0_audit_cost_usd_total{category="llm"} 0.1858048',
    'mem0_audit_agent_cost_usd_total{agent="dev"} 0.1858048',
    'mem0_audit_unpriced_records_total{model="mystery"} 3',
  ]);
});

it("without the embedded store there are no usage metrics", () => {
  const text = metricsText(daemonView({ usage: undefined }));
  expect(text).toContain('mem0_audit_lines_read_total{sink="local"}');
  expect(text).not.toContain("usd");
});

it("fifty agents have a series, the others are one", () => {
  const agentCosts = Array.from({ length: 60 }, (_, index) => ({
    agent: `agent-${index}`,
    picousd: BigInt(index) * 1_000_000_000_000n,
  }));
  const lines = samples(
    metricsText(daemonView({ lanes: [], usage: { ...usageCounters, agentCosts } })),
  ).filter((line) => line.startsWith("mem0_audit_agent_cost_usd_total"));
  expect(lines).toHaveLength(51);
  expect(lines[0]).toBe('mem0_audit_agent_cost_usd_total{agent="agent-59"} 59');
  expect(lines[50]).toBe('mem0_audit_agent_cost_usd_total{agent="other"} 45');
});
