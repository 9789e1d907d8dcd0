/**
 * Goal: large bodies travel compressed to those who can read them, and to nobody else.
 * Method: bodies of both sizes and headers as clients send them, decompressed again.
 */
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { encodeBody } from "../../../src/http/encoding.ts";

const LARGE = "abcä".repeat(1000);

test.each(["gzip", "gzip, deflate, br", "br;q=1, GZIP;q=0.5", "*"])(
  "%j gets a large body compressed",
  async (header) => {
    const { bytes, encoding } = await encodeBody(LARGE, header);
    expect(encoding).toEqual({ "Content-Encoding": "gzip", Vary: "Accept-Encoding" });
    expect(gunzipSync(bytes).toString()).toBe(LARGE);
  },
);

test.each([undefined, "", "br", "gzip;q=0", "gzip; q=0.0, br", "xgzip"])(
  "%j gets it as it is",
  async (header) => {
    const { bytes, encoding } = await encodeBody(LARGE, header);
    expect(encoding).toEqual({ Vary: "Accept-Encoding" });
    expect(bytes.toString()).toBe(LARGE);
  },
);

test("a small body is not worth it", async () => {
  const { bytes, encoding } = await encodeBody("small", "gzip");
  expect(encoding).toEqual({});
  expect(bytes.toString()).toBe("small");
});
