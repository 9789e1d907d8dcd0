/** A real OpenSearch: its own distribution from Maven Central. */
import { canDownload, unpackedFromMaven } from "./maven.ts";
import {
  javaFor,
  type RunningServer,
  type ServerOptions,
  type ServerProduct,
  startServer,
} from "./search-server.ts";

const VERSION = "3.8.0";

const OPENSEARCH: ServerProduct = {
  name: "opensearch",
  version: VERSION,
  javaVersions: { min: 21 },
  variables: "OPENSEARCH",
  unpack: () =>
    unpackedFromMaven(
      `org.opensearch.distribution.integ-test-zip:opensearch:${VERSION}`,
      `opensearch-${VERSION}`,
    ),
};

/** Why no server can be started on this machine; undefined if one can. */
export async function whyNoServer(): Promise<string | undefined> {
  if (javaFor(OPENSEARCH) === undefined) return `no Java ${OPENSEARCH.javaVersions.min} or newer was found`;
  return (await canDownload()) ? undefined : "mvn or unzip cannot be run";
}

/** Starts a server and waits until it takes requests. */
export function startOpenSearch(options: ServerOptions): Promise<RunningServer> {
  return startServer(OPENSEARCH, options);
}
