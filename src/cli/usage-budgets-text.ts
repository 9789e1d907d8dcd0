/** The answer of `usage budgets`, for people. */
import { spentRatio } from "../budget/answer.ts";
import type { BudgetStatus } from "../budget/status.ts";
import { displayUsd } from "../cost/money.ts";
import type { TimeZone } from "../usage/time-zone.ts";
import { bar } from "./bar.ts";
import type { Terminal } from "./command.ts";
import { type Cell, type Column, counted, renderFitting, shorten, type TableContent } from "./table.ts";

/** Characters of a bar that stands for the whole amount. */
const BAR_WIDTH = 12;

/** What names are cut to where even the last columns need too much room. */
const NAME_LENGTHS = [24, 16, 12];

/** A column of the table; one that is only there if it says something has a `hasContent`. */
interface BudgetColumn extends Column {
  readonly cell: (status: BudgetStatus) => Cell;
  readonly hasContent?: (status: BudgetStatus) => boolean;
  /** Where there is not room for all, the lowest goes first; those without one stay. */
  readonly leaves?: number;
  /** Names may be cut. */
  readonly isName?: boolean;
}

const COLUMNS: readonly BudgetColumn[] = [
  { title: "budget", isName: true, cell: ({ budget }) => budget },
  { title: "scope", cell: ({ scope }) => scope, leaves: 1 },
  {
    title: "value",
    isName: true,
    cell: ({ value, scope }) => value ?? (scope === "all" ? "" : "(all together)"),
    hasContent: ({ scope }) => scope !== "all",
  },
  { title: "period", cell: periodCell, leaves: 4 },
  { title: "amount", isNumber: true, cell: ({ amountPicousd }) => displayUsd(amountPicousd) },
  { title: "spent", isNumber: true, cell: (status) => atLeast(status, status.spentPicousd) },
  { title: "share", isNumber: true, cell: shareCell },
  { title: "", cell: (status) => bar(spentRatio(status), BAR_WIDTH), leaves: 3 },
  { title: "reached", isNumber: true, cell: reachedCell, leaves: 2 },
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
  return `${(spentRatio(status) * 100).toFixed(1)} %`;
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
  return hidden > 0 ? `... and ${counted(hidden, "more row")}\n` : "";
}

function tableOf(
  statuses: readonly BudgetStatus[],
  columns: readonly BudgetColumn[],
  nameLengthMax = Number.POSITIVE_INFINITY,
): TableContent {
  const rows = statuses.map((status) =>
    columns.map(({ cell, isName }) => (isName ? shorten(String(cell(status)), nameLengthMax) : cell(status))),
  );
  return { columns, rows };
}

/** From what says most to what needs least room. */
function* tables(
  statuses: readonly BudgetStatus[],
  columns: readonly BudgetColumn[],
): Generator<TableContent> {
  const ranks = columns.flatMap(({ leaves }) => leaves ?? []).sort((one, other) => one - other);
  const choices = [0, ...ranks].map((gone) =>
    columns.filter(({ leaves = Number.POSITIVE_INFINITY }) => leaves > gone),
  );
  for (const choice of choices) yield tableOf(statuses, choice);
  for (const lengthMax of NAME_LENGTHS) yield tableOf(statuses, choices.at(-1) ?? [], lengthMax);
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
  const table = renderFitting(tableOf(shown, columns), tables(shown, columns), terminal);
  return `Days in ${zone.name}\n\n${table}${more(statuses.length - shown.length)}\n${remarks(shown)}\n`;
}
