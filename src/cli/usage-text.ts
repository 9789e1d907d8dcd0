/** The answers of `usage`, for people. */
import { displayUsd } from "../cost/money.ts";
import type { UsageReport } from "../usage/answer.ts";
import type { DimensionValue } from "../usage/dimension.ts";
import type { ErrorsAnswer } from "../usage/errors.ts";
import type { Range } from "../usage/period.ts";
import type { SlowestAnswer } from "../usage/slowest.ts";
import { rate, type UsageSums } from "../usage/sums.ts";
import type { Terminal } from "./command.ts";
import { type Cell, type Column, formatCount, renderTable } from "./table.ts";

const NONE = "(none)";

const FIGURE_COLUMNS: readonly Column[] = [
  "requests",
  "errors",
  "error rate",
  "LLM calls",
  "input tokens",
  "output tokens",
  "embedding calls",
  "cost",
].map((title) => ({ title, isNumber: true }));

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function costCell({ totalPicousd, unpricedRecords, suspectRecords }: UsageSums): string {
  const amount = displayUsd(totalPicousd);
  const mark = suspectRecords > 0 ? " *" : "";
  if (unpricedRecords === 0) return `${amount}${mark}`;
  return `>= ${amount} (${counted(unpricedRecords, "record")} unpriced)${mark}`;
}

function figureCells(sums: UsageSums): Cell[] {
  return [
    sums.requests,
    sums.errors,
    percent(rate(sums.errors, sums.requests)),
    sums.llmCalls,
    sums.inputTokens,
    sums.outputTokens,
    sums.embeddingCalls,
    costCell(sums),
  ];
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
    const records = `* ${counted(totals.suspectRecords, "usage record")}`;
    lines.push(`${records} may count too much: the service counts calls again when requests overlap.`);
    if (totals.lowerBoundPicousd < totals.totalPicousd)
      lines.push(`  Counting calls that look alike once leaves ${displayUsd(totals.lowerBoundPicousd)}.`);
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

/** The report as a table with totals, and below it what one must know about its figures. */
export function usageText(report: UsageReport, limit: number | undefined, terminal: Terminal): string {
  const { by, groups, totals, range, zone } = report;
  const dimensions: Column[] = by.map((title) => ({ title, isNumber: title === "status" }));
  const rows = groups
    .slice(0, limit)
    .map(({ values, sums }) => [...values.map(nameCell), ...figureCells(sums)]);
  const totalName = by.map((_dimension, index) => (index === 0 ? "total" : ""));
  const table = renderTable(
    {
      columns: [...dimensions, ...FIGURE_COLUMNS],
      rows,
      totals: [...totalName, ...figureCells(totals)],
    },
    terminal,
  );
  return rangeLine(range, zone.name) + table + more(groups.length - rows.length) + remarks(report);
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
