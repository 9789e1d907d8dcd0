/** `prices explain`: every rule of the look-up that is tried on a model, and why it applies or not. */
import { type PriceBook, priceOfMatchAt } from "../cost/price-book.ts";
import type { ExitCode, Terminal } from "./command.ts";
import { type AskedPrice, unpricedMessage } from "./prices-show.ts";
import { renderTable } from "./table.ts";

/** Prints the rules in their order, and the price that results. */
export function answerExplain(
  book: PriceBook,
  model: string,
  { nowMs, asJson, multiplier }: AskedPrice,
  terminal: Terminal,
): ExitCode {
  const price = priceOfMatchAt(book.find(model), nowMs);
  const answer = {
    model,
    region: book.region,
    rules: book.explain(model).map(({ rule, row, reason }) => ({ rule, matched: row !== undefined, reason })),
    status: price?.status ?? "unpriced",
    input_cost_per_million: price?.price.input_cost_per_million ?? null,
    output_cost_per_million: price?.price.output_cost_per_million ?? null,
    cache_read_input_cost_per_million: price?.price.cache_read_input_cost_per_million ?? null,
    cache_write_input_cost_per_million: price?.price.cache_write_input_cost_per_million ?? null,
    effective_from: price?.price.effective_from ?? null,
    multiplier,
    price_id: price?.priceId ?? null,
  };
  terminal.out(asJson ? `${JSON.stringify(answer)}\n` : explainText(answer, terminal));
  if (price !== undefined) return 0;
  terminal.err(unpricedMessage(model, book));
  return 1;
}

interface Explained {
  readonly rules: readonly { readonly rule: string; readonly matched: boolean; readonly reason: string }[];
  readonly input_cost_per_million: string | null;
  readonly output_cost_per_million: string | null;
  readonly multiplier: string;
  readonly price_id: string | null;
}

function explainText(answer: Explained, terminal: Terminal): string {
  const { rules, input_cost_per_million: input, output_cost_per_million: output } = answer;
  const columns = [{ title: "rule" }, { title: "applies" }, { title: "why" }];
  const rows = rules.map(({ rule, matched, reason }) => [rule, matched ? "yes" : "no", reason]);
  const table = renderTable({ columns, rows }, terminal);
  if (input === null || output === null) return table;
  const factor = Number(answer.multiplier) === 1 ? "" : `, times ${answer.multiplier} (pricing.multiplier)`;
  return `${table}\n$${input} for a million input tokens, $${output} output${factor}; price_id ${answer.price_id}\n`;
}
