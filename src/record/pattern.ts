/** Patterns for names in records: `*` is any text, also none and also with slashes, `?` one character, all else is itself. */
import { wildcardSource } from "../system/glob.ts";

/** True if one of the patterns matches the whole of `text`. */
export type PatternTest = (text: string) => boolean;

/** One test for several patterns; upper and lower case differ. Without patterns nothing matches. */
export function matchesAny(patterns: readonly string[]): PatternTest {
  if (patterns.length === 0) return () => false;
  const pattern = new RegExp(`^(?:${patterns.map((one) => wildcardSource(one, ".")).join("|")})$`, "su");
  return (text) => pattern.test(text);
}
