/** Finds a Java runtime on this machine. */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

const FOLDERS_OF_RUNTIMES = ["/usr/lib/jvm", "/opt/java", "/Library/Java/JavaVirtualMachines"];

/** The home of an installed Java of one of these versions; undefined if there is none. */
export function findJava(versionMin: number, versionMax = Number.POSITIVE_INFINITY): string | undefined {
  const { TEST_SERVERS_JAVA_HOME, JAVA_HOME, PATH = "" } = process.env;
  const installed = FOLDERS_OF_RUNTIMES.filter(existsSync).flatMap((folder) =>
    readdirSync(folder).flatMap((name) => [join(folder, name), join(folder, name, "Contents/Home")]),
  );
  const onPath = PATH.split(":")
    .map((folder) => join(folder, "java"))
    .filter(existsSync)
    .map((program) => dirname(dirname(realpathSync(program))));
  return [TEST_SERVERS_JAVA_HOME, JAVA_HOME, ...installed, ...onPath].find((home) => {
    const version = home === undefined ? 0 : javaVersion(home);
    return version >= versionMin && version <= versionMax;
  });
}

/** The major version of the Java in `home`; 0 if there is none. */
function javaVersion(home: string): number {
  const release = join(home, "release");
  if (!existsSync(join(home, "bin/java")) || !existsSync(release)) return 0;
  return Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(release, "utf8"))?.[1] ?? 0);
}
