/** The page's data for a store and an address, as the server reads them. */
import { readUsage, type UsageView } from "../../../../src/http/page/data.ts";
import type { UsageAccess } from "../../../../src/http/usage-api.ts";
import { parseUsageQuery, type UsageQuery } from "../../../../src/http/usage-query.ts";
import { NOON_MS } from "../../store/sample-rows.ts";
import type { SampleStore } from "../../store/sample-store.ts";
import { usageOf } from "../fixture.ts";

export interface AskedPage {
  readonly parameters: URLSearchParams;
  readonly query: UsageQuery;
  readonly view: UsageView;
}

/** Asks for the page at `?${address}`, at noon of the sample rows' day. */
export async function pageOf(
  sample: SampleStore,
  address = "",
  changes: Partial<UsageAccess> = {},
): Promise<AskedPage> {
  const parameters = new URLSearchParams(address);
  const parsed = parseUsageQuery(parameters, ["group_by"], NOON_MS);
  if (!parsed.ok) throw new Error(parsed.problem);
  const { query } = parsed;
  return { parameters, query, view: await readUsage(usageOf(sample, changes), query) };
}

/** HTML as a person reads it: without tags, spaces as one. */
export function readable(html: { readonly text: string } | string): string {
  const text = typeof html === "string" ? html : html.text;
  return text
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
