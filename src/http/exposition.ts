/**
 * The Prometheus text format, version 0.0.4.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/. The daemon already counts for itself, so
 * a metrics library would only hold a second copy of every number.
 */
import type { Histogram } from "../lane/snapshot.ts";

export const EXPOSITION_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export type Labels = Readonly<Record<string, string>>;

/** One value with its labels; a text is a decimal number that must not pass through a float. */
export type Sample = readonly [labels: Labels, value: number | string];

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** The lines' ends after the name: `_bucket{le="1"} 3`. */
  readonly lines: readonly string[];
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function simple(type: "counter" | "gauge", name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, help, type, lines: samples.map(([labels, value]) => `${formatLabels(labels)} ${value}`) };
}

export function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return simple("counter", name, help, samples);
}

export function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return simple("gauge", name, help, samples);
}

function histogramLines(labels: Labels, { bounds, counts, sum }: Histogram): string[] {
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return `_bucket${formatLabels({ ...labels, le: String(bounds[index] ?? "+Inf") })} ${total}`;
  });
  return [...buckets, `_sum${formatLabels(labels)} ${sum}`, `_count${formatLabels(labels)} ${total}`];
}

export function histogram(
  name: string,
  help: string,
  samples: readonly (readonly [labels: Labels, histogram: Histogram])[],
): Metric {
  const lines = samples.flatMap(([labels, observed]) => histogramLines(labels, observed));
  return { name, help, type: "histogram", lines };
}

/** The text of a scrape. */
export function exposition(metrics: readonly Metric[]): string {
  const text = metrics.flatMap(({ name, help, type, lines }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...lines.map((line) => `${name}${line}`),
  ]);
  return `${text.join("\n")}\n`;
}
