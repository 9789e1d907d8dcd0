/** Reads the CPU profiles that Node wrote into a folder and lists the functions that used most time themselves. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** @param {{ functionName: string, url: string, lineNumber: number }} frame */
function frameName(frame) {
  const name = frame.functionName || "(anonymous)";
  if (frame.url === "") return name;
  const path = frame.url.startsWith("file:") ? relative(process.cwd(), fileURLToPath(frame.url)) : frame.url;
  return `${name} ${path}:${frame.lineNumber + 1}`;
}

/**
 * @param {string} directory
 * @param {number} count how many functions to list
 * @returns {string} a line per function: milliseconds, share of the busy time, name
 */
export function topFunctions(directory, count) {
  /** @type {Map<string, number>} */
  const selfUs = new Map();
  for (const file of readdirSync(directory).filter((name) => name.endsWith(".cpuprofile"))) {
    const profile = JSON.parse(readFileSync(join(directory, file), "utf8"));
    const names = new Map(profile.nodes.map((node) => [node.id, frameName(node.callFrame)]));
    profile.samples.forEach((id, index) => {
      const name = names.get(id);
      selfUs.set(name, (selfUs.get(name) ?? 0) + profile.timeDeltas[index]);
    });
  }
  selfUs.delete("(idle)");
  const busyUs = [...selfUs.values()].reduce((sum, us) => sum + us, 0);
  return [...selfUs]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, us]) => {
      const ms = (us / 1000).toFixed(0).padStart(6);
      return `${ms} ms ${((100 * us) / busyUs).toFixed(1).padStart(5)} %  ${name}`;
    })
    .join("\n");
}
