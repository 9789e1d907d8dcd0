/**
 * Goal: every path of the memory service has its route group and template; no other path is lost or exploded.
 * Method: a table.
 */
import { describe, expect, test } from "vitest";
import { routeOf } from "../../../src/record/route.ts";

const UUID = "3f0c9d1e-6a53-4a9e-9f0e-2d0f5a1b7c11";

describe("the route of", () => {
  test.each([
    ["POST", "/memory/add", "memory_create", "/memory/add"],
    ["POST", "/memory/dream", "memory_create", "/memory/dream"],
    ["POST", "/memory/search", "memory_search", "/memory/search"],
    ["POST", "/memory/search_combined", "memory_search", "/memory/search_combined"],
    ["PUT", "/memory/update", "memory_update", "/memory/update"],
    ["POST", "/memory/reset", "memory_delete", "/memory/reset"],
    ["GET", "/memory/list", "memory_read", "/memory/list"],
    ["GET", `/memory/${UUID}`, "memory_read", "/memory/{memory_id}"],
    ["GET", "/memory/anything", "memory_read", "/memory/{memory_id}"],
    ["DELETE", `/memory/${UUID}`, "memory_delete", "/memory/{memory_id}"],
    ["GET", `/memory/history/${UUID}`, "memory_read", "/memory/history/{memory_id}"],
    ["GET", "/health", "system", "/health"],
    ["GET", "/ui", "system", "/ui"],
    ["GET", "/ui/assets/app.js", "system", "/ui/assets/app.js"],
    ["GET", "/docs", "system", "/docs"],
    ["GET", "/docs/oauth2-redirect", "system", "/docs/oauth2-redirect"],
    ["GET", "/", "other", "/"],
    ["GET", "/openapi.json", "other", "/openapi.json"],
    ["POST", "/v2/memory/add", "other", "/v2/memory/add"],
    ["GET", "/memory", "other", "/memory"],
    ["GET", "/memory/", "other", "/memory"],
    ["GET", "/memory/a/b/c", "other", "/memory/a/b/c"],
    ["GET", "/memory/history/", "memory_read", "/memory/{memory_id}"],
    ["GET", `/users/${UUID}/items/42`, "other", "/users/{id}/items/{id}"],
    ["GET", "/traces/0123456789abcdef", "other", "/traces/{id}"],
    ["DELETE", "/other", "other", "/other"],
    ["GET", "", "other", ""],
  ])("%s %s is %s, %s", (method, path, group, template) => {
    expect(routeOf(method, path)).toMatchObject({ group, template });
  });

  test.each(["/memory/search/", "/memory/search?q=1", "/memory/search#x", "/memory/search/?a=/b"])(
    "%s is that of the path without its query and last slash",
    (path) => {
      expect(routeOf("POST", path)).toMatchObject({ group: "memory_search", template: "/memory/search" });
    },
  );

  test("a usage record goes by its path alone", () => {
    expect(routeOf(undefined, "/memory/add").group).toBe("memory_create");
    expect(routeOf(undefined, `/memory/${UUID}`).group).toBe("memory_read");
  });

  test.each([undefined, null, 1, ["/health"], {}])(
    "%j, which is no path, is other without a template",
    (path) => {
      expect(routeOf("GET", path)).toMatchObject({ group: "other", template: undefined });
      expect(routeOf("GET", path).json).toBe('"route_group":"other"');
    },
  );
});

test("an endless path becomes a short template", () => {
  expect(routeOf("GET", `/${"x".repeat(10_000)}`).template?.length).toBeLessThanOrEqual(256);
});

test("the JSON members are those of the route, in ASCII", () => {
  expect(routeOf("GET", "/health").json).toBe('"route_group":"system","url":{"template":"/health"}');
  const { json } = routeOf("GET", '/记忆/"quoted"\u2028');
  expect(json).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(`{${json}}`)).toEqual({
    route_group: "other",
    url: { template: '/记忆/"quoted"\u2028' },
  });
});
