/** Durations and sizes as people write them in the configuration: `200ms`, `5m`, `5MiB`. */
import { z } from "zod";

const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const SIZE_UNITS_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1000,
  KiB: 1024,
  MB: 1_000_000,
  MiB: 1024 ** 2,
  GB: 1_000_000_000,
  GiB: 1024 ** 3,
};

function parseQuantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text);
  const factor = units[match?.[2] ?? ""];
  return match && factor !== undefined ? Math.round(Number(match[1]) * factor) : undefined;
}

/** The milliseconds of `200ms`, `1.5s`, `5m`, `2h`, `7d`; undefined if it is none of these. */
export function parseDurationMs(text: string): number | undefined {
  return parseQuantity(text, DURATION_UNITS_MS);
}

/** The bytes of `512B`, `100kB`, `64KiB`, `5MiB`, `1GiB`; undefined if it is none of these. */
export function parseSizeBytes(text: string): number | undefined {
  return parseQuantity(text, SIZE_UNITS_BYTES);
}

function quantity(parse: (text: string) => number | undefined, example: string) {
  return z.string().transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: `expected a value like ${example}, found "${text}"` });
    return z.NEVER;
  });
}

/** A configuration value that is written `200ms`, `30s`, `5m`, `2h` or `7d` and read as milliseconds. */
export const durationMs = quantity(parseDurationMs, "500ms, 30s or 5m").meta({
  examples: ["500ms", "30s", "5m"],
});

/** A configuration value that is written `64KiB` or `5MiB` and read as bytes. */
export const sizeBytes = quantity(parseSizeBytes, "64KiB or 5MiB").meta({ examples: ["64KiB", "5MiB"] });
