/**
 * Goal: things have the names people know; what has none is shown as it is.
 * Method: one of each.
 */
import { expect, it } from "vitest";
import { categoryName, routeName, valueName } from "../../../../src/http/page/names.ts";

it("routes and categories have names", () => {
  expect(routeName("memory_create")).toBe("Create");
  expect(routeName("memory_invented")).toBe("memory_invented");
  expect(categoryName("embedding")).toBe("Embeddings");
  expect(categoryName("invented")).toBe("invented");
});

it("a value is named by what it is a value of", () => {
  expect(valueName("route", "memory_search")).toBe("Search");
  expect(valueName("category", "llm")).toBe("LLM");
  expect(valueName("agent", "memory_search")).toBe("memory_search");
  expect(valueName("status", 404)).toBe("404");
  expect(valueName("user", null)).toBe("(none)");
});
