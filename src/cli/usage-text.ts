/** The answers of `usage`, for people. */
import { stripVTControlCharacters } from "node:util";
import { displayUsd } from "../cost/money.ts";
import type { UsageReport } from "../usage/answer.ts";
import type { DimensionValue } from "../usage/dimension.ts";
import type { ErrorsAnswer } from "../usage/errors.ts";
import type { Range } from "../usage/period.ts";
import type { SlowestAnswer } from "../usage/slowest.ts";
import { rate, type UsageSums } from "../usage/sums.ts";
import { bar } from "./bar.ts";
import type { Terminal } from "./command.ts";
import { type Cell, type Column, formatCount, renderTable } from "./table.ts";

const NONE = "(none)";

/** Characters of the longest bar. */
const BAR_WIDTH = 12;

/** A figure of every row. */
interface Figure {
  readonly title: string;
  readonly cell: (sums: Readonly<UsageSums>) => Cell;
}

const FIGURES: readonly Figure[] = [
  { title: "requests", cell: (sums) => sums.requests },
  { title: "errors", cell: (sums) => sums.errors },
  { title: "error rate", cell: ({ errors, requests }) => percent(rate(errors, requests)) },
  { title: "LLM calls", cell: (sums) => sums.llmCalls },
  { title: "input tokens", cell: (sums) => sums.inputTokens },
  { title: "output tokens", cell: (sums) => sums.outputTokens },
  { title: "embedding calls", cell: (sums) => sums.embeddingCalls },
  { title: "cost", cell: costCell },
];
const UNPRICED: Figure = { title: "unpriced", cell: (sums) => sums.unpricedRecords };
const SUSPECT: Figure = { title: "suspect *", cell: (sums) => sums.suspectRecords };

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function costCell({ totalPicousd, unpricedRecords }: Readonly<UsageSums>): string {
  const amount = displayUsd(totalPicousd);
  return unpricedRecords === 0 ? amount : `>= ${amount}`;
}

/** What stands in every row; doubts only where there are any. */
function figuresOf(totals: Readonly<UsageSums>): readonly Figure[] {
  return [
    ...FIGURES,
    ...(totals.unpricedRecords > 0 ? [UNPRICED] : []),
    ...(totals.suspectRecords > 0 ? [SUSPECT] : []),
  ];
}

/** Each row's share of the cost as a bar, the longest as wide as the column. */
function shareColumn({ groups, totals }: UsageReport): { readonly column: Column; readonly cells: Cell[] } {
  const shareOf = ({ totalPicousd }: Readonly<UsageSums>) =>
    rate(Number(totalPicousd), Number(totals.totalPicousd));
  const largest = Math.max(...groups.map(({ sums }) => shareOf(sums)));
  const cells = groups.map(({ sums }) => {
    const share = shareOf(sums);
    return `${percent(share).padStart(7)} ${bar(rate(share, largest), BAR_WIDTH)}`;
  });
  return { column: { title: "share of cost" }, cells };
}

function nameCell(value: DimensionValue): string {
  return value === null ? NONE : String(value);
}

function rangeLine({ start, end }: Range, tz: string): string {
  if (start === null && end === null) return "";
  return `${start ?? "the beginning"} to ${end ?? "now"} (${tz})\n\n`;
}

function remarks({ totals, assumedModels }: UsageReport): string {
  const lines: string[] = [];
  if (totals.suspectRecords > 0) {
    const { totalPicousd, lowerBoundPicousd, suspectRecords, usageRecords } = totals;
    const counts = `${formatCount(suspectRecords)} of ${formatCount(usageRecords)} suspect`;
    lines.push(
      `* reported ${displayUsd(totalPicousd)}, at least ${displayUsd(lowerBoundPicousd)}, ${counts}:`,
      "  the service counts calls again when requests overlap.",
    );
  }
  if (totals.unpricedRecords > 0)
    lines.push("Records of models without a known price are not in the cost: see `prices`.");
  if (assumedModels.length > 0)
    lines.push(
      `The records do not name their model. Assumed: ${assumedModels.join(", ")}; set LLM_MODEL and EMBEDDING_MODEL, or \`models:\`.`,
    );
  if (totals.usageRecords > 0) lines.push("Costs are list prices, not a bill.");
  return lines.length === 0 ? "" : `\n${lines.join("\n")}\n`;
}

