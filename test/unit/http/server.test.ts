/**
 * Goal: the server lets in whom it should, bounds what a client can take, and never stands in delivery's way.
 * Method: real requests on loopback; node:http rather than fetch, so that any header and method can be sent.
 */
import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { json } from "../../../src/http/answer.ts";
import type { Route } from "../../../src/http/routes.ts";
import { type HttpOptions, type ListenReport, startHttpServer } from "../../../src/http/server.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { silentLog } from "../../../src/system/log.ts";

type Listening = Extract<ListenReport, { outcome: "listening" }>;

const routes = new Map<string, Route>([
  ["/open", { isOpen: true, answer: ({ isTrusted }) => json({ isTrusted }) }],
  ["/closed", { answer: ({ query }) => json({ query: query.toString() }) }],
  [
    "/broken",
    {
      answer: () => {
        throw new Error("secret detail");
      },
    },
  ],
  ["/slow", { answer: async () => systemClock.sleep(100).then(() => json("done")) }],
]);

const started: Listening[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.close()));
});

async function tryStart(options: Partial<HttpOptions> = {}): Promise<ListenReport> {
  const report = await startHttpServer(
    { listen: { host: "127.0.0.1", port: 0 }, token: () => undefined, hosts: [], ...options },
    { routes, clock: systemClock, log: silentLog },
  );
  if (report.outcome === "listening") started.push(report);
  return report;
}

async function start(options: Partial<HttpOptions> = {}): Promise<Listening> {
  const report = await tryStart(options);
  if (report.outcome !== "listening") throw new Error(report.message);
  return report;
}

interface Response {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(
  server: Listening,
  path: string,
  { method = "GET", headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    request(
      { host: hostname.replace(/[[\]]/g, ""), port, path, method, headers, agent: false },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          body += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
      },
    )
      .on("error", reject)
      .end();
  });
}

describe("on loopback without a token", () => {
  it("everything is open", async () => {
    const server = await start();
    expect(await ask(server, "/closed?a=1&b=?")).toMatchObject({
      status: 200,
      body: '{"query":"a=1&b=%3F"}\n',
    });
    expect((await ask(server, "/open")).body).toBe('{"isTrusted":true}\n');
  });

  it("an unknown path is 404, as JSON", async () => {
    const answer = await ask(await start(), "/api/v1/nothing");
    expect(answer.status).toBe(404);
    expect(Object.keys(JSON.parse(answer.body))).toEqual(["error"]);
  });

  it("a Host header of another machine is refused, on every path", async () => {
    const server = await start({ hosts: ["box"] });
    for (const path of ["/open", "/closed", "/nothing"]) {
      expect((await ask(server, path, { headers: { Host: "evil.example" } })).status).toBe(421);
    }
    expect((await ask(server, "/closed", { headers: { Host: "box" } })).status).toBe(200);
  });

  it("an absolute address in the request line is no path of ours", async () => {
    expect((await ask(await start(), "http://evil.example/closed")).status).toBe(404);
  });

  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])("%s is refused", async (method) => {
    const answer = await ask(await start(), "/closed", { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe("GET, HEAD");
  });

  it("HEAD has the head of GET and no body", async () => {
    const server = await start();
    const [get, head] = [await ask(server, "/closed"), await ask(server, "/closed", { method: "HEAD" })];
    expect(head).toMatchObject({ status: 200, body: "" });
    expect(head.headers["content-length"]).toBe(get.headers["content-length"]);
  });

  it("a route that throws is 500, and does not say why", async () => {
    const answer = await ask(await start(), "/broken");
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain("secret detail");
  });
});

it("every answer forbids other hosts, framing, sniffing and keeping", async () => {
  const server = await start({ token: () => "s3cret" });
  for (const path of ["/open", "/closed", "/nothing"]) {
    const { headers } = await ask(server, path);
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
    expect(headers["content-security-policy"]).not.toMatch(/unsafe|http|\*/);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  }
});

