/** What `verify` asks of Elasticsearch. */
import { parseIndexName } from "../bulk/index-name.ts";
import { SearchPresence } from "../bulk/presence.ts";
import type { Presence } from "../presence.ts";
import type { SinkContext } from "../table.ts";
import type { ElasticsearchOptions } from "./options.ts";
import { ElasticsearchTransport } from "./transport.ts";

/** Opens the sink's indices for looking. Nothing is asked yet. */
export async function elasticsearchPresence(
  options: ElasticsearchOptions,
  { clock }: Pick<SinkContext, "clock">,
): Promise<Presence> {
  const settings = {
    index: parseIndexName(options.index),
    dataStream: options.data_stream,
    documentIds: true,
    indexRetentionMs: options.setup.retention,
  };
  return new SearchPresence(settings, new ElasticsearchTransport(options, clock), clock);
}
