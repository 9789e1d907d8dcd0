/** Completes a build: copies what the compiler leaves behind (prices, pages) into `dist`, makes the program executable. */
import { chmodSync, copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

const assets = readdirSync("src", { recursive: true, withFileTypes: true }).filter(
  (entry) => entry.isFile() && !entry.name.endsWith(".ts"),
);
for (const { parentPath, name } of assets) {
  const target = join("dist", parentPath.slice("src".length), name);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(parentPath, name), target);
}
chmodSync("dist/main.js", 0o755);
