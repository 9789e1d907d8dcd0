/** The answer of `usage reprice`, for people. */
import { displayUsd } from "../cost/money.ts";
import type { LeftAloneReason } from "../store/reprice.ts";
import { type CostChange, differenceOf, type RecordsCost, type RepriceReport } from "../usage/reprice.ts";
import type { Terminal } from "./command.ts";
import { type Cell, type Column, counted, formatCount, renderTable, withoutControls } from "./table.ts";

const COLUMNS: readonly Column[] = [
  { title: "model" },
  ...["records before", "records after", "cost before", "cost after", "difference"].map((title) => ({
    title,
    isNumber: true,
  })),
];

const WHY_LEFT: Readonly<Record<LeftAloneReason, string>> = {
  price_gone: "their old price is not known any more",
  not_computable:
    "their cost is not just tokens times price (cached tokens, or tokens that were not counted)",
  undecided: "another model or price begins within their quarter of an hour, or their kind is not known",
};

function costCell({ totalPicousd, unpricedRecords }: RecordsCost): string {
  const amount = displayUsd(totalPicousd);
  return unpricedRecords === 0n ? amount : `>= ${amount} (${formatCount(Number(unpricedRecords))} unpriced)`;
}

function cells(change: CostChange): Cell[] {
  const { before, after } = change;
  const difference = differenceOf(change);
  return [
    Number(before.usageRecords),
    Number(after.usageRecords),
    costCell(before),
    costCell(after),
    difference > 0n ? `+${displayUsd(difference)}` : displayUsd(difference),
  ];
}

function leftAlone({ leftAlone }: RepriceReport): string[] {
  return Object.entries(WHY_LEFT).flatMap(([reason, why]) => {
    const { usageRecords, priceIds } = leftAlone[reason as LeftAloneReason];
    if (usageRecords === 0n) return [];
    const prices = priceIds.length === 0 ? "" : `; price_id ${priceIds.map(withoutControls).join(", ")}`;
    return [`Left alone: ${counted(Number(usageRecords), "usage record")}, since ${why}${prices}.`];
  });
}

function outcome({ applied, repricedRecords, leftAlone }: RepriceReport): string {
  if (repricedRecords === 0n) {
    const isAll = Object.values(leftAlone).every(({ usageRecords }) => usageRecords === 0n);
    return isAll ? "All costs are those of the present prices." : "No other cost differs.";
  }
  if (applied)
    return `${counted(Number(repricedRecords), "usage record")} repriced. A daemon that runs goes on with the prices it has read: send it SIGHUP.`;
  return `${counted(Number(repricedRecords), "usage record")} would be repriced. Nothing is changed yet: add --apply.`;
}

/** The difference by model as a table, and below it what was left alone and whether it was applied. */
export function repriceText(report: RepriceReport, terminal: Terminal): string {
  const { models, totals } = report;
  if (models.length === 0) return "No usage records.\n";
  const table = renderTable(
    {
      columns: COLUMNS,
      rows: models.map((change) => [change.model, ...cells(change)]),
      totals: ["total", ...cells(totals)],
    },
    terminal,
  );
  const lines = [...leftAlone(report), outcome(report)];
  return `${table}\n${lines.join("\n")}\n`;
}
