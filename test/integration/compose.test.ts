/**
 * Goal: the sidecar fits into the service's compose project, takes nothing it does not need, and listens beyond its
 * container only with a token.
 * Method: the file read as YAML; and, where go is there, by compose's own library together with the service's file
 * (skipped without, unless MEM0_TEST_REQUIRE_SERVERS=1).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { configurationProblems } from "../support/configuration.ts";
import { ManifestReader } from "../support/manifests.ts";

const OVERRIDE = resolve("deploy/compose/compose.override.yaml");
const TRY = resolve("deploy/compose/try.yaml");

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

const reader = ManifestReader.build("compose");
afterAll(() => reader?.remove());

describe.skipIf(reader === undefined)("read by compose, with the service's file", () => {
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

  interface Project {
    readonly services: Readonly<
      Record<
        string,
        {
          readonly environment: Readonly<Record<string, string>>;
          readonly volumes?: readonly { readonly source: string; readonly target: string }[];
          readonly ports?: readonly { readonly host_ip: string }[];
        }
      >
    >;
  }

  function project(dotEnv: string, files: readonly string[] = [OVERRIDE], profile = ""): Project {
    writeFileSync(join(folder, ".env"), dotEnv);
    const words = [folder, join(folder, "docker-compose.yml"), ...files];
    return reader?.read(words, { COMPOSE_PROFILES: profile }) as Project;
  }

  it("without a token it keeps to its container", () => {
    expect(project("LLM_MODEL=haiku\n").services["mem0-audit-shipper"]?.environment).toMatchObject({
      LLM_MODEL: "haiku",
      MEM0_AUDIT_HTTP_LISTEN: "",
    });
  });

  it("with a token it can be reached", () => {
    const { services: found } = project("MEM0_AUDIT_HTTP_TOKEN=abc\n");
    expect(found["mem0-audit-shipper"]?.environment).toMatchObject({
      MEM0_AUDIT_HTTP_TOKEN: "abc",
      MEM0_AUDIT_HTTP_LISTEN: "0.0.0.0:8231",
    });
  });

  it("leaves the service as it is", () => {
    const alone = project("", []).services["mem0-api"];
    expect(project("").services["mem0-api"]).toEqual(alone);
    expect(project("", [OVERRIDE, TRY], "opensearch").services["mem0-api"]).toEqual(alone);
  });

  it.each([
    ["opensearch", "opensearch-dashboards"],
    ["elasticsearch", "kibana"],
  ])(
    "for trying out it starts %s and %s, on this host alone, and ships there",
    async (server, dashboards) => {
      const { services: found } = project("", [OVERRIDE, TRY], server);
      expect(Object.keys(found).sort()).toEqual(
        ["mem0-api", "mem0-audit-shipper", server, dashboards].sort(),
      );
      expect(found[server]?.ports).toBeUndefined();
      expect(found[dashboards]?.ports?.map(({ host_ip }) => host_ip)).toEqual(["127.0.0.1"]);
      const config = found["mem0-audit-shipper"]?.volumes?.find(
        ({ target }) => target === found["mem0-audit-shipper"]?.environment["MEM0_AUDIT_CONFIG"],
      );
      expect(config?.source).toMatch(new RegExp(`/mem0-audit-shipper/deploy/compose/try/${server}\\.yaml$`));
    },
  );

  it("says which profiles there are, if none is chosen", () => {
    expect(() => project("", [OVERRIDE, TRY])).toThrow("expected opensearch or elasticsearch");
  });
});

it.each(["opensearch", "elasticsearch"])("the configuration beside %s has no problem", async (server) => {
  const path = `deploy/compose/try/${server}.yaml`;
  expect(await configurationProblems(path)).toEqual([]);
  expect(readFileSync(path, "utf8")).toContain(`http://${server}:9200`);
});
