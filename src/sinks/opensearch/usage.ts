/** What `usage --from` asks of OpenSearch. */
import type { UsageSource } from "../../usage/source.ts";
import { parseIndexName } from "../bulk/index-name.ts";
import { openSearchServer } from "../bulk/usage/search-source.ts";
import type { UsageContext } from "../table.ts";
import type { OpenSearchOptions } from "./options.ts";
import { OpenSearchTransport } from "./transport.ts";

/** Opens the sink's indices for questions. Rejects with a `UsageFault` that says what is in the way. */
export function openSearchUsage(options: OpenSearchOptions, { clock }: UsageContext): Promise<UsageSource> {
  return openSearchServer(new OpenSearchTransport(options, clock), parseIndexName(options.index));
}
