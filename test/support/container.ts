/**
 * Containers without an engine: buildah builds the image, `unshare` and `chroot` run it as an engine would: node is
 * process 1, the root file system is read-only, the audit folder and the state are mounted, the user is the image's.
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { waitUntil } from "./daemon.ts";

/** What stands in the image besides its files. */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly Volumes: Readonly<Record<string, unknown>>;
  readonly StopSignal: string;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

/** Why containers cannot be built and run here; undefined if they can. */
export function containerObstacle(): string | undefined {
  for (const tool of ["buildah", "unshare", "chroot"])
    if (spawnSync(tool, ["--version"]).status !== 0) return `there is no ${tool}`;
  if (process.getuid?.() !== 0) return "this user is not root";
  const mayMount = spawnSync("unshare", ["--mount", "--pid", "--fork", "true"]).status === 0;
  return mayMount ? undefined : "the system does not allow mounts of one's own";
}

function npmSetting(name: string): string {
  return execFileSync("npm", ["config", "get", name], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

/** Parts of the C library that a distribution always has: node's native modules are linked with them. */
const C_LIBRARY = ["librt.so.1", "libdl.so.2", "libpthread.so.0", "libm.so.6", "libresolv.so.2"];

/** Copies a program and the libraries it is linked with to the same places under `root`. */
function copyProgram(root: string, program: string, target = program): void {
  const linked = execFileSync("ldd", [program], { encoding: "utf8" }).match(/\/\S+/g) ?? [];
  const folder = dirname(linked.find((library) => library.endsWith("/libc.so.6")) ?? "/lib/");
  const libraries = [
    ...linked,
    ...C_LIBRARY.map((name) => join(folder, name)).filter((path) => existsSync(path)),
  ];
  for (const [from, to] of [[program, target], ...libraries.map((library) => [library, library])] as const) {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(realpathSync(from), join(root, to));
  }
}

export class ContainerWorkshop {
  readonly #folder = mkdtempSync(join(tmpdir(), "mem0-container-"));

  #buildah(...parameters: readonly string[]): string {
    const storage = ["--root", join(this.#folder, "root"), "--runroot", join(this.#folder, "runroot")];
    const { status, stdout, stderr } = spawnSync("buildah", [...storage, ...parameters], {
      encoding: "utf8",
      env: { ...process.env, STORAGE_DRIVER: "vfs", BUILDAH_ISOLATION: "chroot" },
      maxBuffer: 64 * 1024 ** 2,
    });
    assert.equal(
      status,
      0,
      `buildah ${parameters[0]} failed:\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`,
    );
    return stdout.trim();
  }

  /** Makes an image like the official one of Node from this machine's node, npm and shell. */
  buildNodeImage(name: string): void {
    const container = this.#buildah("from", "scratch");
    const root = this.#buildah("mount", container);
    for (const folder of ["etc", "root", "tmp", "proc", "dev", "sys"]) mkdirSync(join(root, folder));
    for (const program of ["/bin/sh", "/bin/mkdir", "/usr/bin/env"]) copyProgram(root, program);
    copyProgram(root, process.execPath, "/usr/local/bin/node");
    const npm = join(execFileSync("npm", ["root", "-g"], { encoding: "utf8" }).trim(), "npm");
    cpSync(npm, join(root, "usr/local/lib/node_modules/npm"), { recursive: true });
    symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(root, "usr/local/bin/npm"));
    writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
    this.#buildah("config", "--env", "PATH=/usr/local/bin:/usr/bin:/bin", container);
    this.#buildah("umount", container);
    this.#buildah("commit", container, name);
    this.#buildah("rm", container);
  }

  /** Builds the Dockerfile. This machine's way to the package registry is lent to the build, not put into the image. */
  build(name: string, nodeImage: string): void {
    const lent = [
      ["/etc/ssl/certs", "/etc/ssl/certs:ro"],
      [npmSetting("globalconfig"), "/usr/local/etc/npmrc:ro"],
      [npmSetting("userconfig"), "/root/.npmrc:ro"],
      [npmSetting("cache"), "/root/.npm"],
    ] as const;
    const volumes = lent.flatMap(([from, to]) => (existsSync(from) ? ["--volume", `${from}:${to}`] : []));
    const options = [
      "--pull-never",
      "--layers=false",
      "--format",
      "docker",
      "--build-arg",
      `NODE_IMAGE=${nodeImage}`,
    ];
    this.#buildah("bud", ...options, ...volumes, "--tag", name, ".");
  }

  config(image: string): ImageConfig {
    return JSON.parse(this.#buildah("inspect", "--type", "image", image)).Docker.config;
  }

  /** The image's files, in a container of their own. */
  mount(image: string): string {
    return this.#buildah("mount", this.#buildah("from", "--pull-never", image));
  }

  /** A folder on this machine for a container to mount. */
  folder(name: string): string {
    const path = join(this.#folder, name);
    mkdirSync(path);
    chmodSync(path, 0o755);
    return path;
  }

  remove(): void {
    this.#buildah("umount", "--all");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Gives `volume` the owner that an engine gives a new volume: that of the image's folder. */
export function ownAsInImage(volume: string, root: string, path: string): void {
  const { uid, gid } = statSync(join(root, path));
  chownSync(volume, uid, gid);
}

export interface ContainerOptions {
  readonly root: string;
  readonly config: ImageConfig;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Folders on this machine, by their path in the container; read-only with `:ro` after it. */
  readonly mounts: Readonly<Record<string, string>>;
}

// chroot lies in a folder for administrators, which the image does not search.
const ENTER = `set -e
PATH="$PATH:/usr/sbin:/sbin"
root=$1 user=$2; shift 2
mount --bind "$root" "$root"
while [ "$1" != -- ]; do
  mount --bind "$1" "$root$2"
  [ "$3" = rw ] || mount -o remount,bind,ro "$root$2"
  shift 3
done; shift
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
mount -o remount,bind,ro "$root"
exec chroot --userspec="$user" "$root" "$@"`;

/** One run of an image's program. */
export class Container {
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
  readonly #unshare: ChildProcess;
  #stdout = "";

  constructor({ root, config, command, environment = {}, mounts }: ContainerOptions) {
    const mountWords = Object.entries(mounts).flatMap(([path, folder]) => [
      folder,
      path.replace(/:ro$/, ""),
      path.endsWith(":ro") ? "ro" : "rw",
    ]);
    const child = spawn(
      "unshare",
      [
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "sh",
        "-c",
        ENTER,
        "sh",
        root,
        config.User,
        ...mountWords,
        "--",
      ].concat(command),
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...Object.fromEntries(config.Env.map((entry) => entry.split(/=(.*)/s, 2))), ...environment },
      },
    );
    this.#unshare = child;
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      this.#stdout += chunk;
    });
    const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
    this.ended = Promise.all([exit, text(child.stderr)]).then(([code, stderr]) => ({
      code,
      stdout: this.#stdout,
      stderr,
    }));
  }

  /** Waits until standard output matches `pattern`, and gives what matched. */
  async said(pattern: RegExp): Promise<string> {
    let end: string | undefined;
    void this.ended.then(({ code, stderr }) => {
      end = `the container ended with ${code}:\n${stderr}`;
    });
    await waitUntil(() => end !== undefined || pattern.test(this.#stdout), `output like ${pattern}`);
    const [found] = pattern.exec(this.#stdout) ?? [];
    assert(found !== undefined, end);
    return found;
  }

  /** Sends SIGTERM to process 1 of the container, as an engine does to stop it. */
  stop(): void {
    const { pid } = this.#unshare;
    const first = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    process.kill(Number(first), "SIGTERM");
  }

  /** Ends it whatever it does. */
  kill(): void {
    this.#unshare.kill("SIGKILL");
  }
}
