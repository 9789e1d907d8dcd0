/** What `verify` found, for programs and for people. */
import picocolors from "picocolors";
import type { FileFates, LaneProof } from "../verify/verify.ts";
import type { Terminal } from "./command.ts";
import { type Cell, counted, formatCount, renderTable, withoutControls } from "./table.ts";
import type { ProofReport, ProofRequest } from "./verify-run.ts";

/** Of more gaps people only want to know how many. */
const GAPS_SHOWN = 20;

const COLUMNS = [
  { title: "file" },
  { title: "sink" },
  ...["lines", "stored", "duplicate", "dead letters", "skipped", "missing"].map((title) => ({
    title,
    isNumber: true,
  })),
];

/** True if every sink that can be verified was, and misses nothing. */
export function isProven({ lanes, unverifiable }: ProofReport, { isNamed }: { isNamed: boolean }): boolean {
  if (isNamed && unverifiable.size > 0) return false;
  return lanes.every(({ missing, fault }) => missing === 0 && fault === undefined);
}

/** The answer of `verify --json`. */
export function proofJson(report: ProofReport, request: { isNamed: boolean }) {
  return {
    ok: isProven(report, request),
    files: report.lanes.flatMap(({ files }) => files).map(fileJson),
    gaps: report.gaps,
  };
}

function fileJson({ name, sink, lines, stored, duplicate, deadLetter, skipped, missing }: FileFates) {
  return { name, sink, lines, stored, duplicate, dead_letter: deadLetter, skipped, missing };
}

/** Writes the table and the gaps to standard output, and remarks to standard error. */
export function printProof(report: ProofReport, request: ProofRequest, terminal: Terminal): void {
  if (!request.json) {
    const files = report.lanes.flatMap(({ files }) => files);
    if (files.length > 0)
      terminal.out(
        renderTable({ columns: COLUMNS, rows: files.map(rowOf), totals: totalsOf(files) }, terminal),
      );
    terminal.out(verdictLines(report, request, terminal));
  }
  terminal.err(
    remarks(report)
      .map((remark) => `${withoutControls(remark)}\n`)
      .join(""),
  );
}

function rowOf(file: FileFates): readonly Cell[] {
  const { name, sink, lines, stored, duplicate, deadLetter, skipped, missing } = file;
  return [name, sink, lines, stored, duplicate, deadLetter, skipped, missing];
}

function totalsOf(files: readonly FileFates[]): readonly Cell[] {
  const sum = (count: (file: FileFates) => number) => files.reduce((total, file) => total + count(file), 0);
  return [
    ...["", "", sum(({ lines }) => lines), sum(({ stored }) => stored), sum(({ duplicate }) => duplicate)],
    ...[sum(({ deadLetter }) => deadLetter), sum(({ skipped }) => skipped), sum(({ missing }) => missing)],
  ];
}

function verdictLines(report: ProofReport, request: ProofRequest, terminal: Terminal): string {
  const colors = picocolors.createColors(terminal.isInteractive && !terminal.environment["NO_COLOR"]);
  const missing = report.lanes.reduce((sum, lane) => sum + lane.missing, 0);
  if (missing === 0) {
    if (!isProven(report, request)) return "Not proven: see below.\n";
    return `${reservation(report) ?? colors.green("No gap: every line has its fate.")}\n`;
  }
  const shown = report.gaps.slice(0, GAPS_SHOWN);
  const lines = shown.map(({ file, sink, offset, id }) => `  ${sink}: ${file} at byte ${offset} (${id})`);
  const more = missing - shown.length;
  return [
    colors.red(`${formatCount(missing)} ${missing === 1 ? "line is" : "lines are"} missing:`),
    ...lines.map(withoutControls),
    ...(more > 0 ? [`  and ${formatCount(more)} more`] : []),
    ...(request.repair ? [] : ["Send them again with: mem0-audit-shipper verify --repair"]),
    "",
  ].join("\n");
}

/** What a report without a gap does not prove; undefined if all lines that there are have their fate. */
function reservation({ lanes, unverifiable }: ProofReport): string | undefined {
  if (lanes.length === 0 && unverifiable.size > 0) return "Nothing was proven: see below.";
  const behind = lanes.filter(({ lagBytes }) => lagBytes > 0);
  if (lanes.every(({ files }) => files.every(({ lines }) => lines === 0))) {
    const none = behind.length === 0 ? "there are no lines" : "no line of these files was delivered yet";
    return `Nothing to prove: ${none}.`;
  }
  if (behind.length === 0) return undefined;
  const lagBytes = behind.reduce((sum, lane) => sum + lane.lagBytes, 0);
  const sinks = behind.length === 1 ? "" : `, summed over ${behind.length} sinks,`;
  const bytes = `${counted(lagBytes, "byte")}${sinks} ${lagBytes === 1 ? "is" : "are"}`;
  return `No gap in what was delivered: ${bytes} not delivered yet.`;
}

function remarks(report: ProofReport): readonly string[] {
  const { lanes, unverifiable, repair, gaps, notKept } = report;
  const missing = lanes.reduce((sum, lane) => sum + lane.missing, 0);
  return [
    ...lanes.flatMap(laneRemarks),
    ...[...unverifiable].map(([sink, message]) => `${sink}: ${message}`),
    ...(missing > gaps.length ? [`only the first ${formatCount(gaps.length)} gaps are listed`] : []),
    ...(repair === undefined
      ? []
      : [`sent again: ${formatCount(repair.sent)}, now dead letters: ${formatCount(repair.deadLetters)}`]),
    ...[...(repair?.givenUp ?? [])].map(
      ([sink, reason]) => `${sink}: not all could be sent again: ${reason}`,
    ),
    ...(notKept === undefined ? [] : [notKept]),
  ];
}

function laneRemarks({ sink, lagBytes, lagFiles, expired, fault }: LaneProof): readonly string[] {
  const files = lagFiles === 1 ? "1 file" : `${formatCount(lagFiles)} files`;
  return [
    ...(fault === undefined ? [] : [`${sink}: not proven: ${fault}`]),
    ...(lagBytes === 0
      ? []
      : [
          `${sink}: ${formatCount(lagBytes)} bytes of ${files} are not delivered yet: that is lag, not a gap`,
        ]),
    ...(expired === 0
      ? []
      : [
          `${sink}: ${formatCount(expired)} lines are older than the sink keeps any: taken for stored, since they lie before its position`,
        ]),
  ];
}
