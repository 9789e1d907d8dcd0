/** The answer of `usage requests`, for people. */
import { displayUsd } from "../cost/money.ts";
import { PAIR_WITHIN_MS } from "../usage/pairing.ts";
import type { RequestCosts, RequestCostsReport } from "../usage/request-costs.ts";
import type { Terminal } from "./command.ts";
import { type Cell, type Column, counted, formatCount, renderTable } from "./table.ts";

const COLUMNS: readonly Column[] = [
  "requests",
  "paired",
  "cost",
  "mean",
  "p50",
  "p95",
  "per second",
  "failed",
  "cost of failed",
].map((title) => ({ title, isNumber: true }));

const NONE = "(none)";

function amount(picousd: bigint | undefined): string {
  return picousd === undefined ? "-" : displayUsd(picousd);
}

function cells(costs: RequestCosts): Cell[] {
  const { totalPicousd, unpricedRequests } = costs;
  const total = displayUsd(totalPicousd);
  return [
    costs.requests,
    costs.pairedRequests,
    unpricedRequests === 0 ? total : `>= ${total} (${formatCount(unpricedRequests)} unpriced)`,
    amount(costs.meanPicousd),
    amount(costs.p50Picousd),
    amount(costs.p95Picousd),
    amount(costs.perSecondPicousd),
    costs.failedRequests,
    amount(costs.failedPicousd),
  ];
}

function remarks({ totals }: RequestCostsReport): string {
  const { requests, pairedRequests, ambiguousRequests, unpairedUsage, ambiguousUsage } = totals;
  const lines = [
    `${formatCount(pairedRequests)} of ${counted(requests, "request")} have a usage record of the same path, agent and user within ${PAIR_WITHIN_MS} ms.`,
  ];
  if (ambiguousRequests + ambiguousUsage > 0)
    lines.push(
      `Ambiguous, so not paired: ${counted(ambiguousRequests, "request")}, ${counted(ambiguousUsage, "usage record")}.`,
    );
  if (unpairedUsage > 0) lines.push(`Without a request: ${counted(unpairedUsage, "usage record")}.`);
  lines.push("Costs are list prices, not a bill.");
  return `\n${lines.join("\n")}\n`;
}

/** The report as a table with totals, and below it how many were paired. */
export function requestCostsText(
  report: RequestCostsReport,
  limit: number | undefined,
  terminal: Terminal,
): string {
  const { by, groups, totals } = report;
  const shown = groups.slice(0, limit);
  const table = renderTable(
    {
      columns: [...by.map((title) => ({ title })), ...COLUMNS],
      rows: shown.map(({ values, costs }) => [
        ...values.map((value) => (value === null ? NONE : String(value))),
        ...cells(costs),
      ]),
      totals: [...by.map((_dimension, index) => (index === 0 ? "total" : "")), ...cells(totals)],
    },
    terminal,
  );
  const hidden = groups.length - shown.length;
  const more = hidden > 0 ? `... and ${counted(hidden, "more row")}; the total counts them all\n` : "";
  return table + more + remarks(report);
}
