/**
 * Goal: an OpenSearch that is taken for Elasticsearch is told, before the first document is sent there.
 * Method: the sink `elasticsearch` before a real OpenSearch, which knows neither its media types nor its parameters.
 */
import { expect, inject, it } from "vitest";
import { elasticsearchSink } from "../support/elasticsearch-sink.ts";

const { url } = inject("openSearch");

it.skipIf(url === undefined)("says that it is OpenSearch, and what to write", async () => {
  const signal = new AbortController().signal;
  const sink = await elasticsearchSink({ endpoints: [url ?? ""], index: "flavour-{yyyy.MM.dd}" });
  const message = expect.stringMatching(
    /^this is OpenSearch \d.*, not Elasticsearch: write type: opensearch$/,
  );
  expect(await sink.open(signal)).toEqual({ outcome: "blocked", reason: "wrong_product", message });
  expect(await sink.probe(signal)).toContainEqual({ name: "version", ok: false, message });
  await sink.close();
});