describe("with a token", () => {
  it("only what is open answers without it", async () => {
    const server = await start({ token: () => "s3cret" });
    expect(await ask(server, "/open")).toMatchObject({ status: 200, body: '{"isTrusted":false}\n' });
    for (const path of ["/closed", "/nothing"]) {
      const answer = await ask(server, path, { headers: { Authorization: "Bearer wrong" } });
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toContain("Basic");
    }
  });

  it("Bearer and the password of Basic open everything", async () => {
    const server = await start({ token: () => "s3cret" });
    const basic = `Basic ${Buffer.from("any:s3cret").toString("base64")}`;
    for (const Authorization of ["Bearer s3cret", basic]) {
      expect((await ask(server, "/closed", { headers: { Authorization } })).status).toBe(200);
      expect((await ask(server, "/open", { headers: { Authorization } })).body).toBe('{"isTrusted":true}\n');
    }
  });

  it("a new token counts at once", async () => {
    let token = "old";
    const server = await start({ token: () => token });
    token = "new";
    expect((await ask(server, "/closed", { headers: { Authorization: "Bearer old" } })).status).toBe(401);
    expect((await ask(server, "/closed", { headers: { Authorization: "Bearer new" } })).status).toBe(200);
  });
});

describe("beyond loopback", () => {
  const everywhere = { host: "0.0.0.0", port: 0 };

  it.each([undefined, ""])("the token %j is none, so it does not listen", async (token) => {
    expect(await tryStart({ listen: everywhere, token: () => token })).toEqual({
      outcome: "not_listening",
      message:
        "http.listen: 0.0.0.0:0 can be reached from outside, so it needs a token; " +
        "set http.token or MEM0_AUDIT_HTTP_TOKEN, or listen on 127.0.0.1",
    });
  });

  it("it stays shut if a reload takes the token away", async () => {
    let token: string | undefined = "s3cret";
    const server = await start({ listen: everywhere, token: () => token });
    expect((await ask(server, "/closed", { headers: { Authorization: "Bearer s3cret" } })).status).toBe(200);
    token = undefined;
    expect((await ask(server, "/closed")).status).toBe(401);
  });
});

describe("listening", () => {
  it("IPv6 works too", async () => {
    const server = await start({ listen: { host: "::1", port: 0 } });
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+\/$/);
    expect((await ask(server, "/closed")).status).toBe(200);
  });

  it("a busy port is a report", async () => {
    const port = Number(new URL((await start()).url).port);
    expect(await tryStart({ listen: { host: "127.0.0.1", port } })).toEqual({
      outcome: "not_listening",
      message: `http.listen: cannot listen on 127.0.0.1:${port}: another process uses it; end that process or choose another port`,
    });
  });

  it("an address of another machine is a report", async () => {
    const report = await tryStart({ listen: { host: "192.0.2.1", port: 0 }, token: () => "s3cret" });
    expect(report).toMatchObject({ outcome: "not_listening" });
  });
});

describe("limits", () => {
  function raw(server: Listening, text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const socket = connect(Number(port), hostname, () => socket.write(text));
      let received = "";
      socket.setEncoding("utf8");
      socket.on("data", (chunk: string) => {
        received += chunk;
      });
      socket.on("close", () => resolve(received));
      socket.on("error", reject);
    });
  }

  it("a head of more than 8 KiB is refused", async () => {
    const head = `GET /open HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(9000)}\r\n\r\n`;
    expect(await raw(await start(), head)).toMatch(/^HTTP\/1.1 431 /);
  });

  it("what is no HTTP is refused", async () => {
    expect(await raw(await start(), "\u0016\u0003\u0001\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
  });
});

describe("closing", () => {
  it("lets a request under way finish and takes no new one", async () => {
    const server = await start();
    const answer = ask(server, "/slow");
    await systemClock.sleep(30);
    await server.close();
    expect((await answer).body).toBe('"done"\n');
    await expect(ask(server, "/open")).rejects.toThrow("ECONNREFUSED");
  });

  it("does not wait for a connection that says nothing", async () => {
    const server = await start();
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    await new Promise((resolve) => socket.once("connect", resolve));
    const ended = new Promise((resolve) => socket.once("close", resolve));
    await server.close();
    await expect(ended).resolves.toBe(false);
  });
});
