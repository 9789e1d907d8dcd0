/**
 * Which lines a log stream holds: it is read over the time of the lines, and each event tells the id of its line.
 *
 * The service keeps every copy it is sent, so a line may be there twice.
 */

import { utcDay } from "../../record/timestamp.ts";
import type { Clock } from "../../system/clock.ts";
import { documentId, type Generation } from "../../tail/generation.ts";
import { type Presence, PresenceFault, type SoughtLine } from "../presence.ts";
import type { SinkContext } from "../table.ts";
import { AwsLogs } from "./client.ts";
import type { KeptName } from "./kept-name.ts";
import type { Logs, LogsFailure } from "./logs.ts";
import type { CloudWatchOptions } from "./options.ts";
import { ownStream } from "./own-stream.ts";
import { isDenied, reportOn } from "./report.ts";
import { datedStreamName } from "./stream-name.ts";
import { countIds } from "./stream-reader.ts";

const LINES_MAX = 5000;
const DAY_MS = 86_400_000;

/** Lines that are further apart are read one after the other: a wrong time must not make the whole stream be read. */
const GAP_MS_MAX = 3_600_000;

type PresenceOptions = Pick<CloudWatchOptions, "log_group" | "retention_days" | "read_back">;

/** Opens the log stream for looking. Nothing is asked yet. */
export async function cloudWatchPresence(
  options: CloudWatchOptions,
  context: SinkContext,
): Promise<Presence> {
  const { clock } = context;
  return new CloudWatchPresence(options, new AwsLogs(options, clock), ownStream(options, context), clock);
}

export class CloudWatchPresence implements Presence {
  readonly linesMax = LINES_MAX;
  readonly #options: PresenceOptions;
  readonly #logs: Logs;
  readonly #name: Pick<KeptName, "get">;
  readonly #clock: Clock;
  readonly #openedMs: number;
  #retentionMs: Promise<number | undefined> | undefined;

  constructor(options: PresenceOptions, logs: Logs, name: Pick<KeptName, "get">, clock: Clock) {
    this.#options = options;
    this.#logs = logs;
    this.#name = name;
    this.#clock = clock;
    this.#openedMs = clock.monotonicMs();
  }

  async copies(
    generation: Generation,
    lines: readonly SoughtLine[],
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    const found = await this.#read(generation, lines, signal);
    if (found.every((count) => count > 0) || !(await this.#waited(signal))) return found;
    return this.#read(generation, lines, signal);
  }

  /** As the configuration or, without a word there, the log group itself says. */
  retentionMs(signal: AbortSignal): Promise<number | undefined> {
    this.#retentionMs ??= this.#askRetention(signal);
    return this.#retentionMs;
  }

  close(): Promise<void> {
    return this.#logs.close();
  }

  async #read(
    generation: Generation,
    lines: readonly SoughtLine[],
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    const name = await this.#name.get();
    const counts = new Map<string, number>();
    for (const [day, ofDay] of byDay(generation, lines)) {
      const place = { group: this.#options.log_group, stream: datedStreamName(name, day) };
      for (const span of spansOf(ofDay)) {
        const found = await countIds(this.#logs, place, span, signal);
        if ("ok" in found) throw faultOf(found);
        for (const [id, count] of found) counts.set(id, (counts.get(id) ?? 0) + count);
      }
    }
    return lines.map(({ offset }) => counts.get(documentId(generation, offset)) ?? 0);
  }

  /** Reads may be a little behind writes: true if it was waited until they cannot be any more. */
  async #waited(signal: AbortSignal): Promise<boolean> {
    const leftMs = this.#openedMs + this.#options.read_back.max - this.#clock.monotonicMs();
    if (leftMs <= 0) return false;
    await this.#clock.sleep(leftMs, signal);
    return true;
  }

  async #askRetention(signal: AbortSignal): Promise<number | undefined> {
    const { log_group, retention_days } = this.#options;
    if (retention_days !== undefined) return retention_days * DAY_MS;
    const answer = await this.#logs.send("DescribeLogGroups", { logGroupNamePrefix: log_group }, signal);
    // Not everybody may ask; then every line is expected to be there.
    if (!answer.ok) return undefined;
    const group = answer.output.logGroups?.find(({ logGroupName }) => logGroupName === log_group);
    return group?.retentionInDays === undefined ? undefined : group.retentionInDays * DAY_MS;
  }
}

function faultOf(failure: LogsFailure): PresenceFault {
  const report = reportOn(failure);
  if (!isDenied(failure)) return new PresenceFault(report);
  return new PresenceFault({ ...report, message: `${failure.message}: allow logs:GetLogEvents` });
}

/** The day that stands in the name of a line's stream. */
function byDay({ day }: Generation, lines: readonly SoughtLine[]): Map<string, SoughtLine[]> {
  const groups = new Map<string, SoughtLine[]>();
  for (const line of lines) {
    const key = day ?? utcDay(line.timestampMs);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  return groups;
}

/** The times of the lines as few spans without a long gap. */
function spansOf(lines: readonly SoughtLine[]): readonly { earliestMs: number; latestMs: number }[] {
  const times = lines.map(({ timestampMs }) => timestampMs).sort((one, other) => one - other);
  const spans: { earliestMs: number; latestMs: number }[] = [];
  for (const timeMs of times) {
    const last = spans.at(-1);
    if (last !== undefined && timeMs - last.latestMs <= GAP_MS_MAX) last.latestMs = timeMs;
    else spans.push({ earliestMs: timeMs, latestMs: timeMs });
  }
  return spans;
}
