/** A real OpenSearch: its own distribution from Maven Central, and its own security plugin where users are wanted. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { canDownload, downloadFromMaven, unpackedFromMaven } from "./maven.ts";
import {
  javaFor,
  PASSWORD,
  type RunningServer,
  type ServerOptions,
  type ServerPlace,
  type ServerProduct,
  startServer,
} from "./search-server.ts";

const run = promisify(execFile);

/** The newest, and the last of the versions that managed domains mostly run. */
export type OpenSearchVersion = "3.8.0" | "2.19.6";

/** The newest that Maven Central has the security plugin for. */
const PROTECTED_VERSION = "2.19.4";

/** Java 24 has no security manager any more, which version 2 needs. */
const JAVA_OF_2 = { min: 17, max: 23 };

function openSearch(version: OpenSearchVersion): ServerProduct {
  return {
    name: "opensearch",
    version,
    javaVersions: version.startsWith("2.") ? JAVA_OF_2 : { min: 21 },
    variables: "OPENSEARCH",
    unpack: () => unpackedFromMaven(distribution(version), `opensearch-${version}`),
  };
}

const PROTECTED_OPENSEARCH: ServerProduct = {
  name: "opensearch",
  version: PROTECTED_VERSION,
  javaVersions: JAVA_OF_2,
  variables: "OPENSEARCH",
  unpack: (java) =>
    unpackedFromMaven(distribution(PROTECTED_VERSION), `opensearch-${PROTECTED_VERSION}-protected`, (home) =>
      installSecurity(home, java),
    ),
  protect: makeUsers,
};

function distribution(version: string): string {
  return `org.opensearch.distribution.integ-test-zip:opensearch:${version}`;
}

/** Why no server can be started on this machine; undefined if one can. */
export async function whyNoServer(version: OpenSearchVersion = "3.8.0"): Promise<string | undefined> {
  const product = openSearch(version);
  if (javaFor(product) === undefined) {
    const { min, max = "newer" } = product.javaVersions;
    return `no Java ${min} to ${max} was found`;
  }
  return (await canDownload()) ? undefined : "mvn or unzip cannot be run";
}

/** Starts a server and waits until it takes requests. With `isProtected` it is of a version that the plugin is for. */
export function startOpenSearch(
  options: ServerOptions,
  version: OpenSearchVersion = "3.8.0",
): Promise<RunningServer> {
  return startServer(options.isProtected ? PROTECTED_OPENSEARCH : openSearch(version), options);
}

async function installSecurity(home: string, java: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "opensearch-security-"));
  try {
    const artifact = `org.opensearch.plugin:opensearch-security:${PROTECTED_VERSION}.0`;
    const zip = await downloadFromMaven(artifact, directory);
    const env = { ...process.env, OPENSEARCH_JAVA_HOME: java };
    await run(join(home, "bin/opensearch-plugin"), ["install", "-s", "-b", `file://${zip}`], { env });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The plugin's own files, with `admin` as the only user: others are made through its API. */
async function makeUsers({ java, home, config }: ServerPlace): Promise<readonly string[]> {
  const classes = `${home}/plugins/opensearch-security/*:${home}/lib/*`;
  const hasher = ["-cp", classes, "org.opensearch.security.tools.Hasher", "-p", PASSWORD];
  const { stdout } = await run(join(java, "bin/java"), hasher);
  const [hash = ""] = /^\$2[aby]\$.*$/m.exec(stdout) ?? [];
  const users = [
    "_meta: {type: internalusers, config_version: 2}",
    `admin: {hash: "${hash}", reserved: true, backend_roles: [admin]}`,
    "",
  ];
  await writeFile(join(config, "opensearch-security/internal_users.yml"), users.join("\n"));
  const pemFiles = (layer: string) => [
    `plugins.security.ssl.${layer}.pemcert_filepath: certs/server.pem`,
    `plugins.security.ssl.${layer}.pemkey_filepath: certs/server.key`,
    `plugins.security.ssl.${layer}.pemtrustedcas_filepath: certs/ca.pem`,
  ];
  return [
    ...pemFiles("transport"),
    "plugins.security.ssl.transport.enforce_hostname_verification: false",
    "plugins.security.ssl.http.enabled: true",
    ...pemFiles("http"),
    "plugins.security.allow_default_init_securityindex: true",
    'plugins.security.nodes_dn: ["CN=localhost"]',
    'plugins.security.restapi.roles_enabled: ["all_access"]',
  ];
}
