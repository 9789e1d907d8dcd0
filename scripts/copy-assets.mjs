/**
 * Completes a build: copies what the compiler leaves behind (prices, licences) into `dist`, removes what has no source
 * any more, makes the program executable. Nothing that is still of use is ever absent, so a daemon that runs from
 * `dist` does not notice a build.
 */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

/** The files below `folder`, relative to it. */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
}

const built = new Set();
for (const file of filesIn("src")) {
  if (file.endsWith(".ts")) {
    const program = file.replace(/\.ts$/, ".js");
    built.add(program).add(`${program}.map`);
  } else {
    built.add(file);
    mkdirSync(dirname(join("dist", file)), { recursive: true });
    copyFileSync(join("src", file), join("dist", file));
  }
}
for (const file of filesIn("dist")) if (!built.has(file)) rmSync(join("dist", file));
chmodSync("dist/main.js", 0o755);
