/**
 * Goal: an EC2 instance is known by its id, and every other machine soon knows that it is none.
 * Method: a metadata service of our own on loopback, right, wrong, silent, or not there; a clock that stands still.
 */
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { instanceIdOf } from "../../../../src/sinks/cloudwatch/instance-id.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const TOKEN = "token-of-the-session";
const servers: Server[] = [];
const requests: string[] = [];

afterEach(() => {
  requests.length = 0;
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener): Promise<{ AWS_EC2_METADATA_SERVICE_ENDPOINT: string }> {
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}` };
}

/** As the service: a token for a PUT with a lifetime, the id for a GET with the token. */
function metadata(id: string): RequestListener {
  return ({ method, url, headers }, response) => {
    const isTokenRequest = method === "PUT" && url === "/latest/api/token";
    if (isTokenRequest && headers["x-aws-ec2-metadata-token-ttl-seconds"]) response.end(TOKEN);
    else if (url !== "/latest/meta-data/instance-id") response.writeHead(404).end();
    else if (headers["x-aws-ec2-metadata-token"] !== TOKEN) response.writeHead(401).end();
    else response.end(id);
  };
}

function ask(environment: Readonly<Record<string, string>>): Promise<string | undefined> {
  return instanceIdOf({ environment, clock: new VirtualClock() });
}

describe("instanceIdOf", () => {
  it("asks with a token, as version 2 of the service demands", async () => {
    expect(await ask(await serve(metadata("i-0123456789abcdef0")))).toBe("i-0123456789abcdef0");
    expect(requests).toEqual(["PUT /latest/api/token", "GET /latest/meta-data/instance-id"]);
  });

  it.each([
    ["AWS_EC2_METADATA_DISABLED", "true"],
    ["AWS_EC2_METADATA_DISABLED", "TRUE"],
    ["ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/x"],
    ["KUBERNETES_SERVICE_HOST", "10.0.0.1"],
  ])("does not ask where %s is %s", async (name, value) => {
    const environment = await serve(metadata("i-1"));
    expect(await ask({ ...environment, [name]: value })).toBeUndefined();
    expect(requests).toEqual([]);
  });

  it("takes no answer that is no id", async () => {
    expect(await ask(await serve(metadata("<html>Log in</html>")))).toBeUndefined();
    expect(await ask(await serve((_, response) => response.writeHead(403).end("forbidden")))).toBeUndefined();
    const elsewhere = { location: "http://127.0.0.1:1/" };
    expect(await ask(await serve((_, response) => response.writeHead(302, elsewhere).end()))).toBeUndefined();
  });

  it("takes a refused connection or a wrong endpoint as no instance", async () => {
    const environment = await serve(metadata("i-1"));
    const [server] = servers.splice(0);
    server?.close();
    expect(await ask(environment)).toBeUndefined();
    expect(await ask({ AWS_EC2_METADATA_SERVICE_ENDPOINT: "no url" })).toBeUndefined();
  });

  it("gives up after a second without an answer", async () => {
    const environment = await serve(() => undefined);
    const clock = new VirtualClock();
    const asked = instanceIdOf({ environment, clock });
    await expect.poll(() => requests.length).toBe(1);
    await clock.advance(1000);
    expect(await asked).toBeUndefined();
    expect(clock.sleeps).toEqual([1000]);
  });
});
