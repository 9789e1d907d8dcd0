/**
 * Goal: a server that is away, or hangs, is a fault that may pass, and a connection can be ended at once.
 * Method: ports of this process on which nobody listens, nobody answers, or somebody hangs up. What a real server
 * answers is in test/integration/sql.test.ts.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { PostgresConnection } from "../../../../src/sinks/postgres/connection.ts";

const network = { kind: "unavailable", reason: "network" };
const servers: (() => void)[] = [];
afterEach(() => {
  for (const close of servers.splice(0)) close();
});

async function portOf(answer: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    answer(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function connectionTo(port: number): PostgresConnection {
  const place = { host: "127.0.0.1", port, database: "audit", username: "shipper", password: "" };
  return new PostgresConnection(place, undefined);
}

test("nobody listens", async () => {
  const connection = connectionTo(1);
  await expect(connection.connect()).rejects.toMatchObject(network);
  connection.destroy();
  await connection.end();
});

test("the server hangs up", async () => {
  const connection = connectionTo(await portOf((socket) => socket.destroy()));
  await expect(connection.connect()).rejects.toMatchObject(network);
  connection.destroy();
});

test("the server does not answer, and the connection is given up", async () => {
  let connected = 0;
  const connection = connectionTo(await portOf(() => void connected++));
  const connecting = expect(connection.connect()).rejects.toMatchObject(network);
  await expect.poll(() => connected).toBe(1);
  connection.destroy();
  await connecting;
});
