/**
 * Makes tarballs for Linux hosts without Node: the built program, the packages that it needs, and Node itself.
 *
 *   npm run package -- [--arch x64] [--arch arm64] [--out FOLDER]
 *
 * Without `--arch` for both. Into FOLDER (default: packages) go mem0-audit-shipper-VERSION-linux-ARCH.tar.gz and
 * SHA256SUMS. The same sources give the same bytes, with the same tar and gzip.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const NODE_VERSION = "24.21.0";

/** Packages of the npm registry with nothing but Node, and what they must be. */
const NODE_INTEGRITY = {
  x64: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  arm64: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
};

/** Without a limit Node 24 lets its young generation grow to 130 MB, for nothing. */
const LAUNCHER = `#!/bin/sh
# Starts the program with the Node beside it, whatever else is installed.
here=$(dirname "$(readlink -f "$0")")
exec "$here/node" --max-semi-space-size=8 "$here/../dist/main.js" "$@"
`;

function run(program, ...words) {
  return execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

/** The tarball of a package, or of this one: its path. */
function packed(folder, ...words) {
  const [{ filename }] = JSON.parse(
    run(
      "npm",
      "pack",
      "--json",
      "--ignore-scripts",
      "--loglevel=error",
      "--pack-destination",
      folder,
      ...words,
    ),
  );
  return join(folder, filename);
}

function unpack(tarball, folder, ...members) {
  mkdirSync(folder);
  run("tar", "-xzf", tarball, "-C", folder, "--strip-components=1", ...members);
}

/** Puts the program with its packages into `root`. */
function addProgram(work, root, arch) {
  unpack(packed(work), root);
  copyFileSync("package-lock.json", join(root, "package-lock.json"));
  const platform = ["--os=linux", `--cpu=${arch}`, "--libc=glibc"];
  run("npm", "ci", "--prefix", root, "--omit=dev", "--ignore-scripts", "--loglevel=error", ...platform);
  // npm's own note of it says where this machine gets its packages from.
  for (const lock of ["package-lock.json", "node_modules/.package-lock.json"]) rmSync(join(root, lock));
}

/** Puts Node, its licence and the launcher into `root`. */
function addNode(work, root, arch) {
  const tarball = packed(work, `node-linux-${arch}@${NODE_VERSION}`);
  const integrity = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  assert.equal(integrity, NODE_INTEGRITY[arch], `${tarball} is not the one that was expected`);
  const unpacked = join(work, "node");
  unpack(tarball, unpacked, "package/bin/node", "package/LICENSE");
  mkdirSync(join(root, "bin"));
  renameSync(join(unpacked, "bin/node"), join(root, "bin/node"));
  renameSync(join(unpacked, "LICENSE"), join(root, "bin/node-license.txt"));
  const launcher = join(root, "bin/mem0-audit-shipper");
  writeFileSync(launcher, LAUNCHER);
  chmodSync(launcher, 0o755);
}

/** Makes the tarball for one kind of processor; returns its name. */
function makeTarball({ name, version }, arch, out) {
  const work = mkdtempSync(join(tmpdir(), "mem0-package-"));
  try {
    const folder = `${name}-${version}-linux-${arch}`;
    const root = join(work, folder);
    addProgram(work, root, arch);
    addNode(work, root, arch);
    const tarball = `${folder}.tar.gz`;
    const alike = [
      "--sort=name",
      "--mtime=@0",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "--mode=u+rwX,go+rX,go-w",
    ];
    run("tar", ...alike, "--use-compress-program=gzip -n", "-cf", join(out, tarball), "-C", work, folder);
    return tarball;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: { arch: { type: "string", multiple: true }, out: { type: "string", default: "packages" } },
});
const architectures = values.arch ?? Object.keys(NODE_INTEGRITY);
for (const arch of architectures)
  assert(Object.hasOwn(NODE_INTEGRITY, arch), `--arch: expected x64 or arm64; found ${arch}`);

const out = resolve(values.out);
mkdirSync(out, { recursive: true });
const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const sums = architectures.map((arch) => {
  const tarball = makeTarball(manifest, arch, out);
  const sum = createHash("sha256")
    .update(readFileSync(join(out, tarball)))
    .digest("hex");
  console.log(join(out, tarball));
  return `${sum}  ${tarball}\n`;
});
writeFileSync(join(out, "SHA256SUMS"), sums.join(""));
