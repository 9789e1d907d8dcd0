/** Numbers for people: sizes, ages, shares, amounts. */
import { displayUsd } from "../cost/money.ts";

const SIZE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** `0 B`, `999 B`, `1.5 KiB`. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), SIZE_UNITS.length - 1);
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${SIZE_UNITS[power]}`;
}

/** The two largest units of a duration: `0 s`, `59 s`, `3 min 5 s`, `26 h 0 min`, `3 d 2 h`. */
export function formatAge(seconds: number): string {
  const whole = Math.floor(seconds);
  const [s, min, h] = [whole % 60, Math.floor(whole / 60) % 60, Math.floor(whole / 3600)];
  if (whole < 60) return `${s} s`;
  if (whole < 3600) return `${min} min ${s} s`;
  if (h < 48) return `${h} h ${min} min`;
  return `${Math.floor(h / 24)} d ${h % 24} h`;
}

/** `12,345`. */
export function formatCount(count: number | bigint): string {
  return count.toLocaleString("en-US");
}

/** A share of a whole: `4.0 %`; `0 %` of nothing. */
export function formatShare(part: number, whole: number): string {
  return part === 0 ? "0 %" : `${((100 * part) / whole).toFixed(1)} %`;
}

const LARGE = [
  [1e12, "T"],
  [1e9, "B"],
  [1e6, "M"],
] as const;

/** `999,999` as it is; from a million on three or four digits: `12.35 M`. */
export function formatCompact(count: number): string {
  const [size, letter] = LARGE.find(([least]) => count >= least) ?? [];
  return size === undefined ? formatCount(count) : `${(count / size).toFixed(2)} ${letter}`;
}

/** Milliseconds as people read them: `87 ms`, `1.2 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : formatAge(ms / 1000);
}

/** An amount as people read it: `$0.0123`, `$1,234.50`. */
export function formatUsd(picousd: bigint): string {
  return displayUsd(picousd).replace(/\B(?=(?:\d{3})+\.)/g, ",");
}
