/**
 * Goal: every way in which OpenSearch may fail to answer becomes an answer of ours, in time, and a dead node is left out.
 * Method: the suite of all such transports.
 */
import { openSearchOptions } from "../../../../src/sinks/opensearch/options.ts";
import { OpenSearchTransport } from "../../../../src/sinks/opensearch/transport.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { describeSearchTransport } from "../../../support/search-transport-suite.ts";

describeSearchTransport((configuration, timeoutMs) => {
  const options = { ...openSearchOptions.parse(configuration), request_timeout: timeoutMs };
  return new OpenSearchTransport(options, systemClock);
}, "application/x-ndjson");
