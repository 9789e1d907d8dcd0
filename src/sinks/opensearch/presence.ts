/** What `verify` asks of OpenSearch. */
import { parseIndexName } from "../bulk/index-name.ts";
import { SearchPresence } from "../bulk/presence.ts";
import type { Presence } from "../presence.ts";
import type { SinkContext } from "../table.ts";
import type { OpenSearchOptions } from "./options.ts";
import { OpenSearchTransport } from "./transport.ts";

/** Opens the sink's indices for looking. Nothing is asked yet. */
export async function openSearchPresence(
  options: OpenSearchOptions,
  { clock }: Pick<SinkContext, "clock">,
): Promise<Presence> {
  const settings = {
    index: parseIndexName(options.index),
    dataStream: options.data_stream,
    documentIds: options.serverless_collection !== "time_series",
    indexRetentionMs: options.setup.retention,
  };
  return new SearchPresence(settings, new OpenSearchTransport(options, clock), clock);
}
