/** Transactions, and trials within them. */
import { CompiledQuery } from "kysely";
import type { SqlConnection } from "./connection.ts";
import { SqlFault } from "./fault.ts";

/**
 * Runs `work` between BEGIN and COMMIT. Refused values undo the transaction; after any other fault the session
 * drops the connection, which does the same.
 */
export async function inTransaction<Result>(
  connection: SqlConnection,
  work: () => Promise<Result>,
): Promise<Result> {
  await connection.query(CompiledQuery.raw("BEGIN"));
  try {
    const result = await work();
    await connection.query(CompiledQuery.raw("COMMIT"));
    return result;
  } catch (error) {
    if (error instanceof SqlFault && error.kind === "data")
      await connection.query(CompiledQuery.raw("ROLLBACK"));
    throw error;
  }
}

/** Runs `work` and takes back whatever it did. */
export async function undone<Result>(
  connection: SqlConnection,
  work: () => Promise<Result>,
): Promise<Result> {
  await connection.query(CompiledQuery.raw("BEGIN"));
  const result = await work();
  await connection.query(CompiledQuery.raw("ROLLBACK"));
  return result;
}

/** Tries `work` within a transaction; true if its values are taken, which are taken back in any case. */
export async function isTaken(connection: SqlConnection, work: () => Promise<void>): Promise<boolean> {
  await connection.query(CompiledQuery.raw("SAVEPOINT trial"));
  const taken = await work().then(
    () => true,
    (error: unknown) => {
      if (error instanceof SqlFault && error.kind === "data") return false;
      throw error;
    },
  );
  await connection.query(CompiledQuery.raw("ROLLBACK TO SAVEPOINT trial"));
  return taken;
}
