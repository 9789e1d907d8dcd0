/**
 * `npm run build`: `src/` → `dist/`.
 *
 * One file for the start of the program, one of what most commands use, others for what is loaded on demand: a command,
 * a kind of sink. What each start needs of small packages is part of them, since finding and reading a hundred little
 * files took a third of the start; the licences of these packages stand beside. Clients of destinations and packages
 * with native code stay what they are.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { rolldown } from "rolldown";

const OUT = "dist";

/** Packages that become part of the program; those that they use do, too. */
const INCLUDED = ["cli-table3", "picocolors", "pino", "yaml", "yargs", "zod"];

/** What so many parts use is in one file: a start that reads sixty little ones instead takes a tenth longer. */
const SHARED_BY_PARTS_MIN = 3;
const START = resolve("src/main.ts");
/** What the start imports, once it is known. */
let ofStart;

const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const external = Object.keys(dependencies).filter((name) => !INCLUDED.includes(name));

/** The files below `folder`, relative to it. */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
}

/** The modules that `id` imports, and those that they import; not what is loaded on demand. */
function importsOf(id, graph, found = new Set()) {
  for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) {
    if (found.has(imported)) continue;
    found.add(imported);
    importsOf(imported, graph, found);
  }
  return found;
}

/** The folder of the package that a module belongs to; undefined for our own. */
function packageOf(module) {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module)?.[0];
}

/** Writes the licences of the packages that `modules` belong to. */
function writeLicences(file, modules) {
  const folders = new Set(modules.map(packageOf).filter((folder) => folder !== undefined));
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const text = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${text ? readFileSync(join(folder, text), "utf8").trim() : ""}\n`;
  });
  writeFileSync(file, parts.join(`\n${"-".repeat(80)}\n\n`));
}

const bundle = await rolldown({
  input: "src/main.ts",
  platform: "node",
  external: [/^node:/, ...builtinModules, ...external.map((name) => new RegExp(`^${name}(/|$)`))],
});
// Names without hashes: a daemon that runs from `dist` finds what it loads later, also after a build.
const { output } = await bundle.write({
  dir: OUT,
  entryFileNames: "[name].js",
  chunkFileNames: "parts/[name].js",
  sourcemap: true,
  codeSplitting: {
    groups: [
      {
        name: (id, graph) => {
          ofStart ??= importsOf(START, graph);
          return ofStart.has(id) ? "start" : null;
        },
        debugName: "start",
        priority: 1,
      },
      { name: "shared", minShareCount: SHARED_BY_PARTS_MIN },
    ],
  },
});
await bundle.close();

const built = new Set(output.map(({ fileName }) => fileName.split("/").join(sep)));
writeLicences(
  join(OUT, "LICENCES.txt"),
  output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : [])),
);
built.add("LICENCES.txt");
for (const file of filesIn("src")) {
  if (file.endsWith(".ts") || file.endsWith(".json")) continue;
  built.add(file);
  mkdirSync(dirname(join(OUT, file)), { recursive: true });
  copyFileSync(join("src", file), join(OUT, file));
}
for (const file of filesIn(OUT)) if (!built.has(file) && existsSync(join(OUT, file))) rmSync(join(OUT, file));
chmodSync(join(OUT, "main.js"), 0o755);
