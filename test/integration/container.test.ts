/**
 * Goal: the Dockerfile makes an image that ships audit files without root, shell, capabilities or a writable root,
 * and that stops when it is told to.
 * Method: buildah builds it for real, on a base made of this machine's node; it is run as process 1 on a read-only
 * root. Where that is not possible the tests are skipped, unless MEM0_TEST_REQUIRE_CONTAINER=1.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { auditLines } from "../support/audit-lines.ts";
import {
  Container,
  ContainerWorkshop,
  containerObstacle,
  type ImageConfig,
  ownAsInImage,
} from "../support/container.ts";
import { waitUntil } from "../support/daemon.ts";

const NODE_IMAGE = "localhost/node:local";
const IMAGE = "localhost/mem0-audit-shipper:test";
const STATE = "/var/lib/mem0-audit-shipper";
const TOKEN = "a-token-for-this-test";

const obstacle = containerObstacle();
if (obstacle !== undefined && process.env["MEM0_TEST_REQUIRE_CONTAINER"] === "1")
  throw new Error(`expected to build a container, since MEM0_TEST_REQUIRE_CONTAINER=1: ${obstacle}`);
if (obstacle !== undefined) console.warn(`SKIPPED: the container image, because ${obstacle}`);

describe.skipIf(obstacle !== undefined)("the image", () => {
  let workshop: ContainerWorkshop;
  let config: ImageConfig;
  let root: string;
  const running: Container[] = [];

  beforeAll(() => {
    workshop = new ContainerWorkshop();
    workshop.buildNodeImage(NODE_IMAGE);
    workshop.build(IMAGE, NODE_IMAGE);
    config = workshop.config(IMAGE);
    root = workshop.mount(IMAGE);
  }, 600_000);
  afterEach(() => {
    for (const container of running.splice(0)) container.kill();
  });
  afterAll(() => workshop.remove(), 60_000);

  it("runs as a user without rights, as process 1, and tells how it is", () => {
    expect(config).toMatchObject({
      User: "10001:10001",
      Entrypoint: ["node", "--max-semi-space-size=8", "/app/dist/main.js"],
      Cmd: ["run"],
      StopSignal: "SIGTERM",
      Volumes: { [STATE]: {} },
      Healthcheck: { Test: ["CMD", "node", "/app/dist/main.js", "status", "--healthy"] },
    });
    expect(statSync(join(root, STATE)).uid).toBe(10_001);
    expect(statSync(join(root, "app/dist/main.js")).uid).toBe(0);
  });

  it("holds the program and what it needs, and nothing of the machine that built it", () => {
    expect(readdirSync(join(root, "app")).sort()).toEqual(["dist", "node_modules", "package.json"]);
    const modules = readdirSync(join(root, "app/node_modules"));
    expect(modules).toContain("libsql");
    for (const absent of ["vitest", "typescript", "@biomejs", "playwright-core"])
      expect(modules).not.toContain(absent);
    for (const path of [
      "root/.npmrc",
      "usr/local/etc/npmrc",
      "root/.npm/_cacache",
      "etc/ssl/certs/ca-certificates.crt",
    ])
      expect(existsSync(join(root, path))).toBe(false);
    expect(config.Env.join("\n")).not.toMatch(/npm_config|CERT|PROXY/i);
  });

  it("ships what lies in the mounted folder, answers with the token, and stops at SIGTERM", async () => {
    const audit = workshop.folder("audit");
    const state = workshop.folder("state");
    ownAsInImage(state, root, STATE);
    const lines = auditLines(500).map(({ text }) => text);
    writeFileSync(join(audit, "audit-2026-04-03.jsonl"), `${lines.join("\n")}\n`);
    const start = (command: readonly string[], environment = {}): Container => {
      const container = new Container({
        root,
        config,
        command,
        environment,
        mounts: { "/audit_logs:ro": audit, [STATE]: state },
      });
      running.push(container);
      return container;
    };

    const daemon = start([...config.Entrypoint, ...config.Cmd], {
      MEM0_AUDIT_HTTP_LISTEN: "0.0.0.0:0",
      MEM0_AUDIT_HTTP_TOKEN: TOKEN,
    });
    const url = await daemon.said(/http:\S+/);
    expect((await fetch(url)).status).toBe(401);
    const headers = { Authorization: `Bearer ${TOKEN}` };
    const metric = `mem0_audit_lines_total{sink="local",fate="stored"} ${lines.length}\n`;
    await waitUntil(
      async () => (await (await fetch(`${url}metrics`, { headers })).text()).includes(metric),
      "all lines to be stored",
    );
    expect((await fetch(`${url}readyz`)).status).toBe(200);

    const health = start(config.Healthcheck.Test.slice(1));
    expect(await health.ended).toMatchObject({ code: 0 });

    daemon.stop();
    expect(await daemon.ended).toMatchObject({ code: 0 });
    expect(readFileSync(join(audit, "audit-2026-04-03.jsonl"), "utf8").split("\n")).toHaveLength(
      lines.length + 1,
    );

    const usage = await start([...config.Entrypoint, "usage", "--json", "--all"]).ended;
    const requests = lines.filter((line) => !line.includes('"type"') && !line.includes('"event"')).length;
    expect(JSON.parse(usage.stdout).totals.requests).toBe(requests);
  }, 120_000);
});
