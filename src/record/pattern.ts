/** Patterns for names in records: `*` is any text, also none and also with slashes, `?` one character, all else is itself. */

/** True if one of the patterns matches the whole of `text`. */
export type PatternTest = (text: string) => boolean;

/** One test for several patterns; upper and lower case differ. Without patterns nothing matches. */
export function matchesAny(patterns: readonly string[]): PatternTest {
  if (patterns.length === 0) return () => false;
  const pattern = new RegExp(`^(?:${patterns.map(source).join("|")})$`, "su");
  return (text) => pattern.test(text);
}

// Stars in a row would make a failing match take time with the power of their number.
function source(pattern: string): string {
  return pattern
    .replace(/[\\^$.|+()[\]{}/]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replace(/\?/g, ".");
}
