/** A dead letter → its document: from the audit file where that still holds the line, else from what was kept. */
import type { Config } from "../config/load.ts";
import type { Document } from "../document/document.ts";
import { readerOfLine } from "../document/one-line.ts";
import type { DocumentRules } from "../document/read.ts";
import type { DeadLetter } from "../lane/dead-letters.ts";
import { Redaction } from "../record/redaction.ts";
import type { Files } from "../system/files.ts";
import { LINE_BYTES_MAX } from "../tail/block.ts";
import type { Generation } from "../tail/generation.ts";
import { OriginalLines } from "./original-line.ts";
import { rulesForRedacted } from "./redacted-line.ts";

export type ReadLetter =
  /** Valid until the next letter is read. */
  | { readonly outcome: "document"; readonly document: Document }
  | { readonly outcome: "stillRefused" | "failed"; readonly reason: string };

export class LetterReader {
  readonly #config: Pick<Config, "redact" | "redact_key">;
  readonly #rules: DocumentRules;
  readonly #originals: OriginalLines;

  constructor(
    config: Pick<Config, "redact" | "redact_key" | "source" | "instance">,
    rules: DocumentRules,
    files: Files,
  ) {
    this.#config = config;
    this.#rules = rules;
    this.#originals = new OriginalLines(config.source.directory, config.instance, files);
  }

  /** The letter's document by the present rules, the same as a lane would make; or why there is none. */
  async read(letter: DeadLetter, generation: Generation): Promise<ReadLetter> {
    const wasRead = letter.sha256 !== undefined;
    if (wasRead && letter.lengthBytes > LINE_BYTES_MAX)
      return noDocument(`longer than ${LINE_BYTES_MAX} bytes`);
    const original = await this.#originals.find(letter);
    if (original !== undefined) return parse(original, letter, generation, this.#rules);
    if (letter.line.length < letter.lengthBytes) {
      const kept = `only its first ${letter.line.length} of ${letter.lengthBytes} bytes were kept`;
      return { outcome: "failed", reason: `the audit files no longer hold the line, and ${kept}` };
    }
    // A line that is no JSON object was kept as it was read, any other after redaction.
    return parse(
      letter.line,
      letter,
      generation,
      wasRead ? this.#rules : this.#rulesForRedacted(letter.line),
    );
  }

  #rulesForRedacted(line: Buffer): DocumentRules {
    const { redact, redact_key } = this.#config;
    return {
      ...this.#rules,
      bodies: undefined,
      redaction: new Redaction({ rules: rulesForRedacted(redact, line), key: redact_key }),
    };
  }
}

function parse(
  line: Buffer,
  { offset, timestamp }: DeadLetter,
  generation: Generation,
  rules: DocumentRules,
): ReadLetter {
  const reader = readerOfLine(line, { generation, offset, lastTimestamp: timestamp }, rules);
  const result = reader.read();
  if (result === "document") return { outcome: "document", document: reader.document };
  return noDocument(result === "blank" ? "blank" : result.reason);
}

function noDocument(reason: string): ReadLetter {
  return { outcome: "stillRefused", reason: `still no document: ${reason}` };
}
