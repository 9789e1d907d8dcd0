/**
 * Goal: `verify` misses exactly the records that a real database lost, and sends none again, since the sums have them.
 * Method: the built program against PostgreSQL and MariaDB.
 */
import { afterAll, describe, it } from "vitest";
import { makeDatabase, sqlServers } from "../support/sql-places.ts";
import { expectGapsFound } from "./verify.ts";

const servers = await sqlServers();
afterAll(async () => {
  for (const [, server] of servers) await server.stop();
});

describe.each(servers)("verify against %s", (type, server) => {
  it("records", async () => {
    const database = await makeDatabase(type, server);
    await expectGapsFound({
      sink: { type, ...database.configuration },
      lose: async (ids) => {
        const names = ids.map((id) => `'${id}'`).join(", ");
        await database.query(`DELETE FROM ${database.table("record")} WHERE id IN (${names})`);
      },
      noRepair: "restore the table record from a backup",
    });
    await database.remove();
  });
});
