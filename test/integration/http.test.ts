/**
 * Goal: a client that is slow or greedy on purpose cannot keep the web server from others for long.
 * Method: raw connections on loopback, in real time; so it is not among the unit tests.
 */
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { json } from "../../src/http/answer.ts";
import { type ListenReport, startHttpServer } from "../../src/http/server.ts";
import { systemClock } from "../../src/system/clock.ts";
import { silentLog } from "../../src/system/log.ts";

describe("the web server", () => {
  let server: Extract<ListenReport, { outcome: "listening" }>;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    const routes = new Map([["/open", { isOpen: true, answer: () => json("here") }]]);
    const report = await startHttpServer(
      { listen: { host: "127.0.0.1", port: 0 }, token: () => undefined, hosts: [] },
      { routes, clock: systemClock, log: silentLog },
    );
    if (report.outcome !== "listening") throw new Error(report.message);
    server = report;
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await server.close();
  });

  /** Opens a connection, sends `text` and resolves with all that comes back until it is closed. */
  function talk(text: string): Promise<string> {
    return new Promise((resolve) => {
      const { hostname, port } = new URL(server.url);
      const socket = connect(Number(port), hostname, () => socket.write(text));
      sockets.push(socket);
      let received = "";
      socket.setEncoding("utf8").on("data", (chunk: string) => {
        received += chunk;
      });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(received));
    });
  }

  it("cuts off a head that never ends", async () => {
    expect(await talk("GET /open HTTP/1.1\r\nHost: localhost\r\nX-")).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it("is there again for others once those who held all connections are cut off", async () => {
    const greedy = Array.from({ length: 80 }, () => talk("GET /open HTTP/1.1\r\nHost: localhost\r\nX-"));
    await Promise.all(greedy);
    expect(await (await fetch(`${server.url}open`)).text()).toBe('"here"\n');
  });
});
