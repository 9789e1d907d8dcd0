/**
 * Goal: the client keeps the cause of a failure, and keeps quiet.
 * Method: the client's connection against servers that refuse or break off.
 */

import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, type Socket } from "node:net";
import { Connection } from "@opensearch-project/opensearch";
import { expect, it, vi } from "vitest";
import { mendedConnection } from "../../../../src/sinks/opensearch/connection.ts";

function request(url: string): Promise<{ error: Error | null; response: IncomingMessage | null }> {
  const connection = new (mendedConnection(Connection))({ url: new URL(url) });
  return new Promise((resolve) => {
    connection.request({ method: "GET", path: "/" }, (error, response) => resolve({ error, response }));
  });
}

it("keeps the cause of a connection that was refused", async () => {
  const { error } = await request("http://127.0.0.1:1");
  expect(error).toMatchObject({ name: "ConnectionError", cause: { code: "ECONNREFUSED" } });
});

it("prints nothing if a server breaks off after it began to answer", async () => {
  const print = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const breakOff = (socket: Socket) => {
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart");
      setTimeout(() => socket.resetAndDestroy(), 20);
    });
  };
  const server = createServer(breakOff).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { response } = await request(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  const failure = await new Promise((resolve) => response?.on("error", resolve).resume());
  expect(failure).toMatchObject({ code: "ECONNRESET" });
  expect(print).not.toHaveBeenCalled();
  print.mockRestore();
  server.close();
});