function more(hidden: number): string {
  return hidden > 0 ? `... and ${counted(hidden, "more row")}; the total counts them all\n` : "";
}

function totalsTable(
  report: UsageReport,
  limit: number | undefined,
  terminal: Terminal,
  hasBars: boolean,
): string {
  const { by, groups, totals } = report;
  const figures = figuresOf(totals);
  const cellsOf = (sums: Readonly<UsageSums>) => figures.map(({ cell }) => cell(sums));
  const share = hasBars ? shareColumn(report) : undefined;
  const rows = groups
    .slice(0, limit)
    .map(({ values, sums }, index) => [
      ...values.map(nameCell),
      ...cellsOf(sums),
      ...(share ? [share.cells[index] ?? ""] : []),
    ]);
  const dimensions: Column[] = by.map((title) => ({ title, isNumber: title === "status" }));
  const columns = [
    ...dimensions,
    ...figures.map(({ title }) => ({ title, isNumber: true })),
    ...(share ? [share.column] : []),
  ];
  const totalName = by.map((_dimension, index) => (index === 0 ? "total" : ""));
  return renderTable(
    { columns, rows, totals: [...totalName, ...cellsOf(totals), ...(share ? [""] : [])] },
    terminal,
  );
}

/** With bars on a terminal that is wide enough for them; a program that reads the text gets none. */
function widestTable(report: UsageReport, limit: number | undefined, terminal: Terminal): string {
  const plain = totalsTable(report, limit, terminal, false);
  if (!terminal.isInteractive || report.groups.length < 2 || report.totals.totalPicousd === 0n) return plain;
  const withBars = totalsTable(report, limit, terminal, true);
  const isTooWide = stripVTControlCharacters(withBars)
    .split("\n")
    .some((line) => line.length > terminal.columns);
  return isTooWide ? plain : withBars;
}

/** The report as a table with totals, and below it what one must know about its figures. */
export function usageText(report: UsageReport, limit: number | undefined, terminal: Terminal): string {
  const { groups, range, zone } = report;
  const hidden = limit === undefined ? 0 : groups.length - limit;
  return rangeLine(range, zone.name) + widestTable(report, limit, terminal) + more(hidden) + remarks(report);
}

/** The slowest requests as a table. */
export function slowestText({ rows }: SlowestAnswer, terminal: Terminal): string {
  if (rows.length === 0) return "No requests.\n";
  return renderTable(
    {
      columns: [
        { title: "elapsed ms", isNumber: true },
        { title: "path" },
        { title: "agent" },
        { title: "user" },
        { title: "status", isNumber: true },
        { title: "time" },
      ],
      rows: rows.map((row) => [
        row.elapsed_ms,
        row.path ?? NONE,
        row.agent_id ?? NONE,
        row.user_id ?? NONE,
        nameCell(row.status),
        row.ts,
      ]),
    },
    terminal,
  );
}

/** The error rate in one sentence, and where the errors are as a table. */
export function errorsText(answer: ErrorsAnswer, limit: number | undefined, terminal: Terminal): string {
  const { total, errors } = answer;
  const sentence = `${formatCount(errors)} of ${counted(total, "request")} failed: ${percent(answer.rate)}\n`;
  if (answer.rows.length === 0) return sentence;
  const rows = answer.rows.slice(0, limit);
  const table = renderTable(
    {
      columns: [
        { title: "status", isNumber: true },
        { title: "path" },
        { title: "requests", isNumber: true },
      ],
      rows: rows.map(({ status, path, requests }) => [String(status), path ?? NONE, requests]),
    },
    terminal,
  );
  return `${sentence}\n${table}${more(answer.rows.length - rows.length)}`;
}
