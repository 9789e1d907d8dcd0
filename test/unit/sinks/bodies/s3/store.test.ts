/**
 * Goal: objects are put once under their names, with the encryption that was asked for; they are found by reference and
 * by id; probing leaves nothing.
 * Method: the store before the fake bucket, which tells what it was sent.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { S3BodyStore } from "../../../../../src/sinks/bodies/s3/store.ts";
import { FakeS3, refuseAll, S3_VARIABLES } from "../../../../support/fake-s3.ts";
import { s3Client, s3Options } from "./s3-of.ts";

const ID = "0123456789abcdefghi_-Z-4711";
const NAME = `2026-04-03/${ID}.json.gz`;
const CONTENT = Buffer.from("packed");
const CUSTOMER_KEY = Buffer.alloc(32, 7).toString("base64");
const signal = new AbortController().signal;

let server: FakeS3;
let opened: S3BodyStore[] = [];
beforeEach(async () => {
  for (const [name, value] of Object.entries(S3_VARIABLES)) vi.stubEnv(name, value);
  server = await FakeS3.start();
});
afterEach(async () => {
  for (const store of opened) await store.close();
  opened = [];
  await server.stop();
  vi.unstubAllEnvs();
});

function storeOf(more: object = {}): S3BodyStore {
  const store = new S3BodyStore(s3Options(server.url, more), s3Client(server, more));
  opened.push(store);
  return store;
}

describe("an object", () => {
  it("is put once, and read back", async () => {
    const store = storeOf();
    expect(await store.open()).toEqual({ outcome: "ready" });
    expect(await store.put(NAME, CONTENT, signal)).toEqual({ outcome: "stored" });
    expect(await store.put(NAME, CONTENT, signal)).toEqual({ outcome: "duplicate" });
    expect(await store.flush()).toBeUndefined();
    expect([...server.writes]).toEqual([[`bodies/${NAME}`, 1]]);
    expect(await store.read(NAME, signal)).toEqual({ outcome: "found", name: NAME, content: CONTENT });
    expect(await store.read(NAME.replace("03/", "04/"), signal)).toEqual({ outcome: "missing" });
  });

  it("lies at the top of the bucket without a prefix", async () => {
    await storeOf({ prefix: "" }).put(NAME, CONTENT, signal);
    expect([...server.objects.keys()]).toEqual([NAME]);
  });

  it("is found by its id alone, over all pages of days", async () => {
    const store = storeOf();
    for (let day = 1; day <= 5; day++) await store.put(`2026-04-0${day}/other.json.gz`, CONTENT, signal);
    expect(await store.find(ID, signal)).toEqual({ outcome: "missing" });
    await store.put(`2026-04-02/${ID}.json.gz`, CONTENT, signal);
    expect(await store.find(ID, signal)).toMatchObject({
      name: `2026-04-02/${ID}.json.gz`,
      content: CONTENT,
    });
  });

  it("is listed with others of its day and file, over all pages", async () => {
    const store = storeOf();
    const ids = ["1", "2", "3", "4", "5"].map((offset) => `${ID.slice(0, 22)}-${offset}`);
    for (const id of ids) await store.put(`2026-04-03/${id}.json.gz`, CONTENT, signal);
    for (const other of [NAME.replace("0123", "9999"), NAME.replace("03/", "04/")])
      await store.put(other, CONTENT, signal);
    const listed = await store.list("2026-04-03", `${ID.slice(0, 22)}-`, signal);
    expect(listed).toEqual({ outcome: "found", ids: new Set(ids) });
  });

  it("is put again where the server does not know conditions: the same bytes", async () => {
    server.misbehave = (request, response) =>
      request.headers["if-none-match"] !== undefined && refuseAll(501, "NotImplemented")(request, response);
    const store = storeOf();
    expect(await store.put(NAME, CONTENT, signal)).toEqual({ outcome: "stored" });
    expect(await store.put(NAME, CONTENT, signal)).toEqual({ outcome: "stored" });
    expect(server.requests).toHaveLength(3);
    expect(server.writes.get(`bodies/${NAME}`)).toBe(2);
  });

  it("that is too large for a proxy is refused for itself", async () => {
    server.misbehave = refuseAll(413, "EntityTooLarge");
    expect(await storeOf().put(NAME, CONTENT, signal)).toMatchObject({
      outcome: "refused",
      error: { type: "too_large", isDocumentFault: true },
    });
  });

  it.each([
    [503, "SlowDown", "unavailable"],
    [403, "AccessDenied", "blocked"],
    [501, "NotImplemented", "unavailable"],
  ])("%i %s is said by every operation", async (status, code, outcome) => {
    server.misbehave = refuseAll(status, code);
    const store = storeOf();
    expect(await store.put(NAME, CONTENT, signal)).toMatchObject({ outcome });
    expect(await store.read(NAME, signal)).toMatchObject({ outcome });
    expect(await store.find(ID, signal)).toMatchObject({ outcome });
    expect(await store.list("2026-04-03", "", signal)).toMatchObject({ outcome });
  });
});

describe("encryption", () => {
  async function headersOf(sse: object) {
    const store = storeOf({ sse });
    await store.put(NAME, CONTENT, signal);
    await store.read(NAME, signal);
    return server.requests.map(({ headers }) => headers);
  }

  it("is the bucket's own without a word", async () => {
    const [put] = await headersOf({});
    expect(Object.keys(put ?? {}).filter((name) => name.includes("encryption"))).toEqual([]);
  });

  it("is that of S3 or KMS, with a key of one's own there", async () => {
    const [put] = await headersOf({ algorithm: "aws:kms", key_id: "alias/mem0" });
    expect(put).toMatchObject({
      "x-amz-server-side-encryption": "aws:kms",
      "x-amz-server-side-encryption-aws-kms-key-id": "alias/mem0",
    });
  });

  it("is by a key that is sent along, to read as well", async () => {
    const algorithm = "x-amz-server-side-encryption-customer-algorithm";
    const key = "x-amz-server-side-encryption-customer-key";
    for (const headers of await headersOf({ customer_key: CUSTOMER_KEY }))
      expect(headers).toMatchObject({ [algorithm]: "AES256", [key]: CUSTOMER_KEY, [`${key}-md5`]: /./ });
  });
});

describe("a probe", () => {
  it("passes where objects can be put, and leaves nothing", async () => {
    const message = "objects can be put into s3://mem0-bodies/bodies/";
    expect(await storeOf().probe(signal)).toEqual([{ name: "bucket", ok: true, message }]);
    expect(server.openUploads).toBe(0);
    expect(server.objects.size).toBe(0);
  });

  it("says what is missing", async () => {
    server.misbehave = refuseAll(403, "AccessDenied");
    expect(await storeOf().probe(signal)).toMatchObject([
      { ok: false, message: expect.stringMatching(/AccessDenied.*allow this action/) },
    ]);
    server.misbehave = (request, response) =>
      request.method === "DELETE" && refuseAll(403, "AccessDenied")(request, response);
    expect(await storeOf().probe(signal)).toMatchObject([
      { ok: true, message: expect.stringContaining("allow s3:AbortMultipartUpload") },
    ]);
  });
});
