/**
 * Goal: the sidecar can be added to a memory service in Kubernetes, takes nothing it does not need, and never takes the
 * service out of its endpoints.
 * Method: kustomize builds the example, and each object is decoded, strictly, into the type of the API server (skipped
 * where go cannot build that, unless MEM0_TEST_REQUIRE_SERVERS=1); what comes out is looked at.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configurationProblems } from "../support/configuration.ts";
import { ManifestReader } from "../support/manifests.ts";

const FOLDER = resolve("deploy/kubernetes");
const SIDECAR = "mem0-audit-shipper";

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly containerPort?: number;
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports: readonly Port[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Pod {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly volumes: readonly { readonly name: string }[];
}

interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data: Readonly<Record<string, string>>;
  readonly spec: {
    readonly template: { readonly metadata: { readonly labels: object }; readonly spec: Pod };
    readonly ingress: readonly { readonly from?: unknown; readonly ports: readonly Port[] }[];
    readonly podSelector: { readonly matchLabels: object };
    readonly selector: { readonly matchLabels: object };
    readonly podMetricsEndpoints: readonly { readonly port: string }[];
  };
}

const reader = ManifestReader.build("kubernetes");
afterAll(() => reader?.remove());

describe.skipIf(reader === undefined)("the example", () => {
  let resources: readonly Resource[];
  beforeAll(() => {
    resources = reader?.read([join(FOLDER, "example")]) as readonly Resource[];
  });

  function found(kind: string): Resource {
    const [resource] = resources.filter((one) => one.kind === kind);
    if (resource === undefined) throw new Error(`expected a ${kind}`);
    return resource;
  }

  function pod(): Pod {
    return found("Deployment").spec.template.spec;
  }

  function sidecar(): Container {
    const [container] = pod().initContainers;
    if (container === undefined) throw new Error("expected a sidecar");
    return container;
  }

  it("adds a native sidecar to the service, and leaves its container alone", () => {
    expect(pod().containers.map(({ name }) => name)).toEqual(["mem0-api"]);
    expect(sidecar()).toMatchObject({ name: SIDECAR, restartPolicy: "Always" });
    expect(sidecar().image).toBe("registry.example.com/mem0-audit-shipper:0.1.0");
  });

  it("is never a reason for the service not to be ready, or not to start", () => {
    expect(sidecar()).not.toHaveProperty("readinessProbe");
    expect(sidecar()).not.toHaveProperty("startupProbe");
    expect(sidecar()).not.toHaveProperty("lifecycle");
    expect(sidecar()).toMatchObject({
      args: ["run", "--keep-trying"],
      livenessProbe: { exec: { command: ["node", "/app/dist/main.js", "status", "--live"] } },
    });
  });

  it("has neither root, a writable root file system nor any capability", () => {
    expect(sidecar()).toMatchObject({
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10_001,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
    expect(pod()).toMatchObject({ securityContext: { fsGroup: 10_001 } });
  });

  it("mounts what the pod has, and writes its state alone", () => {
    const volumes = pod().volumes.map(({ name }) => name);
    expect(new Set(volumes).size).toBe(volumes.length);
    for (const { name } of sidecar().volumeMounts) expect(volumes).toContain(name);
    const writable = sidecar().volumeMounts.filter((mount) => !("readOnly" in mount));
    expect(writable.map(({ mountPath }) => mountPath)).toEqual(["/var/lib/mem0-audit-shipper", "/tmp"]);
  });

  it("reads its secrets from files, none from the environment", () => {
    expect(pod().volumes).toContainEqual({
      name: "mem0-audit-shipper-secrets",
      secret: { secretName: SIDECAR, defaultMode: 0o440, optional: true },
    });
    expect(JSON.stringify(sidecar().env)).not.toContain("secretKeyRef");
  });

  it("finds its configuration where it is mounted", () => {
    const { metadata, data } = found("ConfigMap");
    expect(metadata.name).toMatch(/^mem0-audit-shipper-[a-z0-9]+$/);
    expect(pod().volumes).toContainEqual({
      name: "mem0-audit-shipper-config",
      configMap: { name: metadata.name, optional: true },
    });
    const [name] = Object.keys(data);
    expect(sidecar().env).toContainEqual({
      name: "MEM0_AUDIT_CONFIG",
      value: `/etc/mem0-audit-shipper/${name}`,
    });
  });

  it("has more time to stop than the daemon takes", () => {
    expect(pod()).toMatchObject({ terminationGracePeriodSeconds: 60 });
  });

  it("leaves the service's port open for everybody, and the daemon's for Prometheus alone", () => {
    const { spec } = found("NetworkPolicy");
    expect(found("Deployment").spec.template.metadata.labels).toMatchObject(spec.podSelector.matchLabels);
    expect(
      spec.ingress.map(({ from, ports }) => [from !== undefined, ports.map(({ port }) => port)]),
    ).toEqual([
      [false, pod().containers.flatMap(({ ports }) => ports.map(({ containerPort }) => containerPort))],
      [true, sidecar().ports.map(({ containerPort }) => containerPort)],
    ]);
    expect(spec).not.toHaveProperty("egress");
  });

  it("is asked for its metrics by the name of its port", () => {
    const { spec } = found("PodMonitor");
    expect(found("Deployment").spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
    expect(spec.podMetricsEndpoints.map(({ port }) => port)).toEqual(sidecar().ports.map(({ name }) => name));
  });
});

describe.skipIf(reader === undefined)("a copy of it", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mem0-kubernetes-"));
    cpSync(FOLDER, folder, { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function change(path: string, from: string, to: string): void {
    const file = join(folder, path);
    const text = readFileSync(file, "utf8");
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
  }

  it("adds the sidecar to a StatefulSet as well", () => {
    change("example/mem0-api.yaml", "kind: Deployment", "kind: StatefulSet");
    change("example/mem0-api.yaml", "  strategy:\n    type: Recreate\n", "  serviceName: mem0-api\n");
    const resources = reader?.read([join(folder, "example")]) as readonly Resource[];
    const [set] = resources.filter(({ kind }) => kind === "StatefulSet");
    expect(set?.spec.template.spec.initContainers.map(({ name }) => name)).toEqual([SIDECAR]);
  });

  it("is refused with a member that the API does not have, be it by one letter", () => {
    change("sidecar/sidecar.yaml", "readOnlyRootFilesystem", "readOnlyRootFileSystem");
    expect(() => reader?.read([join(folder, "example")])).toThrow(
      'unknown field "spec.template.spec.initContainers[0].securityContext.readOnlyRootFileSystem"',
    );
  });
});

it("the configuration of the example has no problem", async () => {
  const path = join(FOLDER, "example/mem0-audit-shipper.yaml");
  const variables = {
    MEM0_AUDIT_DIR: "/audit_logs",
    MEM0_AUDIT_STATE_DIR: "/var/lib/mem0-audit-shipper/state",
  };
  expect(await configurationProblems(path, variables)).toEqual([]);
});

it("the page makes a secret for each that the configuration reads", () => {
  const config = readFileSync(join(FOLDER, "example/mem0-audit-shipper.yaml"), "utf8");
  const page = readFileSync("docs/kubernetes.md", "utf8");
  const names = [...config.matchAll(/\/run\/secrets\/mem0-audit-shipper\/(\w+)/g)].map(([, name]) => name);
  expect(names).toHaveLength(2);
  for (const name of names) expect(page).toContain(`--from-file=${name}`);
});
