/** Globs for plain file names: `*` is any text, `?` any single character, everything else is itself. */

/** A test for names that match `glob`. A leading dot is matched only by a dot, as in a shell. */
export function globToRegExp(glob: string): RegExp {
  return new RegExp(`^${/^[*?]/.test(glob) ? "(?!\\.)" : ""}${wildcardSource(glob, "[^/]")}$`, "su");
}

/**
 * A pattern with `*` and `?` as the source of a regular expression.
 *
 * @param character the source of what `?` stands for, and any number of for `*`
 */
export function wildcardSource(pattern: string, character: "." | "[^/]"): string {
  return (
    pattern
      .replace(/[\\^$.|+()[\]{}/]/g, "\\$&")
      // Stars in a row would make a failing match take time with the power of their number.
      .replace(/\*+/g, `${character}*`)
      .replace(/\?/g, character)
  );
}
