/**
 * Goal: files of `tls` that are of no use block the sink with a sentence; without the option there is no TLS.
 * Method: a server whose connections only note what they are made with.
 */
import { expect, test } from "vitest";
import type { TlsMaterial } from "../../../../src/sinks/http/tls.ts";
import { tlsOptions } from "../../../../src/sinks/options.ts";
import { sessionWith } from "../../../../src/sinks/sql/server.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";
import { dialect, PLACE, ScriptedConnection } from "./scripted-connection.ts";

async function connect(tls: object | undefined): Promise<(TlsMaterial | undefined)[]> {
  const made: (TlsMaterial | undefined)[] = [];
  const server = {
    dialect,
    place: PLACE,
    connection: (material: TlsMaterial | undefined) => {
      made.push(material);
      return new ScriptedConnection();
    },
  };
  const session = sessionWith(server, tls && tlsOptions.parse(tls), new VirtualClock());
  await session.run(async () => undefined, 1000);
  return made;
}

test("a connection is encrypted where tls says so", async () => {
  expect(await connect(undefined)).toEqual([undefined]);
  expect(await connect({})).toEqual([{ rejectUnauthorized: true }]);
});

test("a file that is not there blocks", async () => {
  await expect(connect({ ca_file: "/nowhere/ca.pem" })).rejects.toMatchObject({
    kind: "blocked",
    reason: "tls",
    message: "tls.ca_file: there is no file /nowhere/ca.pem",
  });
});
