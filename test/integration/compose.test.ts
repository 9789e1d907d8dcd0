/**
 * Goal: the sidecar fits into the service's compose project, takes nothing it does not need, and listens beyond its
 * container only with a token.
 * Method: the file read as YAML; and, where docker compose is there, as compose itself reads it together with the
 * service's file (skipped without, unless MEM0_TEST_REQUIRE_COMPOSE=1).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

const OVERRIDE = resolve("deploy/compose/compose.override.yaml");

interface Service {
  readonly [key: string]: unknown;
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
}

const { services, volumes } = parse(readFileSync(OVERRIDE, "utf8")) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const sidecar = services["mem0-audit-shipper"];

describe("the sidecar", () => {
  it("adds one service and its volume, and changes none", () => {
    expect(Object.keys(services)).toEqual(["mem0-audit-shipper"]);
    expect(Object.keys(volumes)).toEqual(["mem0-audit-shipper-state"]);
  });

  it("only reads the audit files, and writes its state alone", () => {
    expect(sidecar?.volumes).toEqual([
      "./audit_logs:/audit_logs:ro",
      "mem0-audit-shipper-state:/var/lib/mem0-audit-shipper",
    ]);
    expect(sidecar).toMatchObject({ read_only: true });
  });

  it("has no capability and can get none", () => {
    expect(sidecar).toMatchObject({ cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
    expect(sidecar).not.toHaveProperty("privileged");
    expect(sidecar).not.toHaveProperty("cap_add");
  });

  it("waits for nobody, comes back by itself, and has time to stop", () => {
    expect(sidecar).not.toHaveProperty("depends_on");
    expect(sidecar).toMatchObject({ restart: "unless-stopped", stop_grace_period: "30s" });
  });

  it("is published on this host alone", () => {
    expect(sidecar?.ports).toEqual(["127.0.0.1:8231:8231"]);
  });

  it("takes the models from the service's settings", () => {
    expect(sidecar?.environment).toMatchObject({
      LLM_MODEL: `\${LLM_MODEL:-}`,
      EMBEDDING_MODEL: `\${EMBEDDING_MODEL:-}`,
    });
  });

  it("listens beyond the container only with a token", () => {
    expect(sidecar?.environment).toMatchObject({
      MEM0_AUDIT_HTTP_LISTEN: `\${MEM0_AUDIT_HTTP_TOKEN:+0.0.0.0:8231}`,
      MEM0_AUDIT_HTTP_TOKEN: `\${MEM0_AUDIT_HTTP_TOKEN:-}`,
    });
  });
});

function isComposeMissing(): boolean {
  if (spawnSync("docker", ["compose", "version"]).status === 0) return false;
  const message = "compose itself does not read the sidecar's file, because there is no docker compose";
  if (process.env["MEM0_TEST_REQUIRE_COMPOSE"] === "1") throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
  return true;
}

describe.skipIf(isComposeMissing())("read by compose, with the service's file", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mem0-compose-"));
    const service = {
      image: "mem0-api",
      ports: ["8230:8230"],
      volumes: ["./audit_logs:/app/audit_logs"],
    };
    writeFileSync(join(folder, "docker-compose.yml"), JSON.stringify({ services: { "mem0-api": service } }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function environmentOf(dotEnv: string): Record<string, string> {
    writeFileSync(join(folder, ".env"), dotEnv);
    const { status, stdout, stderr } = spawnSync(
      "docker",
      ["compose", "-f", "docker-compose.yml", "-f", OVERRIDE, "config", "--format", "json"],
      { cwd: folder, encoding: "utf8" },
    );
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout).services["mem0-audit-shipper"].environment;
  }

  it("without a token it keeps to its container", () => {
    expect(environmentOf("LLM_MODEL=haiku\n")).toMatchObject({
      LLM_MODEL: "haiku",
      MEM0_AUDIT_HTTP_LISTEN: "",
    });
  });

  it("with a token it can be reached", () => {
    expect(environmentOf("MEM0_AUDIT_HTTP_TOKEN=abc\n")).toMatchObject({
      MEM0_AUDIT_HTTP_TOKEN: "abc",
      MEM0_AUDIT_HTTP_LISTEN: "0.0.0.0:8231",
    });
  });
});
