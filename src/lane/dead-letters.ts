/** Lines that a sink will never take, kept with the reason so that a person can look at them and send them again. */

export interface DeadLetter {
  readonly sink: string;
  /** The document id. */
  readonly id: string;
  readonly generationId: string;
  /** The name under which the file was first seen. */
  readonly file: string;
  readonly offset: number;
  /** The line's length without its newline. */
  readonly lengthBytes: number;
  /** What kind of refusal: `not_json`, `mapper_parsing_exception`, `too_large`. */
  readonly type: string;
  /** One sentence without the line's values. */
  readonly reason: string;
  /** When it was refused, Unix milliseconds. */
  readonly timeMs: number;
  /** How often the destination refused it; 0 for a line that was never sent. */
  readonly attempts: number;
  /** The line after redaction; of one that is no JSON object up to 64 KiB as they were read. */
  readonly line: Buffer;
  /** Of the whole line as read, for a line that is no JSON object. */
  readonly sha256: string | undefined;
  /** `@timestamp`, so that a later replay gives the same document. */
  readonly timestamp: string;
}

export interface DeadLetters {
  /** Keeps letters; they are durable once it resolves. One that is there already, by sink and id, stays as it is. */
  add(letters: readonly DeadLetter[]): Promise<void>;

  /** How many are kept for a sink. */
  count(sink: string): number;
}
