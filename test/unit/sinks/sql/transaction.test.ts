/**
 * Goal: a transaction ends as its work does, and a trial leaves nothing behind.
 * Method: a scripted connection; work that succeeds, that is refused, and that loses the connection.
 */
import { describe, expect, test } from "vitest";
import { inTransaction, isTaken, undone } from "../../../../src/sinks/sql/transaction.ts";
import { dataFault, networkFault, ScriptedConnection } from "./scripted-connection.ts";

const failing = (error: Error) => async () => {
  throw error;
};
const statements = ({ statements: all }: ScriptedConnection) => all.map(({ sql }) => sql);

describe("a transaction", () => {
  test("is committed once its work is done", async () => {
    const connection = new ScriptedConnection();
    expect(await inTransaction(connection, async () => 7)).toBe(7);
    expect(statements(connection)).toEqual(["BEGIN", "COMMIT"]);
  });

  test("is undone if its values are refused", async () => {
    const connection = new ScriptedConnection();
    await expect(inTransaction(connection, failing(dataFault()))).rejects.toMatchObject({ kind: "data" });
    expect(statements(connection)).toEqual(["BEGIN", "ROLLBACK"]);
  });

  test("is left to the server where the connection is of no use any more", async () => {
    const connection = new ScriptedConnection();
    await expect(inTransaction(connection, failing(networkFault()))).rejects.toMatchObject({
      reason: "network",
    });
    expect(statements(connection)).toEqual(["BEGIN"]);
  });
});

test("what is to be undone never is committed", async () => {
  const connection = new ScriptedConnection();
  expect(await undone(connection, async () => 7)).toBe(7);
  expect(statements(connection)).toEqual(["BEGIN", "ROLLBACK"]);
});

describe("a trial", () => {
  const around = ["SAVEPOINT trial", "ROLLBACK TO SAVEPOINT trial"];

  test("says whether values are taken, and takes them back", async () => {
    const connection = new ScriptedConnection();
    expect(await isTaken(connection, async () => undefined)).toBe(true);
    expect(await isTaken(connection, failing(dataFault()))).toBe(false);
    expect(statements(connection)).toEqual([...around, ...around]);
  });

  test("does not judge where the connection is lost", async () => {
    const trial = isTaken(new ScriptedConnection(), failing(networkFault()));
    await expect(trial).rejects.toMatchObject({ reason: "network" });
  });
});
