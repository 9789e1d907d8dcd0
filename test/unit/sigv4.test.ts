/**
 * Goal: the verifier of signatures, on which other tests rely, is right itself.
 * Method: published examples of AWS (the Signature Version 4 test suite and the IAM user guide), then with one thing changed.
 */
import { expect, test } from "vitest";
import { type SignedRequest, signatureScope, verifySigV4 } from "../support/sigv4.ts";

const SECRETS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const TIME = "20150830T123600Z";

function signed(
  request: Partial<SignedRequest> & { readonly scope?: string },
  names: string,
  signature: string,
): SignedRequest {
  const { scope = "us-east-1/service", headers, ...others } = request;
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/${scope}/aws4_request, SignedHeaders=${names}, Signature=${signature}`;
  return {
    method: "GET",
    url: "/",
    body: "",
    headers: { host: "example.amazonaws.com", "x-amz-date": TIME, ...headers, authorization },
    ...others,
  };
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const GET_VANILLA = signed(
  {},
  "host;x-amz-date",
  "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
);
const POST_FORM = signed(
  { method: "POST", headers: FORM, body: "Param1=value1" },
  "content-type;host;x-amz-date",
  "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
);

test.each([
  ["get-vanilla", GET_VANILLA],
  [
    "get-vanilla-query-order-key-case",
    signed(
      { url: "/?Param2=value2&Param1=value1" },
      "host;x-amz-date",
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
  ],
  ["post-x-www-form-urlencoded", POST_FORM],
  [
    "the ListUsers of the IAM user guide",
    signed(
      {
        url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
        scope: "us-east-1/iam",
        headers: {
          host: "iam.amazonaws.com",
          "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        },
      },
      "content-type;host;x-amz-date",
      "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    ),
  ],
])("%s is right", (_, request) => {
  expect(verifySigV4(request, SECRETS)).toBeUndefined();
});

test.each([
  ["no signature", { headers: {} }, /no Authorization/],
  ["another method", { method: "PUT" }, /not that of this request/],
  ["another path", { url: "/a" }, /not that of this request/],
  ["another query", { url: "/?a=b" }, /not that of this request/],
  ["another body", { body: "Param1=value2" }, /not that of this request/],
  ["another header", { headers: { ...POST_FORM.headers, host: "other" } }, /not that of this request/],
  [
    "a header of AWS that is not signed",
    { headers: { ...POST_FORM.headers, "x-amz-target": "a" } },
    /not signed: x-amz-target/,
  ],
  [
    "a hash of another body",
    { headers: { ...POST_FORM.headers, "x-amz-content-sha256": "0" } },
    /not that of the body/,
  ],
  [
    "another day",
    { headers: { ...POST_FORM.headers, "x-amz-date": "20150831T000000Z" } },
    /not of the day of the scope/,
  ],
])("%s is wrong", (_, change, reason) => {
  expect(verifySigV4({ ...POST_FORM, ...change }, SECRETS)).toMatch(reason);
});

test("another secret, another key and a missing session are wrong", () => {
  expect(verifySigV4(GET_VANILLA, { ...SECRETS, secretAccessKey: "x" })).toMatch(/this secret/);
  expect(verifySigV4(GET_VANILLA, { ...SECRETS, accessKeyId: "x" })).toMatch(/the access key is AKIDEXAMPLE/);
  expect(verifySigV4(GET_VANILLA, { ...SECRETS, sessionToken: "x" })).toMatch(/x-amz-security-token/);
});

test("the scope can be read", () => {
  expect(signatureScope(GET_VANILLA)).toEqual({ date: "20150830", region: "us-east-1", service: "service" });
  expect(signatureScope({ headers: {} })).toBeUndefined();
});
