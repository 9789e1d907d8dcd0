/** The body of an answer, with a limit: an answer without end would take all memory. */
import { AnswerTooLarge } from "./failure.ts";

/** The largest answer that is read. One that refuses 100,000 documents is smaller. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** Reads a body to its end. Rejects with {@link AnswerTooLarge}, or as the stream does. */
export async function readAnswer(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new AnswerTooLarge(`more than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes);
}
