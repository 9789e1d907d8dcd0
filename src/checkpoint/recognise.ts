/** Which checkpoint belongs to what a file holds now: the same test as the tail's, from outside of the daemon. */
import type { FileStat, OpenFile } from "../system/files.ts";
import type { Checkpoint } from "../tail/checkpoint.ts";
import { hashFirstLine } from "../tail/generation.ts";
import { readFirstLine, readHistory } from "../tail/tracked-file.ts";

/** The furthest checkpoint of the content that `file`, named `name`, has now; undefined if none is of it. */
export async function recognise(
  name: string,
  stat: FileStat,
  file: OpenFile,
  known: readonly Checkpoint[],
): Promise<Checkpoint | undefined> {
  const candidates = known
    .filter(
      ({ seenAs, inode, offset }) => (seenAs === name || inode === stat.inode) && offset <= stat.sizeBytes,
    )
    .sort((one, other) => other.offset - one.offset);
  if (candidates.length === 0) return undefined;
  const firstLine = await readFirstLine(file);
  if (firstLine === undefined) return undefined;
  const sha256 = hashFirstLine(firstLine);
  for (const checkpoint of candidates) {
    const { generation, offset, tailSha256 } = checkpoint;
    if (generation.firstLineSha256 === sha256 && (await readHistory(file, offset, tailSha256)))
      return checkpoint;
  }
  return undefined;
}
