/** JSON text in ASCII only, so that one character is one byte wherever it is written. */

/** `JSON.stringify` with every character above U+007E escaped (also U+2028 and lone surrogates). */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
