/**
 * Loaded into a measured process before its program (`node --import`): when it ends, it writes what the process
 * used to the file that BENCH_USAGE_FILE names.
 */
import { readFileSync, writeFileSync } from "node:fs";

/**
 * The greatest resident size in bytes. Linux starts a child's `maxRSS` with the size of its parent, so the
 * kernel's own mark of this address space is asked first.
 */
function peakBytes() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

process.on("exit", () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: peakBytes() };
  writeFileSync(process.env.BENCH_USAGE_FILE, JSON.stringify(usage));
});
