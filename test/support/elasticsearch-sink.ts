/** A sink of type `elasticsearch` as the configuration would make it. */
import type { z } from "zod";
import { elasticsearchOptions } from "../../src/sinks/elasticsearch/options.ts";
import { createElasticsearchSink } from "../../src/sinks/elasticsearch/sink.ts";
import type { Sink } from "../../src/sinks/sink.ts";
import { systemClock } from "../../src/system/clock.ts";
import { forgetfulMemory } from "./sink-memory.ts";

export type ElasticsearchConfiguration = z.input<typeof elasticsearchOptions>;

export function elasticsearchSink(configuration: ElasticsearchConfiguration): Promise<Sink> {
  const options = elasticsearchOptions.parse(configuration);
  return createElasticsearchSink(options, {
    name: "search",
    clock: systemClock,
    instance: "",
    labels: {},
    memory: forgetfulMemory(),
  });
}
