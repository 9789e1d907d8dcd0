/**
 * Durations and sizes as people write them in the configuration: `200ms`, `5m`, `5MiB`.
 *
 * They are codecs: `decode` gives milliseconds and bytes to the program, `encode` gives `check` the text back.
 */
import assert from "node:assert/strict";
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

type Units = Readonly<Record<string, number>>;

function patternOf(units: Units): RegExp {
  return new RegExp(`^(\\d{1,15}(?:\\.\\d{1,9})?) ?(${Object.keys(units).join("|")})$`);
}

function parseQuantity(text: string, units: Units): number | undefined {
  const match = patternOf(units).exec(text);
  const factor = units[match?.[2] ?? ""];
  return match && factor !== undefined ? Math.round(Number(match[1]) * factor) : undefined;
}

/** The shortest text that stands for exactly `value`: 300000 is `5m`, 1500 is `1500ms`. */
function formatQuantity(value: number, units: Units): string {
  let shortest = `${value}${Object.keys(units)[0]}`;
  for (const [unit, factor] of Object.entries(units)) {
    const text = `${value / factor}${unit}`;
    if (value > 0 && value % factor === 0 && text.length < shortest.length) shortest = text;
  }
  return shortest;
}

/** The milliseconds of `200ms`, `1.5s`, `5m`, `2h`, `7d`; undefined if it is none of these. */
export function parseDurationMs(text: string): number | undefined {
  return parseQuantity(text, DURATION_UNITS_MS);
}

/** The bytes of `512B`, `100kB`, `64KiB`, `5MiB`, `1GiB`; undefined if it is none of these. */
export function parseSizeBytes(text: string): number | undefined {
  return parseQuantity(text, SIZE_UNITS_BYTES);
}

/** The bounds of a quantity, written as in the configuration and inclusive. */
export interface QuantityRange {
  readonly min: string;
  readonly max: string;
}

function quantity(units: Units, { min, max }: QuantityRange, examples: string[]) {
  const expected = `expected a value like ${examples.join(" or ")}`;
  const minValue = parseQuantity(min, units);
  const maxValue = parseQuantity(max, units);
  assert(minValue !== undefined && maxValue !== undefined && minValue <= maxValue);

  return z
    .codec(z.string(expected).regex(patternOf(units), expected), z.number(), {
      decode: (text) => parseQuantity(text, units) ?? Number.NaN,
      encode: (value) => formatQuantity(value, units),
    })
    .refine((value) => value >= minValue && value <= maxValue, `expected a value from ${min} to ${max}`)
    .meta({ examples });
}

/** A configuration value that is written `200ms`, `30s`, `5m`, `2h` or `7d` and read as milliseconds. */
export function duration(range: QuantityRange) {
  return quantity(DURATION_UNITS_MS, range, ["500ms", "30s", "5m"]);
}

/** A configuration value that is written `64KiB` or `5MiB` and read as bytes. */
export function size(range: QuantityRange) {
  return quantity(SIZE_UNITS_BYTES, range, ["64KiB", "5MiB"]);
}

/** Any duration up to a year, in milliseconds. */
export const durationMs = duration({ min: "0ms", max: "365d" });

/** Any size up to 1 GiB, in bytes. */
export const sizeBytes = size({ min: "1B", max: "1GiB" });
