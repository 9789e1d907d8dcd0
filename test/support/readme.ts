/** The README as its readers use it: its blocks of code, and a place to type them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

const README = readFileSync("README.md", "utf8");

/** The fenced blocks of one language, as lists of lines. */
export function readmeBlocks(language: string): string[][] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(([, body = ""]) =>
    body.trimEnd().split("\n"),
  );
}

/** A folder with audit files, in which `mem0-audit-shipper` is a command. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), "mem0-readme-"));
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor() {
    assert(existsSync("dist/main.js"), "dist/main.js is missing: run npm run build first");
    const bin = join(this.folder, "bin");
    mkdirSync(bin);
    mkdirSync(join(this.folder, "audit_logs"));
    symlinkSync(resolve("dist/main.js"), join(bin, "mem0-audit-shipper"));
    this.#environment = {
      // This test's own node before any other.
      PATH: [bin, resolve(process.execPath, ".."), process.env["PATH"]].join(delimiter),
      HOME: process.env["HOME"],
      TZ: "UTC",
      OPENSEARCH_PASSWORD: "secret",
      REDACT_KEY: "secret",
    };
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** For a process that is not waited for. */
  spawnOptions(environment: Readonly<Record<string, string>>): {
    cwd: string;
    env: Readonly<Record<string, string | undefined>>;
  } {
    return { cwd: this.folder, env: { ...this.#environment, ...environment } };
  }

  /** Runs a command as somebody would type it; it must succeed. */
  type(command: string): string {
    return execFileSync("sh", ["-c", command], {
      cwd: this.folder,
      encoding: "utf8",
      env: this.#environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
