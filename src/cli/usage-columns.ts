/** The columns of the usage table: fewer and shorter ones for a terminal that is not wide enough for all. */
import { displayUsd } from "../cost/money.ts";
import { formatCompact } from "../http/format.ts";
import { rate, type UsageSums } from "../usage/sums.ts";
import type { Cell } from "./table.ts";

/** A figure of every row. */
export interface Figure {
  readonly title: string;
  readonly cell: (sums: Readonly<UsageSums>) => Cell;
}

/** From all figures to those that nobody wants to miss. */
export type Layout = "full" | "compact" | "narrow";

const REQUESTS: Figure = { title: "requests", cell: ({ requests }) => requests };
const ERRORS: Figure = { title: "errors", cell: ({ errors }) => errors };
const ERROR_RATE: Figure = {
  title: "error rate",
  cell: ({ errors, requests }) => percent(rate(errors, requests)),
};
const COST: Figure = { title: "cost", cell: costCell };

const FIGURES: Readonly<Record<Layout, readonly Figure[]>> = {
  full: [
    REQUESTS,
    ERRORS,
    ERROR_RATE,
    { title: "LLM calls", cell: ({ llmCalls }) => llmCalls },
    { title: "input tokens", cell: ({ inputTokens }) => inputTokens },
    { title: "output tokens", cell: ({ outputTokens }) => outputTokens },
    { title: "embedding calls", cell: ({ embeddingCalls }) => embeddingCalls },
    COST,
  ],
  compact: [
    REQUESTS,
    ERROR_RATE,
    { title: "calls", cell: ({ llmCalls, embeddingCalls }) => llmCalls + embeddingCalls },
    { title: "tokens in", cell: ({ inputTokens }) => formatCompact(inputTokens) },
    { title: "out", cell: ({ outputTokens }) => formatCompact(outputTokens) },
    COST,
  ],
  narrow: [
    REQUESTS,
    ERRORS,
    { title: "tokens", cell: ({ inputTokens, outputTokens }) => formatCompact(inputTokens + outputTokens) },
    COST,
  ],
};

const UNPRICED: Figure = { title: "unpriced", cell: ({ unpricedRecords }) => unpricedRecords };
const SUSPECT: Figure = { title: "suspect *", cell: ({ suspectRecords }) => suspectRecords };

/** A share of 1 as `2.0 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function costCell({ totalPicousd, unpricedRecords }: Readonly<UsageSums>): string {
  const amount = displayUsd(totalPicousd);
  return unpricedRecords === 0 ? amount : `>= ${amount}`;
}

/** What stands in every row; doubts in every layout, but only where there are any. */
export function figuresOf(layout: Layout, totals: Readonly<UsageSums>): readonly Figure[] {
  return [
    ...FIGURES[layout],
    ...(totals.unpricedRecords > 0 ? [UNPRICED] : []),
    ...(totals.suspectRecords > 0 ? [SUSPECT] : []),
  ];
}
