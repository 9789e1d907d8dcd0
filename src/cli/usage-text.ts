/** The answers of `usage`, for people. */
import { displayUsd } from "../cost/money.ts";
import type { UsageReport } from "../usage/answer.ts";
import type { DimensionValue } from "../usage/dimension.ts";
import type { ErrorsAnswer } from "../usage/errors.ts";
import type { Range } from "../usage/period.ts";
import type { SlowestAnswer } from "../usage/slowest.ts";
import { rate, type UsageSums } from "../usage/sums.ts";
import { bar } from "./bar.ts";
import type { Terminal } from "./command.ts";
import {
  type Cell,
  type Column,
  counted,
  formatCount,
  renderFitting,
  renderTable,
  shorten,
  type TableContent,
} from "./table.ts";
import { figuresOf, type Layout, percent } from "./usage-columns.ts";

const NONE = "(none)";

/** Characters of the longest bar. */
const BAR_WIDTH = 12;

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

/** How a table of usage may look. */
interface Look {
  readonly layout: Layout;
  readonly hasBars: boolean;
  /** Longer names are cut in the middle. */
  readonly nameLengthMax: number;
}

function totalsTable(report: UsageReport, limit: number | undefined, look: Look): TableContent {
  const { by, groups, totals } = report;
  const figures = figuresOf(look.layout, totals);
  const cellsOf = (sums: Readonly<UsageSums>) => figures.map(({ cell }) => cell(sums));
  const share = look.hasBars ? shareColumn(report) : undefined;
  const rows = groups
    .slice(0, limit)
    .map(({ values, sums }, index) => [
      ...values.map((value) => shorten(nameCell(value), look.nameLengthMax)),
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
  return { columns, rows, totals: [...totalName, ...cellsOf(totals), ...(share ? [""] : [])] };
}

/** From the widest to the narrowest. */
const LAYOUTS: readonly Layout[] = ["full", "compact", "narrow"];

/** The name of a Bedrock model is long; its beginning and its end tell it from others. */
const NAME_LENGTHS = [Number.POSITIVE_INFINITY, 24, 16, 12];

/** From what says most to what needs least room. Bars are worth more than digits. */
function* tables(report: UsageReport, limit: number | undefined): Generator<TableContent> {
  const { groups, totals } = report;
  const barChoices = groups.length < 2 || totals.totalPicousd === 0n ? [false] : [true, false];
  for (const nameLengthMax of NAME_LENGTHS)
    for (const hasBars of barChoices)
      for (const layout of LAYOUTS) yield totalsTable(report, limit, { layout, hasBars, nameLengthMax });
}

/** All but bars, which say nothing to a program. */
const EVERYTHING: Look = { layout: "full", hasBars: false, nameLengthMax: Number.POSITIVE_INFINITY };

/** The report as a table with totals, and below it what one must know about its figures. */
export function usageText(report: UsageReport, limit: number | undefined, terminal: Terminal): string {
  const { groups, range, zone } = report;
  const hidden = limit === undefined ? 0 : groups.length - limit;
  const table = renderFitting(totalsTable(report, limit, EVERYTHING), tables(report, limit), terminal);
  return rangeLine(range, zone.name) + table + more(hidden) + remarks(report);
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
