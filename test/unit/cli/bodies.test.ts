/**
 * Goal: one body is shown by its reference or its id, and nothing else of the disk or the bucket can be named.
 * Method: bodies that a daemon in this process has put into a folder; the command before a fake terminal.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { retrievalLine } from "../../support/retrieval-lines.ts";
import { DaemonFolder } from "../daemon/daemon-folder.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let folder: DaemonFolder;
let configPath: string;
let reference: string;

beforeEach(async () => {
  folder = new DaemonFolder();
  const bodies = { store: "file" };
  folder.append("audit-2026-04-03.jsonl", retrievalLine("Wo ist es?", ["im Schrank"]));
  await folder.drain(await folder.config({ bodies }));
  const [name = ""] = readdirSync(join(folder.state.path, "bodies/2026-04-03"));
  reference = `2026-04-03/${name}`;
  configPath = join(folder.root, "config.yaml");
  writeConfig({ bodies });
});
afterEach(() => folder.remove());

function writeConfig(settings: object): void {
  const folders = { source: { directory: folder.auditDirectory }, state_dir: folder.state.path };
  writeFileSync(configPath, JSON.stringify({ ...folders, ...settings }));
}

async function run(...words: readonly string[]) {
  const terminal = new FakeTerminal();
  const code = await runCommandLine(["bodies", "--config", configPath, ...words], terminal);
  return { code, out: terminal.stdout, err: terminal.stderr };
}

describe("a body", () => {
  test("is shown by its reference, and by its id", async () => {
    const id = reference.slice("2026-04-03/".length, -".json.gz".length);
    const shown = await run("show", reference);
    expect(shown).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(shown.out)).toMatchObject({
      id,
      query: "Wo ist es?",
      results: [{ memory: "im Schrank" }],
    });
    expect(await run("show", "--", id)).toEqual(shown);
  });

  test("is compared with the hash of its document", async () => {
    expect(await run("show", reference, "--hash", "00")).toMatchObject({
      code: 1,
      err: expect.stringContaining(`${reference}: it is not what its document refers to`),
    });
  });

  test("may be missing", async () => {
    expect(await run("show", reference.replace("03/", "04/"))).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("there is no such body"),
    });
  });
});

describe("wrong usage", () => {
  test.each([
    "../../etc/passwd",
    "2026-04-03/../x.json.gz",
    "/etc/passwd",
    "s3://other/x",
    "2026-04-03",
    "x",
  ])("nothing else can be named: %s", async (words) => {
    expect(await run("show", words)).toMatchObject({
      code: 2,
      err: expect.stringContaining("neither an id nor"),
    });
  });

  test("a reference is needed, and bodies in the configuration", async () => {
    expect(await run("show")).toMatchObject({
      code: 2,
      err: expect.stringContaining("expected event.reference"),
    });
    writeConfig({});
    expect(await run("show", reference)).toMatchObject({
      code: 2,
      err: expect.stringContaining("no section bodies"),
    });
  });
});
