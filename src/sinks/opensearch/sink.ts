/** The sink of type `opensearch`. */

import { OPENSEARCH } from "../bulk/flavour.ts";
import { parseIndexName } from "../bulk/index-name.ts";
import { BulkSink } from "../bulk/sink.ts";
import { indexTemplate } from "../bulk/template.ts";
import { deliveryLimits } from "../options.ts";
import type { Sink } from "../sink.ts";
import type { SinkContext } from "../table.ts";
import type { OpenSearchOptions } from "./options.ts";
import { OpenSearchTransport } from "./transport.ts";

/** Makes the sink. Nothing is sent yet. */
export async function createOpenSearchSink(options: OpenSearchOptions, context: SinkContext): Promise<Sink> {
  const index = parseIndexName(options.index);
  const settings = {
    limits: deliveryLimits(options),
    index,
    dataStream: options.data_stream,
    documentIds: options.serverless_collection !== "time_series",
    template:
      options.template === "auto"
        ? indexTemplate(index, OPENSEARCH.flatObject, options.data_stream)
        : undefined,
    compression: options.compression,
    labels: context.labels,
    flavour: OPENSEARCH,
  };
  return new BulkSink(settings, new OpenSearchTransport(options, context.clock), context.clock);
}
