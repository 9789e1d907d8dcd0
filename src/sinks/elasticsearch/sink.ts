/** The sink of type `elasticsearch`. */
import { ELASTICSEARCH } from "../bulk/flavour.ts";
import { parseIndexName } from "../bulk/index-name.ts";
import { BulkSink } from "../bulk/sink.ts";
import { indexTemplate } from "../bulk/template.ts";
import { deliveryLimits } from "../options.ts";
import type { Sink } from "../sink.ts";
import type { SinkContext } from "../table.ts";
import type { ElasticsearchOptions } from "./options.ts";
import { ElasticsearchTransport } from "./transport.ts";

/** Makes the sink. Nothing is sent yet. */
export async function createElasticsearchSink(
  options: ElasticsearchOptions,
  context: SinkContext,
): Promise<Sink> {
  const index = parseIndexName(options.index);
  const dataStream = options.data_stream;
  const settings = {
    limits: deliveryLimits(options),
    index,
    dataStream,
    documentIds: true,
    template:
      options.template === "auto" ? indexTemplate(index, ELASTICSEARCH.flatObject, dataStream) : undefined,
    compression: options.compression,
    labels: context.labels,
    flavour: ELASTICSEARCH,
  };
  return new BulkSink(settings, new ElasticsearchTransport(options, context.clock), context.clock);
}
