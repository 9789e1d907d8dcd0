/**
 * Goal: what deploy/aws describes is what AWS takes, allows what the pages say and no more, and the sidecar stands in
 * nobody's way.
 * Method: the files are compared with the pages; AWS's own library and moto make all of it (skipped without Python,
 * unless MEM0_TEST_REQUIRE_SERVERS=1).
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configurationProblems } from "../support/configuration.ts";
import { motoPythonIfPossible } from "../support/servers/moto.ts";

const FOLDER = "deploy/aws";

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

interface Container {
  readonly name: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly mountPoints: readonly { readonly sourceVolume: string; readonly readOnly?: boolean }[];
  readonly [member: string]: unknown;
}

interface Task {
  readonly volumes: readonly { readonly name: string }[];
  readonly containerDefinitions: readonly Container[];
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, path), "utf8"));
}

function statement(path: string): Statement {
  const { Statement: statements } = json(path) as { readonly Statement: readonly Statement[] };
  expect(statements).toHaveLength(1);
  return statements[0] as Statement;
}

/** The names in backquotes on a page that begin with `prefix`. */
function namesOn(page: string, prefix: string): string[] {
  const names = readFileSync(page, "utf8").match(new RegExp(`\`${prefix}\\w+\``, "g")) ?? [];
  return [...new Set(names.map((name) => name.slice(1, -1)))].sort();
}

describe("the policies are those of the pages", () => {
  it.each([
    ["iam/cloudwatch.json", "docs/cloudwatch.md"],
    ["iam/cloudwatch-setup.json", "docs/cloudwatch-setup.md"],
  ])("%s", (path, page) => {
    const [block = ""] = /^ {4}\{\n(?: {4}.*\n)+? {4}\}$/m.exec(readFileSync(page, "utf8")) ?? [];
    expect(json(path)).toEqual(JSON.parse(block));
  });

  it.each([
    ["iam/bodies.json", 0],
    ["iam/bodies-setup.json", 1],
    ["iam/bodies-read.json", 2],
  ])("%s, block %i of docs/bodies.md", (path, place) => {
    const blocks = readFileSync("docs/bodies.md", "utf8").match(/^ {4}\{\n(?: {4}.*\n)+? {4}\}$/gm) ?? [];
    expect(json(path)).toEqual(JSON.parse(blocks[place] ?? ""));
  });

  it("iam/opensearch.json", () => {
    const { Action, Resource } = statement("iam/opensearch.json");
    expect([...Action].sort()).toEqual(namesOn("docs/opensearch.md", "es:"));
    expect(Resource).toMatch(/^arn:aws:es:[\w-]+:\d+:domain\/\w+\/\*$/);
  });

  it("iam/opensearch-serverless.json, and the data access policy", () => {
    const { Action, Resource } = statement("iam/opensearch-serverless.json");
    expect(Resource).toMatch(/^arn:aws:aoss:[\w-]+:\d+:collection\/\w+$/);
    const [access] = json("serverless-data-access.json") as readonly {
      readonly Rules: readonly {
        readonly Resource: readonly string[];
        readonly Permission: readonly string[];
      }[];
    }[];
    const permissions = access?.Rules.flatMap(({ Permission }) => Permission) ?? [];
    expect([Action, ...permissions].flat().sort()).toEqual(namesOn("docs/opensearch.md", "aoss:"));
    expect(access?.Rules.flatMap((rule) => rule.Resource)).toEqual([
      "index/mem0/mem0-audit-logs-*",
      "collection/mem0",
    ]);
  });
});

describe("the task", () => {
  const task = json("task-definition.json") as Task;
  const [service, sidecar] = task.containerDefinitions;

  it("has the daemon beside the service, which goes on without it and ends before it", () => {
    expect(sidecar).toMatchObject({ name: "mem0-audit-shipper", essential: false });
    expect(service).toMatchObject({
      essential: true,
      dependsOn: [{ containerName: sidecar?.name, condition: "START" }],
    });
  });

  it("starts it again, unless its configuration is wrong, and gives it time to stop", () => {
    expect(sidecar).toMatchObject({
      restartPolicy: { enabled: true, ignoredExitCodes: [2] },
      stopTimeout: 120,
      healthCheck: { command: ["CMD", "node", "/app/dist/main.js", "status", "--healthy"] },
    });
  });

  it("gives it neither root, a writable root file system nor any capability", () => {
    expect(sidecar).toMatchObject({
      user: "10001:10001",
      readonlyRootFilesystem: true,
      linuxParameters: { capabilities: { drop: ["ALL"] } },
    });
    expect(sidecar).not.toHaveProperty("privileged");
  });

  it("mounts what the task has, the audit files read-only", () => {
    const names = task.volumes.map(({ name }) => name);
    expect(
      sidecar?.mountPoints.map(({ sourceVolume, readOnly }) => [sourceVolume, readOnly === true]),
    ).toEqual([
      [names[0], true],
      [names[1], false],
    ]);
    expect(service?.mountPoints.map(({ sourceVolume }) => sourceVolume)).toEqual([names[0]]);
  });

  it("has all that the configuration in the image asks for", async () => {
    const variables = Object.fromEntries(sidecar?.environment.map(({ name, value }) => [name, value]) ?? []);
    expect(await configurationProblems(join(FOLDER, "image/config.yaml"), variables)).toEqual([]);
  });
});

it("the image names the configuration that is put into it", () => {
  const dockerfile = readFileSync(join(FOLDER, "image/Dockerfile"), "utf8");
  const [, file = "", place] = /^COPY (\S+) (\S+)$/m.exec(dockerfile) ?? [];
  expect(existsSync(join(FOLDER, "image", file))).toBe(true);
  expect(dockerfile).toContain(`\nENV MEM0_AUDIT_CONFIG=${place}\n`);
});

it("the page names files that are there, and every policy", () => {
  const page = readFileSync("docs/aws.md", "utf8");
  const named = [...page.matchAll(/file:\/\/(\S+)/g)].map(([, path = ""]) => path);
  expect(named).toHaveLength(3);
  for (const path of named) expect(existsSync(path), path).toBe(true);
});

const python = await motoPythonIfPossible();

describe.skipIf(python === undefined)("AWS's own library, and moto", () => {
  const environment = {
    PATH: process.env["PATH"],
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mem0-aws-"));
    cpSync(FOLDER, folder, { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("take all of it", () => {
    const made = execFileSync(python ?? "", ["test/support/aws/make.py", FOLDER], {
      encoding: "utf8",
      env: environment,
    });
    expect(JSON.parse(made)).toMatchObject({ family: "mem0-api", status: "ACTIVE" });
  });

  it.each([
    ["iam/cloudwatch.json", '"Effect": "Allow"', '"Effect": "Permit"', "MalformedPolicyDocument"],
    ["task-definition.json", '"essential": false', '"necessary": false', 'Unknown parameter.*"necessary"'],
    ["task-definition.json", '"START"', '"STARTED"', "expected one of START, COMPLETE"],
  ])("refuse a mistake in %s", (path, right, wrong, message) => {
    const text = readFileSync(join(FOLDER, path), "utf8");
    expect(text).toContain(right);
    writeFileSync(join(folder, path), text.replace(right, wrong));
    const { status, stderr } = spawnSync(python ?? "", ["test/support/aws/make.py", folder], {
      encoding: "utf8",
      env: environment,
    });
    writeFileSync(join(folder, path), text);
    expect(stderr).toMatch(new RegExp(message));
    expect(status).toBe(1);
  });
});
