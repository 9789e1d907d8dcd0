/** The figures of the period, one card each. */
import type { UsageSums } from "../../usage/sums.ts";
import { formatCompact, formatCount, formatShare, formatUsd } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { UsageQuery } from "../usage-query.ts";
import type { UsageView } from "./data.ts";

function card(title: string, value: string, remark: string, tone = ""): Html {
  return html`<div class="card ${tone}"><dt>${title}</dt><dd><strong>${value}</strong> <span>${remark}</span></dd></div>`;
}

/** `≥ $0.5489`, which no line end may cut: with records of unknown price the truth is higher. */
export function formatCost({ totalPicousd, unpricedRecords }: UsageSums): string {
  return `${unpricedRecords > 0 ? "≥\u202f" : ""}${formatUsd(totalPicousd)}`;
}

function costCard(sums: UsageSums): Html {
  const remark = hasLowerBound(sums)
    ? `reported; at least ${formatUsd(sums.lowerBoundPicousd)}`
    : "list price, not a bill";
  return card("Cost", formatCost(sums), remark);
}

function successes(view: UsageView, route: string): number {
  const sums = view.overview.routes.find(({ name }) => name === route)?.totals;
  return sums === undefined ? 0 : sums.requests - sums.errors;
}

/** Requests have neither model nor category, so with such a filter there is nothing to say about them. */
function requestCards(view: UsageView, { filters }: UsageQuery): Html[] {
  if (filters.model !== undefined || filters.category !== undefined) {
    return ["Requests", "Success rate", "Memories added", "Searches"].map((title) =>
      card(title, "–", "not known by model or category"),
    );
  }
  const { requests, errors } = view.overview.all.totals;
  const rate = requests === 0 ? "–" : formatShare(requests - errors, requests);
  return [
    card("Requests", formatCompact(requests), "without health checks"),
    card("Success rate", rate, `${formatCount(errors)} ${errors === 1 ? "error" : "errors"}`),
    card("Memories added", formatCompact(successes(view, "memory_create")), "successful creates"),
    card("Searches", formatCompact(successes(view, "memory_search")), "successful searches"),
  ];
}

function recordCards({ usageRecords, suspectRecords, unpricedRecords }: UsageSums): Html[] {
  const recordCard = (title: string, records: number) => {
    const remark = `of ${formatCompact(usageRecords)} usage records`;
    return card(title, formatCompact(records), remark, records > 0 ? "doubtful" : "");
  };
  return [recordCard("Suspect", suspectRecords), recordCard("Unpriced", unpricedRecords)];
}

function hasLowerBound({ lowerBoundPicousd, totalPicousd }: UsageSums): boolean {
  return lowerBoundPicousd < totalPicousd;
}

function suspectRemark(sums: UsageSums): string {
  const { suspectRecords, usageRecords, totalPicousd, lowerBoundPicousd } = sums;
  const counted = `${formatCount(suspectRecords)} of ${formatCount(usageRecords)} suspect`;
  const amounts = hasLowerBound(sums)
    ? `Reported ${formatUsd(totalPicousd)}, at least ${formatUsd(lowerBoundPicousd)}, `
    : "";
  return `${amounts}${counted}: the service counts calls again when requests overlap.`;
}

/** What one must know about the figures. */
function remarks({ overview, breakdown, isComplete }: UsageView): Html[] {
  const { totals } = overview.all;
  const { suspectRecords, usageRecords, unpricedRecords } = totals;
  const { assumedModels } = breakdown;
  const lines = [
    !isComplete && "Lines are still being taken in: the newest figures are not complete.",
    suspectRecords > 0 && suspectRemark(totals),
    unpricedRecords > 0 &&
      `Without a known price, and so not in the cost: ${formatCount(unpricedRecords)} usage ${unpricedRecords === 1 ? "record" : "records"}.`,
    assumedModels.length > 0 &&
      `The records do not name their model. Assumed: ${assumedModels.join(", ")}; set LLM_MODEL and EMBEDDING_MODEL.`,
    usageRecords > 0 && hasLowerBound(totals) && "Costs are list prices, not a bill.",
  ];
  return lines.flatMap((line) => (line === false ? [] : html`<li>${line}</li>`));
}

export function cards(view: UsageView, query: UsageQuery): Html {
  const { totals } = view.overview.all;
  const { inputTokens, outputTokens } = totals;
  const tokens = `${formatCompact(inputTokens)} in, ${formatCompact(outputTokens)} out`;
  const remarkLines = remarks(view);
  return html`<section id="summary" data-live aria-labelledby="summary-title">
<h2 id="summary-title" class="unseen">Summary</h2>
<dl class="cards">${costCard(totals)}${requestCards(view, query)}
${card("Tokens", formatCompact(inputTokens + outputTokens), tokens)}${recordCards(totals)}</dl>
${remarkLines.length > 0 ? html`<ul class="remarks">${remarkLines}</ul>` : undefined}</section>`;
}
