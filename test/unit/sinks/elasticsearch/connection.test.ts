/**
 * Goal: the client keeps the cause of a failure, and waits for nothing that will not come.
 * Method: the client's connection against servers that refuse, break off or speak something else.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { HttpConnection } from "@elastic/elasticsearch";
import { afterEach, expect, it } from "vitest";
import { mendedConnection, type NodeConnection } from "../../../../src/sinks/elasticsearch/connection.ts";

const GET = { method: "GET", path: "/" };
const signal = new AbortController().signal;
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function connectionTo(listener: (socket: Socket) => void): Promise<NodeConnection> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return new (mendedConnection(HttpConnection))({ url }) as NodeConnection;
}

function answering(text: string) {
  return (socket: Socket) => void socket.once("data", () => socket.write(text));
}

it("keeps the cause of a connection that was refused", async () => {
  const connection = new (mendedConnection(HttpConnection))({ url: new URL("http://127.0.0.1:1") });
  await expect((connection as NodeConnection).stream(GET, signal)).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
});

it("gives the answer as a stream", async () => {
  const connection = await connectionTo(
    answering("HTTP/1.1 200 OK\r\ncontent-length: 4\r\nx-a: b\r\n\r\nbody"),
  );
  const { statusCode, headers, body } = await connection.stream(GET, signal);
  expect([statusCode, headers["x-a"], String(await body.toArray())]).toEqual([200, "b", "body"]);
  await connection.close();
});

it("fails at an answer that is no HTTP, and can be closed then", async () => {
  const connection = await connectionTo(answering("220 mail.example.org ESMTP\r\n"));
  await expect(connection.stream(GET, signal)).rejects.toMatchObject({ code: "HPE_INVALID_CONSTANT" });
  await connection.close();
});

it("is over when it is given up", async () => {
  const stop = new AbortController();
  const connection = await connectionTo(() => stop.abort());
  await expect(connection.stream(GET, stop.signal)).rejects.toThrow(/aborted/i);
  await connection.close();
});
