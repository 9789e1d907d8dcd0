/** The sink of type `opensearch`. */

import { member } from "../bulk/answer.ts";
import { parseIndexName } from "../bulk/index-name.ts";
import type { Flavour } from "../bulk/probe.ts";
import { BulkSink } from "../bulk/sink.ts";
import { indexTemplate } from "../bulk/template.ts";
import type { Sink } from "../sink.ts";
import type { SinkContext } from "../table.ts";
import type { OpenSearchOptions } from "./options.ts";
import { OpenSearchTransport } from "./transport.ts";

const OPENSEARCH: Flavour = {
  product: "OpenSearch",
  // The first with the type flat_object.
  versionMin: [2, 7],
  isThis: (version) => member(version, "distribution") === "opensearch",
  otherwise: "write type: elasticsearch if it is that",
};

/** Makes the sink. Nothing is sent yet. */
export async function createOpenSearchSink(options: OpenSearchOptions, context: SinkContext): Promise<Sink> {
  const index = parseIndexName(options.index);
  const settings = {
    limits: {
      recordsMax: options.batch.max_records,
      bytesMax: options.batch.max_bytes,
      waitMsMax: options.batch.max_wait,
      inFlightMax: options.max_in_flight,
    },
    index,
    template: options.template === "auto" ? indexTemplate(index, "flat_object") : undefined,
    compression: options.compression,
    labels: context.labels,
    flavour: OPENSEARCH,
  };
  return new BulkSink(settings, new OpenSearchTransport(options, context.clock), context.clock);
}
