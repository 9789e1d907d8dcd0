/**
 * Goal: one connection does one thing after the other, is dropped when something went wrong with it, and no request
 * lasts longer than it may.
 * Method: scripted connections and a clock that the test moves.
 */

import { CompiledQuery } from "kysely";
import { expect, test } from "vitest";
import type { SqlConnection } from "../../../../src/sinks/sql/connection.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";
import { dataFault, networkFault, ScriptedConnection, sessionOf } from "./scripted-connection.ts";

const LIMIT_MS = 60_000;
const ping = (connection: SqlConnection) => connection.query(CompiledQuery.raw("SELECT 1"));
const failing = (error: Error) => async () => {
  throw error;
};

test("the connection is opened when needed, and used again", async () => {
  const connection = new ScriptedConnection();
  const session = sessionOf(new VirtualClock(), connection);
  expect(connection.isOpen).toBe(false);
  await session.run(ping, LIMIT_MS);
  await session.run(ping, LIMIT_MS);
  expect([connection.isOpen, connection.log.length, connection.destroyed]).toEqual([true, 2, 0]);
});

test("what comes while something is under way waits for its end", async () => {
  const session = sessionOf(new VirtualClock(), new ScriptedConnection());
  const events: string[] = [];
  let end = (): void => undefined;
  const first = session.run(async () => {
    events.push("first begins");
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    events.push("first ends");
  }, LIMIT_MS);
  const second = session.run(async () => void events.push("second"), LIMIT_MS);
  await expect.poll(() => events).toEqual(["first begins"]);
  end();
  await Promise.all([first, second]);
  expect(events).toEqual(["first begins", "first ends", "second"]);
});

test.each([
  ["the network", networkFault()],
  ["a bug", new TypeError("a bug")],
])("after a failure of %s the next request has a new connection", async (_, error) => {
  const [before, after] = [new ScriptedConnection(), new ScriptedConnection()];
  const session = sessionOf(new VirtualClock(), before, after);
  await expect(session.run(failing(error), LIMIT_MS)).rejects.toBe(error);
  await session.run(ping, LIMIT_MS);
  expect([before.destroyed, before.log.length, after.log.length]).toEqual([1, 0, 1]);
});

test("refused values leave the connection as it is", async () => {
  const connection = new ScriptedConnection();
  const session = sessionOf(new VirtualClock(), connection);
  await expect(session.run(failing(dataFault()), LIMIT_MS)).rejects.toMatchObject({ kind: "data" });
  expect(connection.destroyed).toBe(0);
});

test("a request that lasts too long is ended with its connection", async () => {
  const clock = new VirtualClock();
  const connection = new ScriptedConnection();
  const session = sessionOf(clock, connection);
  const hanging = session.run(() => hangUntilDestroyed(connection), LIMIT_MS);
  await expect.poll(() => connection.isOpen).toBe(true);
  const failed = expect(hanging).rejects.toMatchObject({ kind: "unavailable", reason: "timeout" });
  await clock.advance(LIMIT_MS);
  await failed;
});

test("a request that is given up ends at once, and one that is given up before does not begin", async () => {
  const connection = new ScriptedConnection();
  const session = sessionOf(new VirtualClock(), connection);
  const stop = new AbortController();
  const hanging = session.run(() => hangUntilDestroyed(connection), LIMIT_MS, stop.signal);
  await expect.poll(() => connection.isOpen).toBe(true);
  stop.abort();
  await expect(hanging).rejects.toMatchObject({ kind: "unavailable", reason: "aborted" });
  await expect(session.run(ping, LIMIT_MS, stop.signal)).rejects.toMatchObject({ reason: "aborted" });
  expect(connection.log).toEqual([]);
});

test("it is closed after what is under way, twice without harm, and may be opened again", async () => {
  const connection = new ScriptedConnection();
  const session = sessionOf(new VirtualClock(), connection);
  const under = session.run(ping, LIMIT_MS);
  await session.close();
  await session.close();
  await under;
  expect(connection.ends).toBe(1);
  await session.run(ping, LIMIT_MS);
  expect(connection.log).toHaveLength(2);
});

async function hangUntilDestroyed(connection: ScriptedConnection): Promise<void> {
  await expect.poll(() => connection.destroyed).toBeGreaterThan(0);
  throw networkFault();
}
