/** Globs for plain file names: `*` is any text, `?` any single character, everything else is itself. */

/** A test for names that match `glob`. A leading dot is matched only by a dot, as in a shell. */
export function globToRegExp(glob: string): RegExp {
  const pattern = glob
    .replace(/[\\^$.|+()[\]{}/]/g, "\\$&")
    .replace(/\*+/g, "[^/]*")
    .replace(/\?/g, "[^/]");
  return new RegExp(`^${/^[*?]/.test(glob) ? "(?!\\.)" : ""}${pattern}$`, "su");
}
