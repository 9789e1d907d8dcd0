/** What every connection to a database does where there is no server, or one that does not behave. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { SqlConnection } from "../../../../src/sinks/sql/connection.ts";
import type { SqlPlace } from "../../../../src/sinks/sql/options.ts";

const network = { kind: "unavailable", reason: "network" };

/** Declares the tests. Ports are of this process: nobody listens there, nobody answers, or somebody hangs up. */
export function testConnection(connectionTo: (place: SqlPlace) => SqlConnection): void {
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

  const connectionAt = (port: number): SqlConnection =>
    connectionTo({ host: "127.0.0.1", port, database: "audit", username: "shipper", password: "" });

  test("nobody listens", async () => {
    const connection = connectionAt(1);
    await expect(connection.connect()).rejects.toMatchObject(network);
    connection.destroy();
    await connection.end();
  });

  test("the server hangs up", async () => {
    const connection = connectionAt(await portOf((socket) => socket.destroy()));
    await expect(connection.connect()).rejects.toMatchObject(network);
    connection.destroy();
  });

  test("the server does not answer, and the connection is given up", async () => {
    let connected = 0;
    const connection = connectionAt(await portOf(() => void connected++));
    const connecting = expect(connection.connect()).rejects.toMatchObject(network);
    await expect.poll(() => connected).toBe(1);
    connection.destroy();
    await connecting;
  });
}
