/**
 * Goal: what is handed out works where nothing is installed: the npm package with Node alone, the tarball with nothing.
 * Method: both are made as a release makes them and installed into empty folders by the page's own commands; the tarball
 * with a PATH on which there is no Node.
 */
import { execFileSync, type SpawnSyncReturns, spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditLines } from "../support/audit-lines.ts";

const { name, version } = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly name: string;
  readonly version: string;
};

const PAGE = readFileSync("docs/install.md", "utf8");
const UNIT = readFileSync("deploy/systemd/mem0-audit-shipper.service", "utf8");

let folder: string;
let auditDirectory: string;
/** Of the one audit file, in bytes. */
let size: number;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mem0-package-test-"));
  auditDirectory = join(folder, "audit_logs");
  mkdirSync(auditDirectory);
  const text = auditLines(20)
    .map((line) => `${line.text}\n`)
    .join("");
  size = Buffer.byteLength(text);
  writeFileSync(join(auditDirectory, "audit-2026-04-03.jsonl"), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An empty folder of that name. */
function emptyFolder(of: string): string {
  const path = join(folder, of);
  mkdirSync(path);
  return path;
}

/** A folder for PATH that holds these programs of the machine and no others. */
function programs(of: string, ...names: readonly string[]): string {
  const path = emptyFolder(of);
  for (const program of names) {
    const found = execFileSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).trim();
    symlinkSync(realpathSync(found), join(path, program));
  }
  return path;
}

/** The commands in the only block of the page that names `word`. */
function pageCommands(word: string): string {
  const blocks = [...PAGE.matchAll(/^```sh\n(.*?)^```/gms)].map(([, body = ""]) => body);
  const [commands, ...others] = blocks.filter((block) => block.includes(word));
  expect(others).toEqual([]);
  return commands ?? "";
}

/** Ships the lines, asks how far it is, and for its completion. */
function expectItWorks(run: (...words: readonly string[]) => SpawnSyncReturns<string>): void {
  expect(run("--version")).toMatchObject({ status: 0, stdout: `${version}\n` });
  const ended = run("run", "--once", "--audit-dir", auditDirectory);
  expect(ended.status, ended.stderr).toBe(0);
  const status = run("status", "--json", "--audit-dir", auditDirectory);
  expect(JSON.parse(status.stdout).sinks).toMatchObject([
    { type: "store", files: [{ size, delivered_offset: size }] },
  ]);
  expect(run("completion", "bash").stdout).toContain(`complete -F _mem0_audit_shipper ${name}`);
}

describe("the npm package", () => {
  let tarball: string;
  beforeAll(() => {
    const words = ["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", folder];
    tarball = join(folder, execFileSync("npm", words, { encoding: "utf8" }).trim());
  });

  it("holds the program, samples, what deploys it, and pages, and nothing else", () => {
    const files = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" }).trim().split("\n");
    const tops = new Set(files.map((file) => file.split("/")[1]));
    expect([...tops].sort()).toEqual([
      ...["CHANGELOG.md", "LICENSE", "README.md", "config", "deploy", "dist", "docs", "package.json"],
    ]);
    expect(files).toContain("package/dist/main.js");
    expect(files).toContain("package/dist/LICENCES.txt");
    expect(files).toContain("package/dist/cost/catalog-license.txt");
  });

  it("works by npx in an empty folder", () => {
    const place = emptyFolder("npx");
    copyFileSync(tarball, join(place, basename(tarball)));
    const typed = execFileSync("sh", ["-ec", pageCommands("npm install")], {
      cwd: place,
      encoding: "utf8",
      env: { ...process.env, npm_config_loglevel: "error" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    expect(typed).toContain(`${name} run`);
    expectItWorks((...words) =>
      spawnSync("npx", ["--no-install", name, ...words], {
        cwd: place,
        encoding: "utf8",
        env: {
          PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
          HOME: place,
          npm_config_loglevel: "error",
        },
      }),
    );
  });
});

describe("the tarball with Node", () => {
  const architectures = ["arm64", "x64"];
  const other = process.arch === "x64" ? "arm64" : "x64";
  let out: string;
  beforeAll(() => {
    out = join(folder, "packages");
    const words = architectures.flatMap((arch) => ["--arch", arch]);
    execFileSync(process.execPath, ["scripts/package.mjs", "--out", out, ...words], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  });

  const tarballOf = (arch: string) => `${name}-${version}-linux-${arch}.tar.gz`;

  it("is there for both kinds of processors, with checksums", () => {
    expect(readdirSync(out).sort()).toEqual(["SHA256SUMS", ...architectures.map(tarballOf)].sort());
  });

  it("works where there is no Node, as the page says", () => {
    const path = programs("bin", "dirname", "ln", "mkdir", "readlink", "sha256sum", "tar", "gzip");
    const commands = pageCommands("sha256sum")
      .replaceAll("linux-x64", `linux-${process.arch}`)
      .replaceAll("/opt/", `${emptyFolder("opt")}/`)
      .replaceAll("/usr/local/bin/", `${path}/`);
    const typed = execFileSync("/bin/sh", ["-ec", commands], {
      cwd: out,
      encoding: "utf8",
      env: { PATH: path },
    });
    for (const arch of architectures) expect(typed).toContain(`${tarballOf(arch)}: OK\n`);
    expect(typed).toContain(`${name} run`);
    const state = emptyFolder("state");
    expectItWorks((...words) =>
      spawnSync(join(path, name), [...words, "--state-dir", state], {
        cwd: folder,
        encoding: "utf8",
        env: { PATH: path },
      }),
    );
  });

  it("holds for the other processor what is for that one, and nothing of this machine", () => {
    const place = emptyFolder(other);
    execFileSync("tar", ["-xzf", join(out, tarballOf(other)), "-C", place, "--strip-components=1"]);
    // The machine's number in the head of an ELF file: 62 is x86-64, 183 is AArch64.
    const machines = { x64: 62, arm64: 183 };
    expect(readFileSync(join(place, "bin/node")).readUInt16LE(18)).toBe(machines[other]);
    expect(readdirSync(join(place, "node_modules/@libsql"))).toContain(`linux-${other}-gnu`);
    expect(readdirSync(join(place, "node_modules/@libsql"))).not.toContain(`linux-${process.arch}-gnu`);
    expect(readdirSync(join(place, "node_modules"))).not.toContain(".package-lock.json");
    expect(readdirSync(place)).not.toContain("package-lock.json");
  });
});

it("the page's change of the unit changes nothing but whose Node it is", () => {
  const [, changed] = /^```ini\n\[Service\]\nExecStart=\n(ExecStart=.+)\n```/m.exec(PAGE) ?? [];
  expect(changed?.replace("/opt/mem0-audit-shipper/bin/node", "/usr/bin/node")).toBe(
    /^ExecStart=.+$/m.exec(UNIT)?.[0],
  );
});
