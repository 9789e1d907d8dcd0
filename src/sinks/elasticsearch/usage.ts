/** What `usage --from` asks of Elasticsearch. */
import type { UsageSource } from "../../usage/source.ts";
import { parseIndexName } from "../bulk/index-name.ts";
import { openSearchServer } from "../bulk/usage/search-source.ts";
import type { UsageContext } from "../table.ts";
import type { ElasticsearchOptions } from "./options.ts";
import { ElasticsearchTransport } from "./transport.ts";

/** Opens the sink's indices for questions. Rejects with a `UsageFault` that says what is in the way. */
export function elasticsearchUsage(
  options: ElasticsearchOptions,
  { clock }: UsageContext,
): Promise<UsageSource> {
  return openSearchServer(new ElasticsearchTransport(options, clock), parseIndexName(options.index));
}
