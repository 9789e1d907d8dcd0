/** The answer of `usage budgets`, for people. */
import { spentRatio } from "../budget/answer.ts";
import type { BudgetStatus } from "../budget/status.ts";
import { displayUsd } from "../cost/money.ts";
import type { TimeZone } from "../usage/time-zone.ts";
import { bar } from "./bar.ts";
import type { Terminal } from "./command.ts";
import { type Cell, type Column, formatCount, renderTable } from "./table.ts";

/** Characters of a bar that stands for the whole amount. */
const BAR_WIDTH = 12;

/** A column of the table; one that is only there if it says something has a `hasContent`. */
interface BudgetColumn extends Column {
  readonly cell: (status: BudgetStatus) => Cell;
  readonly hasContent?: (status: BudgetStatus) => boolean;
}

const COLUMNS: readonly BudgetColumn[] = [
  { title: "budget", cell: ({ budget }) => budget },
  { title: "scope", cell: ({ scope }) => scope },
  {
    title: "value",
    cell: ({ value, scope }) => value ?? (scope === "all" ? "" : "(all together)"),
    hasContent: ({ scope }) => scope !== "all",
  },
  { title: "period", cell: periodCell },
  { title: "amount", isNumber: true, cell: ({ amountPicousd }) => displayUsd(amountPicousd) },
  { title: "spent", isNumber: true, cell: (status) => atLeast(status, status.spentPicousd) },
  { title: "spent share", cell: shareCell },
  { title: "reached", isNumber: true, cell: reachedCell },
  { title: "forecast", isNumber: true, cell: forecastCell },
  {
    title: "unpriced",
    isNumber: true,
    cell: ({ unpricedRecords }) => unpricedRecords,
    hasContent: ({ unpricedRecords }) => unpricedRecords > 0,
  },
  {
    title: "suspect",
    isNumber: true,
    cell: ({ suspectRecords }) => suspectRecords,
    hasContent: ({ suspectRecords }) => suspectRecords > 0,
  },
];

function periodCell({ period: { start, end } }: BudgetStatus): string {
  return start === end ? start : `${start} to ${end}`;
}

/** What unpriced records cost comes on top. */
function atLeast({ partial }: BudgetStatus, picousd: bigint): string {
  return partial ? `>= ${displayUsd(picousd)}` : displayUsd(picousd);
}

function shareCell(status: BudgetStatus): string {
  const ratio = spentRatio(status);
  return `${(ratio * 100).toFixed(1).padStart(6)} % ${bar(ratio, BAR_WIDTH)}`;
}

/** The highest threshold that is met. */
function reachedCell({ crossed }: BudgetStatus): string {
  const highest = crossed.at(-1);
  return highest === undefined ? "" : `${Number((highest * 100).toFixed(2))} %`;
}

function forecastCell(status: BudgetStatus): string {
  return status.forecastPicousd === undefined ? "-" : atLeast(status, status.forecastPicousd);
}

function remarks(statuses: readonly BudgetStatus[]): string {
  const lines: string[] = [];
  if (statuses.some(({ partial }) => partial))
    lines.push("Partial (>=): records of models without a known price are not in the cost: see `prices`.");
  if (statuses.some(({ suspectRecords }) => suspectRecords > 0))
    lines.push("Suspect: the service counts calls again when requests overlap; less may have been spent.");
  if (statuses.some(({ forecastPicousd }) => forecastPicousd === undefined))
    lines.push("A forecast needs 24 hours of data.");
  return [...lines, "Costs are list prices, not a bill; budgets hold nothing back."].join("\n");
}

function more(hidden: number): string {
  return hidden > 0 ? `... and ${formatCount(hidden)} more row${hidden === 1 ? "" : "s"}\n` : "";
}

/** The statuses as a table, and below it what one must know about its figures. */
export function budgetsText(
  statuses: readonly BudgetStatus[],
  { zone, limit }: { readonly zone: TimeZone; readonly limit: number | undefined },
  terminal: Terminal,
): string {
  if (statuses.length === 0) return "Nobody has spent anything that a budget is about.\n";
  const shown = statuses.slice(0, limit);
  const columns = COLUMNS.filter(({ hasContent }) => hasContent === undefined || shown.some(hasContent));
  const rows = shown.map((status) => columns.map(({ cell }) => cell(status)));
  const table = renderTable({ columns, rows }, terminal);
  return `Days in ${zone.name}\n\n${table}${more(statuses.length - shown.length)}\n${remarks(shown)}\n`;
}
