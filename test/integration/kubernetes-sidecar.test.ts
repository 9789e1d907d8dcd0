/**
 * Goal: the sidecar's user can do its work in the volumes that Kubernetes gives it, and counts as alive while its
 * destination is down.
 * Method: the built program runs as that user, on folders that belong to root and the pod's group, with the
 * configuration of the example and the command of the liveness probe. Where that is not possible it is skipped, unless
 * MEM0_TEST_REQUIRE_CONTAINER=1.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditLines } from "../support/audit-lines.ts";
import { waitUntil } from "../support/daemon.ts";

const CONFIG = "deploy/kubernetes/example/mem0-audit-shipper.yaml";
const PROGRAM = resolve("dist/main.js");
const USER = 10_001;

/** Why the daemon cannot be run as the sidecar's user here; undefined if it can. */
function userObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return "this user is not root";
  const asSidecar = { uid: USER, gid: USER };
  const { status } = spawnSync(process.execPath, [PROGRAM, "--version"], asSidecar);
  return status === 0 ? undefined : "another user cannot read Node or the program";
}

const obstacle = userObstacle();
if (obstacle !== undefined && process.env["MEM0_TEST_REQUIRE_CONTAINER"] === "1")
  throw new Error(
    `expected to run the sidecar as its user, since MEM0_TEST_REQUIRE_CONTAINER=1: ${obstacle}`,
  );
if (obstacle !== undefined) console.warn(`SKIPPED: the sidecar as its user, because ${obstacle}`);

describe.skipIf(obstacle !== undefined)(
  "the daemon, as the sidecar's user and with its configuration",
  () => {
    let folder: string;
    let daemon: ChildProcess | undefined;
    let environment: Readonly<Record<string, string>>;

    /** A folder as the kubelet makes a volume for a pod with an fsGroup: of root, and of that group. */
    function volume(name: string): string {
      const path = join(folder, name);
      mkdirSync(path);
      chownSync(path, 0, USER);
      chmodSync(path, 0o2775);
      return path;
    }

    function ask(...words: readonly string[]) {
      return spawnSync(process.execPath, [PROGRAM, ...words], {
        uid: USER,
        gid: USER,
        encoding: "utf8",
        env: environment,
      });
    }

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "mem0-sidecar-"));
      chmodSync(folder, 0o755);
      const audit = volume("audit_logs");
      writeFileSync(join(audit, "audit-2026-04-03.jsonl"), `${auditLines(1)[0]?.text}\n`);
      const secrets = volume("secrets");
      for (const secret of ["http_token", "opensearch_password"]) {
        writeFileSync(join(secrets, secret), "a-secret-of-this-test");
        chownSync(join(secrets, secret), 0, USER);
        chmodSync(join(secrets, secret), 0o440);
      }
      const config = join(folder, "config.yaml");
      writeFileSync(
        config,
        readFileSync(CONFIG, "utf8")
          .replaceAll("/run/secrets/mem0-audit-shipper", secrets)
          // Nobody listens on this port.
          .replace("https://opensearch:9200", "http://127.0.0.1:9")
          .replace("0.0.0.0:8231", "127.0.0.1:0"),
      );
      environment = {
        MEM0_AUDIT_CONFIG: config,
        MEM0_AUDIT_DIR: audit,
        MEM0_AUDIT_STATE_DIR: join(volume("volume"), "state"),
      };
    });
    afterAll(() => {
      daemon?.kill("SIGKILL");
      rmSync(folder, { recursive: true });
    });

    it("is alive though its destination is down, keeps its state to itself, and ends when it is told to", async () => {
      expect(ask("status", "--healthy").status).toBe(1);
      daemon = spawn(process.execPath, [PROGRAM, "run"], {
        uid: USER,
        gid: USER,
        env: environment,
        stdio: "ignore",
      });
      const ended = new Promise((resolve) => daemon?.once("exit", resolve));
      const search = () => JSON.parse(ask("status", "--json").stdout).sinks.at(-1);
      await waitUntil(() => search().last_error?.includes("127.0.0.1:9") === true, "a failed delivery");
      expect(ask("status", "--healthy").status).toBe(0);
      expect(statSync(environment["MEM0_AUDIT_STATE_DIR"] ?? "")).toMatchObject({ uid: USER, gid: USER });
      expect(statSync(environment["MEM0_AUDIT_STATE_DIR"] ?? "").mode & 0o777).toBe(0o700);
      daemon.kill("SIGTERM");
      expect(await ended).toBe(0);
      expect(ask("status", "--healthy").status).toBe(1);
    });

    it("waits for a configuration that is valid, counts as alive meanwhile, and starts with it", async () => {
      const path = environment["MEM0_AUDIT_CONFIG"] ?? "";
      const valid = readFileSync(path, "utf8");
      writeFileSync(path, valid.replace("endpoints:", "endpoint:"));
      daemon = spawn(process.execPath, [PROGRAM, "run", "--keep-trying"], {
        uid: USER,
        gid: USER,
        env: environment,
        stdio: ["ignore", "ignore", "pipe"],
      });
      let said = "";
      daemon.stderr?.on("data", (text) => {
        said += text;
      });
      const ended = new Promise((resolve) => daemon?.once("exit", resolve));
      await waitUntil(() => said.includes("unknown key"), "the problem in the log");
      expect(said).toContain("cannot start: trying again until it can");
      expect(ask("status", "--live").status).toBe(0);
      writeFileSync(path, valid);
      await waitUntil(() => ask("status", "--healthy").status === 0, "the daemon at work");
      expect(ask("status", "--live").status).toBe(0);
      daemon.kill("SIGTERM");
      expect(await ended).toBe(0);
    });
  },
);
