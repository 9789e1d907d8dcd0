/**
 * Goal: checkpoints become rows and come back, and a generation is locked, made first if it is new.
 * Method: a scripted connection.
 */
import { expect, test } from "vitest";
import { SourceFiles } from "../../../../src/sinks/sql/source-files.ts";
import { checkpoint } from "../../store/sample-rows.ts";
import { dialect, ScriptedConnection } from "./scripted-connection.ts";

const files = new SourceFiles(dialect, "eu-1");
const end = checkpoint(300);

test("a known generation is locked, and tells how far it was committed", async () => {
  const connection = new ScriptedConnection(() => [{ committed_offset: "200" }]);
  expect(await files.lock(connection, end)).toBe(200);
  expect(connection.statements).toEqual([
    {
      sql: 'select "committed_offset" from "mem0_audit"."source_file" where "generation_id" = $1 for update',
      parameters: [end.generation.id],
    },
  ]);
});

test("a new generation is made before it is locked, whoever else makes it", async () => {
  let isMade = false;
  const connection = new ScriptedConnection((sql) => {
    if (sql.startsWith("insert")) isMade = true;
    return isMade && sql.startsWith("select") ? [{ committed_offset: "0" }] : [];
  });
  expect(await files.lock(connection, end)).toBe(0);
  expect(connection.log).toEqual(["select source_file", "insert source_file", "select source_file"]);
  expect(connection.statements[1]?.parameters).toContain("eu-1");
});

test("offset and whereabouts are written", async () => {
  const connection = new ScriptedConnection();
  await files.advance(connection, end);
  await files.noteWhereabouts(connection, { ...end, seenAs: "renamed.jsonl", inode: "1:9" });
  const [advance, note] = connection.statements.map(({ parameters }) => parameters);
  expect(advance).toEqual([300, "00", end.lastTimestamp, end.seenAs, "1:2", end.generation.id]);
  expect(note).toEqual(["renamed.jsonl", "1:9", end.generation.id]);
});

test("checkpoints of this instance come back as they were", async () => {
  const row = {
    generation_id: end.generation.id,
    instance: "eu-1",
    name: end.generation.name,
    day: null,
    first_line_sha256: end.generation.firstLineSha256,
    generation_number: 0,
    committed_offset: "300",
    tail_sha256: "00",
    last_timestamp: null,
    seen_as: end.seenAs,
    inode: end.inode,
  };
  const connection = new ScriptedConnection(() => [row]);
  expect(await files.checkpoints(connection)).toEqual([
    { ...end, lastTimestamp: undefined, generation: { ...end.generation, day: undefined } },
  ]);
  expect(connection.statements[0]?.parameters).toEqual(["eu-1"]);
});
