/** A search server with users: its roles, and the sinks and programs that go there as one of its users. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sink } from "../../src/sinks/sink.ts";
import { Workspace } from "./daemon.ts";
import { requestLine } from "./documents.ts";
import { type Access, type SearchServer, searchServer } from "./servers/search-requests.ts";
import { PASSWORD } from "./servers/search-server.ts";

/** The audit file of every test, and the index that its lines are delivered to. */
export const AUDIT_FILE = "audit-2026-04-03.jsonl";
export const INDEX = "mem0-audit-logs-2026.04.03";

/** The roles of each user; all have the same password. */
export const ROLES_OF_USERS = {
  writer: ["mem0-audit-writer"],
  owner: ["mem0-audit-writer", "mem0-audit-templates"],
  guest: [],
};

/** The roles that a page of the documentation shows, by name. `path` is that of the API to make roles. */
export function documentedRoles(page: string, path: string): readonly (readonly [string, object])[] {
  const shown = new RegExp(`PUT ${path}/(\\S+)\n(.*?)\n\n`, "gs");
  return [...readFileSync(page, "utf8").matchAll(shown)].map(([, name = "", role = ""]) => [
    name,
    JSON.parse(role),
  ]);
}

/** What `check` finds wrong with a configuration, and what a daemon says that cannot deliver. */
export interface Complaints {
  readonly check: readonly string[];
  readonly daemon: readonly string[];
  /** All that both of them wrote. */
  readonly everything: string;
}

/** The ways into one server; `changes` are made to the configuration of a sink that goes there as `writer`. */
export class SearchAccess<Configuration extends object> {
  readonly admin: SearchServer;
  readonly caFile: string;
  readonly #type: "opensearch" | "elasticsearch";
  readonly #url: string;
  readonly #makeSink: (configuration: Configuration) => Promise<Sink>;
  readonly #sinks: Sink[] = [];
  readonly #workspaces: Workspace[] = [];

  constructor(
    type: "opensearch" | "elasticsearch",
    server: { readonly url: string; readonly access: Access | undefined },
    makeSink: (configuration: Configuration) => Promise<Sink>,
  ) {
    this.#type = type;
    this.#url = server.url;
    this.#makeSink = makeSink;
    this.admin = searchServer(server.url, server.access);
    this.caFile = server.access?.caFile ?? "";
  }

  async sink(changes: Partial<Configuration> = {}): Promise<Sink> {
    const sink = await this.#makeSink(this.#configuration(changes));
    this.#sinks.push(sink);
    return sink;
  }

  /** The built program's folders, with one line to deliver. */
  async workspace(changes: Partial<Configuration>): Promise<Workspace> {
    const retry = { initial: "10ms", max: "100ms" };
    const workspace = await Workspace.make({
      store: { enabled: false },
      log: { level: "silent" },
      sinks: { search: { type: this.#type, ...this.#configuration(changes), retry } },
    });
    this.#workspaces.push(workspace);
    writeFileSync(join(workspace.auditDirectory, AUDIT_FILE), `${requestLine()}\n`);
    return workspace;
  }

  async complaints(changes: Partial<Configuration>): Promise<Complaints> {
    const workspace = await this.workspace(changes);
    const check = await workspace.run("check", "--json");
    const { checks } = JSON.parse(check.stdout) as { checks: { ok: boolean; message: string }[] };
    const daemon = await workspace.run("run", "--once", "--timeout", "5s");
    return {
      check: checks.filter(({ ok }) => !ok).map(({ message }) => message),
      daemon: daemon.stderr.trim().split("\n").slice(1),
      everything: check.stdout + check.stderr + daemon.stderr,
    };
  }

  /** Closes and removes what was made here since the last time, and what it made on the server. */
  async clear(): Promise<void> {
    await Promise.all(this.#sinks.splice(0).map((sink) => sink.close()));
    await Promise.all(this.#workspaces.splice(0).map((workspace) => workspace.remove()));
    await this.admin.request("DELETE", `/${INDEX}`);
    await this.admin.request("DELETE", "/_index_template/mem0-audit-logs");
  }

  #configuration(changes: Partial<Configuration>): Configuration {
    return {
      endpoints: [this.#url],
      auth: { username: "writer", password: PASSWORD },
      tls: { ca_file: this.caFile },
      ...changes,
    } as Configuration;
  }
}
