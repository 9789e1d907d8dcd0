/** Runs `dead-letters` on a state folder with letters of the test's choosing. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExitCode } from "../../../src/cli/command.ts";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { StateFolder } from "../../../src/daemon/state-folder.ts";
import { openDeadLetters } from "../../../src/lane/dead-letter-database.ts";
import type { DeadLetter } from "../../../src/lane/dead-letters.ts";
import { silentLog } from "../../../src/system/log.ts";
import { FakeTerminal } from "./fake-terminal.ts";

export interface Answer {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
  /** What was written to standard output as bytes. */
  readonly bytes: Buffer;
}

class ByteTerminal extends FakeTerminal {
  readonly #written: Buffer[] = [];

  get bytes(): Buffer {
    return Buffer.concat(this.#written);
  }

  override out(text: string | Uint8Array): void {
    this.#written.push(Buffer.from(text));
    super.out(text.toString());
  }
}

export class LettersFolder {
  readonly root = mkdtempSync(join(tmpdir(), "dead-letters-"));
  readonly state = new StateFolder(join(this.root, "state"));

  constructor() {
    mkdirSync(this.state.path);
  }

  /** Keeps letters, as the daemon would. */
  async keep(...letters: readonly DeadLetter[]): Promise<void> {
    const database = openDeadLetters(this.state.deadLetters, silentLog);
    await database.add(letters);
    database.close();
  }

  async run(...words: readonly string[]): Promise<Answer> {
    const terminal = new ByteTerminal();
    const folders = ["--state-dir", this.state.path, "--audit-dir", join(this.root, "audit_logs")];
    const code = await runCommandLine(["dead-letters", ...folders, ...words], terminal);
    const { stdout, stderr, bytes } = terminal;
    return { code, stdout, stderr, bytes };
  }

  /** The answer of `words --json`, which must succeed. */
  async ask(...words: readonly string[]): Promise<unknown> {
    const { code, stdout, stderr } = await this.run("--json", ...words);
    if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
