/** Lets traffic happen: writes the lines of the past at once, and each later one when its time has come. */
import type { Clock } from "../../system/clock.ts";
import type { TrafficLine } from "./traffic.ts";

/** Where the lines go, as an audit folder. */
export interface AuditFolder {
  append(fileName: string, text: string): Promise<void>;
}

/** The past is written in blocks of so many characters. */
const BLOCK_LENGTH = 256 * 1024;

/** Writes every line before `untilMs` (Unix milliseconds); resolves with how many there were. */
export async function playPast(
  lines: Iterable<TrafficLine>,
  untilMs: number,
  folder: AuditFolder,
): Promise<number> {
  let count = 0;
  let block = { fileName: "", text: "" };
  for (const line of lines) {
    if (line.timeUs >= untilMs * 1000) break;
    if (line.fileName !== block.fileName || block.text.length > BLOCK_LENGTH) {
      if (block.text !== "") await folder.append(block.fileName, block.text);
      block = { fileName: line.fileName, text: "" };
    }
    block.text += `${line.text}\n`;
    count += 1;
  }
  if (block.text !== "") await folder.append(block.fileName, block.text);
  return count;
}

/** Writes each line at its time, until `signal` aborts. */
export async function playLive(
  lines: Iterable<TrafficLine>,
  folder: AuditFolder,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  for (const line of lines) {
    const aheadMs = line.timeUs / 1000 - clock.nowMs();
    if (aheadMs > 0) await clock.sleep(aheadMs, signal);
    if (signal.aborted) return;
    await folder.append(line.fileName, `${line.text}\n`);
  }
}
