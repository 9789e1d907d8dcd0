/** The questions of `check` to a search server, each answered by one sentence. */
import type { ProbeResult } from "../sink.ts";
import { type Answer, member, readJson, type SearchTransport } from "./answer.ts";
import { tryWriting } from "./dry-write.ts";
import { describeAnswer, obstacle, reportOnNoAnswer } from "./refusal.ts";
import type { IndexTemplate } from "./template.ts";
import { askForTemplate } from "./template-put.ts";

/** A difference of clocks that breaks signed requests: AWS refuses above five minutes. */
const CLOCK_SKEW_MS_MAX = 5 * 60_000;

/** What one product says of itself at `GET /`. */
export interface Flavour {
  readonly product: string;
  /** The oldest version that knows all of our mapping, and what to do with an older one. */
  readonly versionMin: readonly [major: number, minor: number];
  /** Recognises the product by the object `version`. */
  isThis(version: unknown): boolean;
  /** What to do if it is another product. */
  readonly otherwise: string;
}

export interface ProbeSubject {
  readonly transport: SearchTransport;
  readonly flavour: Flavour;
  /** The index of today. */
  readonly index: string;
  /** Undefined if the configuration says `template: off`. */
  readonly template: IndexTemplate | undefined;
  readonly nowMs: number;
}

/** Asks all questions; only one is answered if the server cannot be reached or does not know us. */
export async function probe(subject: ProbeSubject, signal: AbortSignal): Promise<readonly ProbeResult[]> {
  const root = await subject.transport.send({ method: "GET", path: "/" }, signal);
  if (root.status === undefined) return [failed("connection", reportOnNoAnswer(root).message)];
  if (root.status === 401 || root.status >= 500) return [failed("connection", obstacle(root, 0).message)];
  const results = [
    passed("connection", "the server answers and takes the credentials"),
    probeVersion(root, subject),
  ];
  const clock = probeClock(root, subject.nowMs);
  if (clock !== undefined) results.push(clock);
  const writing = await tryWriting(subject.transport, subject.index, signal);
  results.push({ name: "write", ok: writing.canWrite, message: writing.message });
  if (subject.template !== undefined)
    results.push(await probeTemplate(subject.transport, subject.template, signal));
  return results;
}

function probeVersion(root: Answer, { flavour }: ProbeSubject): ProbeResult {
  if (root.status === 403 || root.status === 404) {
    return passed("version", "the server does not tell its version to this user");
  }
  const version = member(readJson(root.body), "version");
  const number = member(version, "number");
  if (typeof number !== "string") {
    return failed("version", `expected ${flavour.product}, found something else: check endpoints`);
  }
  if (!flavour.isThis(version))
    return failed("version", `this is not ${flavour.product}: ${flavour.otherwise}`);
  const [major = 0, minor = 0] = number.split(".").map(Number);
  const [majorMin, minorMin] = flavour.versionMin;
  const isTooOld = major < majorMin || (major === majorMin && minor < minorMin);
  const found = `${flavour.product} ${number.slice(0, 40)}`;
  return isTooOld
    ? failed(
        "version",
        `expected ${majorMin}.${minorMin} or newer, found ${found}: upgrade, or say template: off`,
      )
    : passed("version", found);
}

/** Few servers send their time by themselves; gateways do. */
function probeClock(root: Answer, nowMs: number): ProbeResult | undefined {
  const serverMs = Date.parse(root.headers["date"] ?? "");
  if (Number.isNaN(serverMs)) return undefined;
  const skewMs = Math.abs(nowMs - serverMs);
  const seconds = Math.round(skewMs / 1000);
  return skewMs > CLOCK_SKEW_MS_MAX
    ? failed("clock", `the clocks differ by ${seconds} s: set the time of this machine by NTP`)
    : passed("clock", `the clocks differ by ${seconds} s at most`);
}

async function probeTemplate(
  transport: SearchTransport,
  template: IndexTemplate,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const answer = await askForTemplate(transport, template, signal);
  if (answer.status === undefined) return failed("template", reportOnNoAnswer(answer).message);
  if (answer.status === 200) return passed("template", `the index template "${template.name}" is there`);
  if (answer.status === 404) {
    return passed(
      "template",
      `the index template "${template.name}" is missing, the daemon will put it at start`,
    );
  }
  return failed(
    "template",
    `the index template "${template.name}" cannot be seen: ${describeAnswer(answer)}. Have someone with the right put it, or say template: off`,
  );
}

function passed(name: string, message: string): ProbeResult {
  return { name, ok: true, message };
}

function failed(name: string, message: string): ProbeResult {
  return { name, ok: false, message };
}
