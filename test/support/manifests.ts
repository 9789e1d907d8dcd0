/**
 * Manifests read by the libraries of those who will read them, compose and Kubernetes: small programs in Go, in the
 * folder `manifests`, built when a test asks for them.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const MODULE = resolve("test/support/manifests");
const OUTPUT_BYTES_MAX = 16 * 1024 ** 2;

export class ManifestReader {
  readonly #folder: string;
  readonly #program: string;

  private constructor(folder: string, program: string) {
    this.#folder = folder;
    this.#program = program;
  }

  /**
   * Builds a program of the module; undefined where that is not possible, which is said loudly, and fails with
   * MEM0_TEST_REQUIRE_SERVERS=1.
   */
  static build(program: "compose" | "kubernetes"): ManifestReader | undefined {
    const folder = mkdtempSync(join(tmpdir(), "mem0-manifests-"));
    const path = join(folder, program);
    const built = spawnSync("go", ["build", "-buildvcs=false", "-o", path, `./${program}`], {
      cwd: MODULE,
      encoding: "utf8",
    });
    if (built.status === 0) return new ManifestReader(folder, path);
    rmSync(folder, { recursive: true });
    const reason = built.error?.message ?? built.stderr.trim().split("\n").at(-1);
    const message = `the manifests for ${program} are not read by its own library, because go cannot build it: ${reason}`;
    if (process.env["MEM0_TEST_REQUIRE_SERVERS"] === "1") throw new Error(message);
    console.warn(`SKIPPED: ${message}`);
    return undefined;
  }

  /** What the program prints about the manifests, decoded. Throws with its message if it refuses them. */
  read(words: readonly string[], environment: Readonly<Record<string, string>> = {}): unknown {
    const { status, stdout, stderr } = spawnSync(this.#program, words, {
      encoding: "utf8",
      env: environment,
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
