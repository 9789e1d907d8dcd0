/**
 * Goal: `replay` and `purge` say what they did in numbers and exit codes, and delete nothing unasked.
 * Method: the whole command on letters in a temporary folder; a server in memory.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { requestLine } from "../../support/documents.ts";
import { FaultServer } from "../../support/fault-server.ts";
import { generationWith, refusedLetter } from "../daemon/letter.ts";
import { LettersFolder } from "./dead-letters-run.ts";

const generation = generationWith("{}");
const letter = (offset: number, changes = {}) => refusedLetter(generation, offset, requestLine(), changes);
const torn = letter(5, { line: Buffer.from("torn"), lengthBytes: 4, sha256: "ab", type: "not_json" });
const NOTHING = { replayed: 0, still_refused: 0, failed: 0 };

let folder: LettersFolder;
beforeEach(() => {
  folder = new LettersFolder();
});
afterEach(() => folder.remove());

async function total(): Promise<unknown> {
  return ((await folder.ask("list")) as { total: number }).total;
}

describe("replay", () => {
  let server: FaultServer;
  let configuration: string[];
  beforeEach(async () => {
    server = await FaultServer.start();
    const path = join(folder.root, "config.yaml");
    const search = { type: "opensearch", endpoints: [server.url], index: "audit" };
    writeFileSync(path, JSON.stringify({ sinks: { search } }));
    configuration = ["--config", path];
  });
  afterEach(() => server.down());

  test("delivers, counts and ends with 0; once more it has nothing to do", async () => {
    await folder.keep(letter(0), letter(300));
    expect(await folder.ask("replay", ...configuration)).toEqual({ ...NOTHING, replayed: 2 });
    expect(await folder.ask("replay", ...configuration)).toEqual(NOTHING);
    expect(server.store.ids()).toEqual([`${generation.id}-0`, `${generation.id}-300`]);
  });

  test("takes one letter, or those of one sink", async () => {
    await folder.keep(letter(0), letter(300), letter(0, { sink: "local" }));
    expect(await folder.ask("replay", letter(300).id, ...configuration)).toEqual({ ...NOTHING, replayed: 1 });
    const { stdout } = await folder.run("replay", "--sink", "search", ...configuration);
    expect(stdout).toBe("1 replayed, 0 still refused, 0 failed\n");
    expect(await total()).toBe(1);
  });

  test("ends with 1 and says why letters stay, each reason once", async () => {
    await folder.keep(letter(0), torn, { ...torn, id: "other-1" }, letter(0, { sink: "gone" }));
    const { code, stdout, stderr } = await folder.run("replay", "--json", ...configuration);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ replayed: 1, still_refused: 2, failed: 1 });
    expect(stderr).toMatch(/^search: 2 letters stay: still no document: not valid JSON/m);
    expect(stderr).toMatch(/^gone: 1 letter stays: the configuration has no sink of this name$/m);
    expect(await total()).toBe(3);
  });

  test("of nothing is nothing, and of an unknown id a failure", async () => {
    expect(await folder.ask("replay", ...configuration)).toEqual(NOTHING);
    expect(await folder.run("replay", "nobody-1")).toMatchObject({ code: 1 });
    await folder.keep(letter(0));
    expect((await folder.run("replay", "nobody-1", ...configuration)).stderr).toContain(
      'no letter has the id "nobody-1"',
    );
    expect(await total()).toBe(1);
  });
});

describe("purge", () => {
  test("counts a single one as one", async () => {
    await folder.keep(letter(0));
    const { stderr } = await folder.run("purge");
    expect(stderr).toBe("1 dead letter would be deleted for good; add --yes to delete it\n");
  });

  test("without --yes only counts, with exit code 2", async () => {
    await folder.keep(letter(0), letter(1));
    const { code, stdout, stderr } = await folder.run("purge");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe("2 dead letters would be deleted for good; add --yes to delete them\n");
    expect(await folder.run("purge", "--json")).toMatchObject({
      code: 2,
      stdout: '{"selected":2,"purged":0}\n',
    });
    expect(await total()).toBe(2);
  });

  test("with --yes deletes what was selected: by id, by sink, by age", async () => {
    const old = { timeMs: Date.now() - 40 * 86_400_000 };
    const young = { timeMs: Date.now() };
    await folder.keep(
      letter(0, young),
      letter(1, old),
      letter(2, young),
      letter(3, { ...old, sink: "local" }),
    );
    expect((await folder.run("purge", letter(0).id, "--yes")).stdout).toBe("1 purged\n");
    expect(await folder.ask("purge", "--older-than", "30d", "--sink", "local", "--yes")).toEqual({
      selected: 1,
      purged: 1,
    });
    expect(await folder.ask("purge", "--older-than", "30d", "--yes")).toEqual({ selected: 1, purged: 1 });
    expect(await folder.ask("list")).toMatchObject({ total: 1, items: [{ offset: 2 }] });
    expect(await folder.ask("purge", "--yes")).toEqual({ selected: 1, purged: 1 });
  });

  test("of nothing is done, and of an unknown id a failure", async () => {
    expect(await folder.run("purge")).toMatchObject({ code: 0, stdout: "0 purged\n" });
    expect(await folder.run("purge", "nobody-1", "--yes")).toMatchObject({ code: 1 });
    await folder.keep(letter(0, { timeMs: Date.now() }));
    expect(await folder.ask("purge", letter(0).id, "--older-than", "1d", "--yes")).toEqual({
      selected: 0,
      purged: 0,
    });
  });
});
