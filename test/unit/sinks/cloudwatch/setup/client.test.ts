/**
 * Goal: each operation reaches its service, as the API reference writes it, signed; each failure is one sentence.
 * Method: the AWS SDK sends to a server in this process that notes requests and answers what it is told. Saved queries
 * are held to their exact request here: no test server knows them.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cloudWatchOptions } from "../../../../../src/sinks/cloudwatch/options.ts";
import type { AwsFault } from "../../../../../src/sinks/cloudwatch/setup/aws.ts";
import { AwsClients } from "../../../../../src/sinks/cloudwatch/setup/client.ts";
import { SAVED_QUERIES } from "../../../../../src/sinks/cloudwatch/setup/saved-queries.ts";
import { savedQueriesStep } from "../../../../../src/sinks/cloudwatch/setup/saved-query-step.ts";
import { systemClock } from "../../../../../src/system/clock.ts";
import { carryOut } from "./fake-aws.ts";

interface Request {
  readonly target: string | undefined;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

const NEVER = new AbortController().signal;

let server: Server;
let url: string;
let requests: Request[];
/** What the next requests are answered, in turn; then `{}`. */
let answers: { readonly status: number; readonly body: object }[];
let clients: AwsClients;

beforeEach(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  requests = [];
  answers = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const target = request.headers["x-amz-target"];
    const { authorization } = request.headers;
    requests.push({
      target: String(target),
      authorization,
      body: JSON.parse(Buffer.concat(chunks).toString()),
    });
    const { status, body } = answers.shift() ?? { status: 200, body: {} };
    response.writeHead(status, { "content-type": request.headers["content-type"] });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  clients = clientsOf({});
});

afterEach(async () => {
  await clients.close();
  await new Promise((resolve) => server.close(resolve));
  vi.unstubAllEnvs();
});

function clientsOf(more: object): AwsClients {
  const options = { region: "eu-west-1", endpoint: url, setup: { monitoring_endpoint: url }, ...more };
  return new AwsClients(cloudWatchOptions.parse(options), systemClock);
}

test("saved queries are looked for in their folder, page by page, and put as the API takes them", async () => {
  const first = { name: "mem0/cost per agent", queryDefinitionId: "7b1c", queryString: "limit 1" };
  answers.push(
    { status: 200, body: { queryDefinitions: [], nextToken: "more" } },
    { status: 200, body: { queryDefinitions: [first] } },
  );
  await carryOut(savedQueriesStep(clients, "mem0", "/mem0/audit-logs"));
  const [look, next, ...puts] = requests;
  expect(look).toMatchObject({
    target: "Logs_20140328.DescribeQueryDefinitions",
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/logs\//,
    ),
    body: { queryDefinitionNamePrefix: "mem0/" },
  });
  expect(next?.body).toEqual({ queryDefinitionNamePrefix: "mem0/", nextToken: "more" });
  expect(puts.map(({ target }) => target)).toEqual(
    SAVED_QUERIES.map(() => "Logs_20140328.PutQueryDefinition"),
  );
  expect(puts.map(({ body }) => body)).toEqual(
    SAVED_QUERIES.map(({ title, query }) => ({
      name: `mem0/${title}`,
      queryString: query,
      logGroupNames: ["/mem0/audit-logs"],
      ...(title === "cost per agent" && { queryDefinitionId: "7b1c" }),
      // Made by the SDK, so that a repeated request makes no second query.
      clientToken: expect.stringMatching(/^\S{36}$/),
    })),
  );
});

test("alarms and the dashboard go to CloudWatch itself", async () => {
  const body = { DashboardName: "mem0-audit", DashboardBody: "{}" };
  await clients.change({ operation: "cloudwatch:PutDashboard", body }, NEVER);
  expect(requests[0]).toMatchObject({
    target: "GraniteServiceVersion20100801.PutDashboard",
    authorization: expect.stringContaining("/eu-west-1/monitoring/aws4_request"),
    body,
  });
});

test("a permission that is missing is named, in both services", async () => {
  const denied = { status: 400, body: { __type: "AccessDeniedException", message: "User: arn:… may not" } };
  answers.push(denied, denied);
  await expect(clients.look("logs:DescribeLogGroups", {}, NEVER)).rejects.toThrow(
    "AWS does not allow logs:DescribeLogGroups",
  );
  await expect(clients.look("cloudwatch:DescribeAlarms", {}, NEVER)).rejects.toThrow(
    "AWS does not allow cloudwatch:DescribeAlarms",
  );
});

test("what does not exist is told by the exception's name", async () => {
  answers.push({ status: 404, body: { __type: "com.amazonaws.cloudwatch#ResourceNotFound" } });
  const fault: AwsFault = await clients
    .look("cloudwatch:GetDashboard", { DashboardName: "mem0" }, NEVER)
    .then(() => expect.fail("it was found"))
    .catch((error) => error);
  expect(fault.type).toBe("ResourceNotFound");
});

test("what was throttled is sent again", async () => {
  answers.push({ status: 400, body: { __type: "ThrottlingException", message: "Rate exceeded" } });
  await clients.look("logs:DescribeLogGroups", {}, NEVER);
  expect(requests.length).toBe(2);
});

test("an interruption ends the request", async () => {
  await expect(clients.look("logs:DescribeLogGroups", {}, AbortSignal.abort())).rejects.toThrow("given up");
  expect(requests).toEqual([]);
});

test("the region is that of the configuration", async () => {
  expect(await clients.region()).toBe("eu-west-1");
});

test("without a region anywhere that is told", async () => {
  vi.stubEnv("AWS_REGION", undefined);
  vi.stubEnv("AWS_CONFIG_FILE", "/nowhere");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere");
  const lost = clientsOf({ region: undefined });
  await expect(lost.region()).rejects.toThrow("set region, AWS_REGION or one in the profile");
  await lost.close();
});
