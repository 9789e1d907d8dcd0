/** The questions of `check` to CloudWatch Logs, each answered by one sentence. */
import type { ProbeResult } from "../sink.ts";
import type { Logs, LogsFailure, LogsResult } from "./logs.ts";
import { isDenied, reportOn } from "./report.ts";

const DAY_MS = 86_400_000;

/** Events as old as this are dropped whatever the group is (14 days), so that trying leaves nothing behind. */
const DROPPED_AGE_MS = 30 * DAY_MS;

/** The SDK corrects what AWS would refuse (five minutes), but by then events are too old or too new at the wrong time. */
const CLOCK_SKEW_MS_MAX = 5 * 60_000;

export interface ProbeSubject {
  readonly logs: Logs;
  readonly group: string;
  readonly stream: string;
  /** Whether group and stream are made if they are missing. */
  readonly canCreate: boolean;
  readonly readsBack: boolean;
  readonly nowMs: () => number;
}

/** Asks all questions; only one is answered if the service cannot be reached or does not know us. */
export async function probe(subject: ProbeSubject, signal: AbortSignal): Promise<readonly ProbeResult[]> {
  const write = await tryWriting(subject, signal);
  if (!write.ok && !isMissing(write) && !isDenied(write))
    return [failed("connection", reportOn(write).message)];
  const results = [
    passed("connection", "CloudWatch Logs answers and takes the credentials"),
    ...probeClock(write, subject.nowMs()),
    judgeWriting(write, subject),
  ];
  if (subject.readsBack) results.push(await probeReading(subject, signal));
  results.push(await probeGroup(subject, signal));
  return results;
}

/** Sends one event that is too old to be kept: the service drops it, after it has looked at everything else. */
function tryWriting({ logs, group, stream, nowMs }: ProbeSubject, signal: AbortSignal) {
  const event = { timestamp: nowMs() - DROPPED_AGE_MS, message: "mem0-audit-shipper check" };
  return logs.send(
    "PutLogEvents",
    { logGroupName: group, logStreamName: stream, logEvents: [event] },
    signal,
  );
}

function judgeWriting(write: LogsResult<object>, { group, stream, canCreate }: ProbeSubject): ProbeResult {
  const place = `the log stream ${stream} of ${group}`;
  if (write.ok) return passed("write", `events can be written into ${place}`);
  if (isMissing(write) && canCreate)
    return passed("write", `${place} does not exist yet, the daemon will make it`);
  return failed("write", reportOn(write).message);
}

/** Lines that were sent before are recognised by reading the stream. */
async function probeReading(
  { logs, group, stream }: ProbeSubject,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const input = { logGroupName: group, logStreamName: stream, limit: 1 };
  const read = await logs.send("GetLogEvents", input, signal);
  if (read.ok || isMissing(read)) return passed("read", "events can be read back");
  const message = `${reportOn(read).message}; without it delivery stops, unless read_back says max: 0ms`;
  return failed("read", message);
}

async function probeGroup(
  { logs, group, canCreate }: ProbeSubject,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const found = await logs.send("DescribeLogGroups", { logGroupNamePrefix: group, limit: 50 }, signal);
  if (!found.ok) {
    return isDenied(found)
      ? passed("log group", "the service does not tell this user about log groups")
      : failed("log group", reportOn(found).message);
  }
  const description = found.output.logGroups?.find(({ logGroupName }) => logGroupName === group);
  if (description === undefined) {
    return canCreate
      ? passed("log group", `${group} does not exist yet, the daemon will make it`)
      : failed("log group", `${group} does not exist: make it, or say create: true`);
  }
  const days = description.retentionInDays;
  return passed(
    "log group",
    `${group} keeps events ${days === undefined ? "for ever" : `for ${days} day(s)`}`,
  );
}

function probeClock({ serverTimeMs }: LogsResult<object>, nowMs: number): readonly ProbeResult[] {
  if (serverTimeMs === undefined) return [];
  const skewMs = Math.abs(nowMs - serverTimeMs);
  const seconds = Math.round(skewMs / 1000);
  return [
    skewMs > CLOCK_SKEW_MS_MAX
      ? failed("clock", `the clocks differ by ${seconds} s: set the time of this machine by NTP`)
      : passed("clock", `the clocks differ by ${seconds} s at most`),
  ];
}

function isMissing({ name }: LogsFailure): boolean {
  return name === "ResourceNotFoundException";
}

function passed(name: string, message: string): ProbeResult {
  return { name, ok: true, message };
}

function failed(name: string, message: string): ProbeResult {
  return { name, ok: false, message };
}
