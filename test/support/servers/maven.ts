/** Gets the zip of a server from Maven Central, through the `mvn` of this machine, once. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";

/** Where servers are kept. Run by root they become `nobody`, who cannot look into root's home. */
export function cacheDirectory(): string {
  const { TEST_SERVERS_CACHE, XDG_CACHE_HOME } = process.env;
  if (TEST_SERVERS_CACHE) return TEST_SERVERS_CACHE;
  return process.getuid?.() === 0
    ? "/var/cache/test-servers"
    : join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "test-servers");
}

/**
 * The folder of an unpacked server, `name` in the cache; downloaded if it is not there yet. `complete` then adds to it
 * what it lacks, before anybody else sees it.
 */
export async function unpackedFromMaven(
  artifact: string,
  name: string,
  complete: (home: string) => Promise<unknown> = async () => undefined,
): Promise<string> {
  const home = join(cacheDirectory(), name);
  if (existsSync(home)) return home;
  await mkdir(cacheDirectory(), { recursive: true });
  const temporary = await mkdtemp(join(cacheDirectory(), "unpack-"));
  try {
    const zip = await downloadFromMaven(artifact, join(temporary, "download"));
    await run("unzip", ["-q", zip, "-d", join(temporary, "unpacked")]);
    const [folder = ""] = await readdir(join(temporary, "unpacked"));
    await complete(join(temporary, "unpacked", folder));
    await run("chmod", ["-R", "a+rX", join(temporary, "unpacked")]);
    // A rename is atomic, so two starts at once do not disturb each other.
    await rename(join(temporary, "unpacked", folder), home).catch((error: unknown) => {
      if (!existsSync(home)) throw error;
    });
    return home;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Gets a zip into an empty folder; where it is then. */
export async function downloadFromMaven(artifact: string, directory: string): Promise<string> {
  const options = [
    `-Dartifact=${artifact}:zip`,
    `-DoutputDirectory=${directory}`,
    "-Dmdep.useBaseVersion=true",
  ];
  await run("mvn", ["-B", "-ntp", "-q", COPY_GOAL, ...options]);
  const [zip = ""] = await readdir(directory);
  return join(directory, zip);
}

/** True if `mvn` and `unzip` can be run. */
export async function canDownload(): Promise<boolean> {
  const tries = await Promise.allSettled([run("mvn", ["-version"]), run("unzip", ["-v"])]);
  return tries.every((attempt) => attempt.status === "fulfilled");
}
