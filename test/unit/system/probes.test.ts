/**
 * Goal: the probes tell what this machine would refuse.
 * Method: a real folder and a real port on loopback.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemProbes } from "../../../src/system/probes.ts";

test("a folder that is there and ours can be read and written to, one that is missing cannot", async () => {
  const directory = mkdtempSync(join(tmpdir(), "probes-"));
  try {
    expect(await systemProbes.readRefusal(directory)).toBeUndefined();
    expect(await systemProbes.writeRefusal(directory)).toBeUndefined();
    expect(await systemProbes.freeBytes(directory)).toBeGreaterThan(0);
    expect(await systemProbes.readRefusal(join(directory, "none"))).toBe("ENOENT");
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a port in use is refused and is free again afterwards", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await systemProbes.listenRefusal("127.0.0.1", port)).toBe("EADDRINUSE");
  server.close();
  await once(server, "close");
  expect(await systemProbes.listenRefusal("127.0.0.1", port)).toBeUndefined();
});
