/** A line that is no document: it goes to the dead letters as it is. */

export interface BrokenLine {
  readonly offset: number;
  /** Up to 64 KiB of the line, as read. */
  readonly head: Buffer;
  /** Of the whole line without its newline. */
  readonly lengthBytes: number;
  readonly sha256: string;
  readonly type: "not_json" | "not_an_object" | "line_too_long";
  /** One sentence without contents of the line. */
  readonly reason: string;
  /** What `@timestamp` would have been: the last valid one before the line. */
  readonly timestamp: string;
}
