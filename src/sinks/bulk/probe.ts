/** The questions of `check` to a search server, each answered by one sentence. */
import type { ProbeResult } from "../sink.ts";
import { type Answer, member, readJson, type SearchTransport } from "./answer.ts";
import { tryWriting, type WriteTarget } from "./dry-write.ts";
import { describeIdentity, describeMistake, type Flavour, identityOf } from "./flavour.ts";
import { mayPutTemplates, tryWritingAllowed } from "./privileges.ts";
import { describeAnswer, obstacle, reportOnNoAnswer } from "./refusal.ts";
import type { IndexTemplate } from "./template.ts";
import { askForTemplate } from "./template-put.ts";

/** A difference of clocks that breaks signed requests: AWS refuses above five minutes. */
const CLOCK_SKEW_MS_MAX = 5 * 60_000;

const AT_LEAST_ONCE =
  "this destination takes no ids of ours, so delivery is at least once: a line that is sent again is there twice, with the same event.id";

export interface ProbeSubject {
  readonly transport: SearchTransport;
  readonly flavour: Flavour;
  /** The index of today, or the data stream. */
  readonly target: WriteTarget;
  /** Undefined if the configuration says `template: off`. */
  readonly template: IndexTemplate | undefined;
  readonly nowMs: number;
}

/** Asks all questions; the rest is not asked of a server that cannot be reached, does not know us or is the wrong one. */
export async function probe(subject: ProbeSubject, signal: AbortSignal): Promise<readonly ProbeResult[]> {
  const root = await subject.transport.send({ method: "GET", path: "/" }, signal);
  if (root.status === undefined) return [failed("connection", reportOnNoAnswer(root).message)];
  if (root.status === 401 || root.status >= 500) return [failed("connection", obstacle(root, 0).message)];
  // AWS refuses a wrong signature with 403 as well, so only an answer tells that the credentials are right.
  const credentials = root.status === 200 ? " and takes the credentials" : "";
  const connection = passed("connection", `the server answers${credentials}`);
  const mistake = describeMistake(identityOf(root), subject.flavour);
  if (mistake !== undefined) return [connection, failed("version", mistake)];
  const results = [connection, await probeVersion(root, subject, signal)];
  const clock = probeClock(root, subject.nowMs);
  if (clock !== undefined) results.push(clock);
  const tryToWrite = subject.flavour.tellsPrivileges ? tryWritingAllowed : tryWriting;
  const writing = await tryToWrite(subject.transport, subject.target, signal);
  results.push({ name: "write", ok: writing.canWrite, message: writing.message });
  if (!subject.target.documentIds) results.push(passed("ids", AT_LEAST_ONCE));
  if (subject.template !== undefined) results.push(await probeTemplate(subject.template, subject, signal));
  return results;
}

async function probeVersion(
  root: Answer,
  { transport, flavour }: ProbeSubject,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const identity = identityOf(root);
  const { product = flavour.product, isServerless } = identity;
  if (identity.product === undefined && root.status === 200)
    return failed("version", `expected ${product}, found something else: check endpoints`);
  const version = identity.version ?? (isServerless ? undefined : await askNode(transport, signal));
  if (version === undefined && !isServerless)
    return passed("version", "the server does not tell its version to this user");
  const found = describeIdentity({ product, version, isServerless });
  return version !== undefined && isOlder(version, flavour.versionMin)
    ? failed("version", `expected ${flavour.versionMin.join(".")} or newer, found ${found}: upgrade it`)
    : passed("version", found);
}

function isOlder(version: string, [majorMin, minorMin]: Flavour["versionMin"]): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < majorMin || (major === majorMin && minor < minorMin);
}

/** The version of the node that answers, where `GET /` does not tell it. */
async function askNode(transport: SearchTransport, signal: AbortSignal): Promise<string | undefined> {
  const query = { filter_path: "nodes.*.version" };
  const answer = await transport.send({ method: "GET", path: "/_nodes/_local", query }, signal);
  if (answer.status !== 200) return undefined;
  const [node] = Object.values(member(readJson(answer.body), "nodes") ?? {});
  const version = member(node, "version");
  return typeof version === "string" ? version.slice(0, 40) : undefined;
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
  template: IndexTemplate,
  { transport, flavour }: ProbeSubject,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const named = `the index template "${template.name}"`;
  const remedy = "have someone with the right put it, or say template: off";
  const answer = await askForTemplate(transport, template, signal);
  if (answer.status === undefined) return failed("template", reportOnNoAnswer(answer).message);
  if (answer.status === 200) return passed("template", `${named} is there`);
  if (answer.status !== 404)
    return failed("template", `${named} cannot be seen: ${describeAnswer(answer)}; ${remedy}`);
  return !flavour.tellsPrivileges || (await mayPutTemplates(transport, signal))
    ? passed("template", `${named} is missing, the daemon will put it at start`)
    : failed("template", `${named} is missing, and this user lacks the privilege to put it: ${remedy}`);
}

function passed(name: string, message: string): ProbeResult {
  return { name, ok: true, message };
}

function failed(name: string, message: string): ProbeResult {
  return { name, ok: false, message };
}
