/** Bars of block characters: a share at a glance. */

/** One eighth to a whole of a character. */
const EIGHTHS = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];

/** A bar that is as long as `share` (0 to 1) of `width` characters; anything above zero can be seen. */
export function bar(share: number, width: number): string {
  const bounded = Math.min(Math.max(share, 0), 1);
  const eighths = Math.max(Math.round(bounded * width * 8), bounded > 0 ? 1 : 0);
  const rest = eighths % 8;
  return "█".repeat(Math.floor(eighths / 8)) + (rest === 0 ? "" : EIGHTHS[rest - 1]);
}
