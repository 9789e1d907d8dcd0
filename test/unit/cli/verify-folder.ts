/** `verify` on an audit folder that a daemon of this process has shipped to a small bulk server. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExitCode } from "../../../src/cli/command.ts";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { type FakeOpenSearch, startFakeOpenSearch } from "../../support/fake-opensearch.ts";
import { DaemonFolder } from "../daemon/daemon-folder.ts";
import { FakeTerminal } from "./fake-terminal.ts";

export const TODAY = "audit-2026-04-03.jsonl";

export interface Answer {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

export class VerifyFolder {
  readonly folder = new DaemonFolder();
  readonly server: FakeOpenSearch;

  static async make(): Promise<VerifyFolder> {
    return new VerifyFolder(await startFakeOpenSearch());
  }

  private constructor(server: FakeOpenSearch) {
    this.server = server;
  }

  get settings() {
    return { sinks: { search: { type: "opensearch", endpoints: [this.server.url], template: "off" } } };
  }

  config(settings: object = this.settings) {
    return this.folder.config(settings);
  }

  /** Ships everything that is there. */
  async ship(settings: object = this.settings): Promise<void> {
    await this.folder.drain(await this.config(settings));
  }

  /** Deletes documents by the offsets of their lines, behind the shipper's back. */
  lose(...offsets: readonly number[]): void {
    for (const key of this.server.documents.keys())
      if (offsets.some((offset) => key.endsWith(`-${offset}`))) this.server.documents.delete(key);
  }

  async verify(...words: readonly string[]): Promise<Answer> {
    return this.verifyWith(this.settings, ...words);
  }

  async verifyWith(settings: object, ...words: readonly string[]): Promise<Answer> {
    const terminal = new FakeTerminal();
    const file = join(this.folder.root, "config.json");
    const folders = { source: { directory: this.folder.auditDirectory }, state_dir: this.folder.state.path };
    writeFileSync(file, JSON.stringify({ ...folders, log: { level: "silent" }, ...settings }));
    const code = await runCommandLine(["verify", "--config", file, ...words], terminal);
    return { code, stdout: terminal.stdout, stderr: terminal.stderr };
  }

  async remove(): Promise<void> {
    await this.folder.remove();
    await this.server.close();
  }
}
