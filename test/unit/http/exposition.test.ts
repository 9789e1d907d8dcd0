/**
 * Goal: whatever a label holds, the text is one that Prometheus can read.
 * Method: examples from the format's page; a small reader of label values as the counterpart of the escaping.
 */

import { expect, it } from "vitest";
import { counter, exposition, gauge, histogram } from "../../../src/http/exposition.ts";
import { fc } from "../../support/properties.ts";

it("a metric is its help, its type, and a line for each sample", () => {
  expect(
    exposition([
      counter("lines_total", "Lines.", [
        [{ sink: "a", fate: "stored" }, 3],
        [{ sink: "b", fate: "stored" }, "0.1858048"],
      ]),
      gauge("up", "Up.", [[{}, 1]]),
    ]),
  ).toBe(
    [
      "# HELP lines_total Lines.",
      "# TYPE lines_total counter",
      'lines_total{sink="a",fate="stored"} 3',
      'lines_total{sink="b",fate="stored"} 0.1858048',
      "# HELP up Up.",
      "# TYPE up gauge",
      "up 1",
      "",
    ].join("\n"),
  );
});

it("a histogram counts every bucket together with those below it", () => {
  const text = exposition([
    histogram("bytes", "Bytes.", [[{ sink: "a" }, { bounds: [1, 2.5], counts: [4, 0, 1], sum: 12.5 }]]),
  ]);
  expect(text.split("\n").slice(1, -1)).toEqual([
    "# TYPE bytes histogram",
    'bytes_bucket{sink="a",le="1"} 4',
    'bytes_bucket{sink="a",le="2.5"} 4',
    'bytes_bucket{sink="a",le="+Inf"} 5',
    'bytes_sum{sink="a"} 12.5',
    'bytes_count{sink="a"} 5',
  ]);
});

const UNESCAPED: Readonly<Record<string, string>> = { "\\\\": "\\", '\\"': '"', "\\n": "\n" };

it("any label value survives, on one line", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("\\", '"', "\n", "n", "é", "}", ",") }), (value) => {
      const line = exposition([gauge("up", "Up.", [[{ name: value }, 1]])]).split("\n");
      expect(line).toHaveLength(4);
      const [, written = ""] = /^up\{name="((?:[^"\\]|\\.)*)"\} 1$/.exec(line[2] ?? "") ?? [];
      expect(written.replace(/\\./g, (pair) => UNESCAPED[pair] ?? "unknown escape")).toBe(value);
    }),
  );
});
