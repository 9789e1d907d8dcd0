/**
 * A real Elasticsearch: its own distribution from Maven Central, which has users and API keys, but neither `GET /`, nor
 * ILM, nor the calls that list data streams: those are modules of their own, which are not published.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { canDownload, unpackedFromMaven } from "./maven.ts";
import type { Access } from "./search-requests.ts";
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

const PLUGIN = "TestAnalysisPlugin";

/** The last of version 8, and the newest. */
const VERSIONS = ["8.19.21", "9.5.3"] as const;
type ElasticsearchVersion = (typeof VERSIONS)[number];

/** A server to test with: it can be started, or is there. */
export interface ElasticsearchTarget {
  /** Its version, or where it is. */
  readonly name: string;
  /** True if it is started with the settings that a test wants. */
  readonly isOurs: boolean;
  start(
    options: ServerOptions,
  ): Promise<{ readonly url: string; readonly access: Access | undefined; stop(): Promise<void> }>;
}

/**
 * The server that ELASTICSEARCH_URL names, else one of each version that runs on this machine, the newest last. A
 * version that does not is told, and is an error with MEM0_TEST_REQUIRE_SERVERS=1.
 */
export async function elasticsearchTargets(): Promise<readonly ElasticsearchTarget[]> {
  const given = process.env["ELASTICSEARCH_URL"];
  if (given) {
    const server = { url: given.replace(/\/$/, ""), access: undefined, stop: async () => undefined };
    return [{ name: "of ELASTICSEARCH_URL", isOurs: false, start: async () => server }];
  }
  const targets = await Promise.all(
    VERSIONS.map(async (version) => {
      const missing = await whyNone(version);
      if (missing === undefined)
        return [{ name: version, isOurs: true, start: (options: ServerOptions) => start(version, options) }];
      const message = `NO ELASTICSEARCH ${version}: the tests that need it are SKIPPED: ${missing}`;
      if (process.env["MEM0_TEST_REQUIRE_SERVERS"] === "1") throw new Error(message);
      console.error(`\n*** ${message} ***\n`);
      return [];
    }),
  );
  return targets.flat();
}

function start(version: ElasticsearchVersion, options: ServerOptions): Promise<RunningServer> {
  return startServer(elasticsearch(version), options);
}

function elasticsearch(version: ElasticsearchVersion): ServerProduct {
  const artifact = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${version}`;
  return {
    name: "elasticsearch",
    version,
    javaVersions: version.startsWith("8.") ? { min: 17, max: 25 } : { min: 21 },
    variables: "ES",
    unpack: (java) =>
      unpackedFromMaven(artifact, `elasticsearch-${version}-complete`, (home) =>
        addPlugin(home, java, version),
      ),
    openSettings: [...COMMON_SETTINGS, "xpack.security.enabled: false"],
    protect: makeUsers,
  };
}

const COMMON_SETTINGS = [
  "xpack.security.autoconfiguration.enabled: false",
  "xpack.security.enrollment.enabled: false",
];

async function whyNone(version: ElasticsearchVersion): Promise<string | undefined> {
  const { javaVersions } = elasticsearch(version);
  const java = javaFor({ javaVersions });
  if (java === undefined) return `no Java ${javaVersions.min} or newer was found`;
  if (!existsSync(join(java, "bin/javac"))) return `there is no compiler beside ${java}`;
  return (await canDownload()) ? undefined : "mvn or unzip cannot be run";
}

/** Compiles and installs what the head of its source says. */
async function addPlugin(home: string, java: string, version: string): Promise<void> {
  const classes = await mkdtemp(join(tmpdir(), "elasticsearch-plugin-"));
  const plugin = join(home, "plugins/test-analysis");
  const source = join(import.meta.dirname, `${PLUGIN}.java`);
  try {
    await run(join(java, "bin/javac"), [
      "-proc:none",
      "-nowarn",
      "-cp",
      `${home}/lib/*`,
      "-d",
      classes,
      source,
    ]);
    await mkdir(plugin, { recursive: true });
    await run(join(java, "bin/jar"), ["cf", join(plugin, "test-analysis.jar"), "-C", classes, "."]);
    const descriptor = [
      ...["name=test-analysis", "version=1", "description=test", `classname=${PLUGIN}`],
      ...["java.version=17", `elasticsearch.version=${version}`, ""],
    ];
    await writeFile(join(plugin, "plugin-descriptor.properties"), descriptor.join("\n"));
  } finally {
    await rm(classes, { recursive: true, force: true });
  }
}

/** `admin` as the only user in the server's files; others are made through its API. */
async function makeUsers({ java, home, config }: ServerPlace): Promise<readonly string[]> {
  const certificates = ["server.pem", "ca.pem"].map((name) => readFile(join(config, "certs", name), "utf8"));
  // A server that sets itself up shows its authority too; only then is its fingerprint of use.
  await writeFile(join(config, "certs/chain.pem"), (await Promise.all(certificates)).join(""));
  const program = join(home, "bin/elasticsearch-users");
  await run(program, ["useradd", "admin", "-p", PASSWORD, "-r", "superuser"], {
    env: { ...process.env, ES_JAVA_HOME: java, ES_PATH_CONF: config },
  });
  return [
    ...COMMON_SETTINGS,
    "xpack.security.enabled: true",
    "xpack.security.http.ssl.enabled: true",
    "xpack.security.http.ssl.certificate: certs/chain.pem",
    "xpack.security.http.ssl.key: certs/server.key",
    "xpack.security.authc.api_key.enabled: true",
  ];
}
