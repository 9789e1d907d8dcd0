/** A path → its route group and its template, by the routes of the memory service. */
import { asciiJson } from "./ascii-json.ts";
import type { Route, RouteGroup } from "./record.ts";

function route(group: RouteGroup, template: string | undefined): Route {
  const url = template === undefined ? "" : `,"url":{"template":${asciiJson(template)}}`;
  return { group, template, json: `"route_group":"${group}"${url}` };
}

/** The service's routes without ids in their path, the busiest first. */
const FIXED_ROUTES: readonly Route[] = [
  route("memory_create", "/memory/add"),
  route("memory_search", "/memory/search"),
  route("system", "/health"),
  route("memory_search", "/memory/search_combined"),
  route("memory_read", "/memory/list"),
  route("memory_update", "/memory/update"),
  route("memory_create", "/memory/dream"),
  route("memory_delete", "/memory/reset"),
  route("system", "/ui"),
  route("system", "/docs"),
];

/** Compares one by one: few and mostly of other lengths, that is faster than the hash of a text that was just cut. */
function fixedRoute(path: string): Route | undefined {
  for (const fixed of FIXED_ROUTES) if (fixed.template === path) return fixed;
  return undefined;
}
const READ_ONE = route("memory_read", "/memory/{memory_id}");
const DELETE_ONE = route("memory_delete", "/memory/{memory_id}");
const HISTORY = route("memory_read", "/memory/history/{memory_id}");
const NO_PATH = route("other", undefined);

/** Longer templates than this say nothing, and would only fill tables of distinct values. */
const TEMPLATE_CHARACTERS_MAX = 256;

/** Path segments that are ids: a UUID, a number, or a long hexadecimal word. */
const ID_SEGMENT = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d+|[0-9a-f]{16,})$/i;

function generalTemplate(path: string): string {
  const segments = path.slice(0, TEMPLATE_CHARACTERS_MAX).split("/");
  return segments.map((segment) => (ID_SEGMENT.test(segment) ? "{id}" : segment)).join("/");
}

function withoutQueryAndSlash(path: string): string {
  const end = path.search(/[?#]/);
  const bare = end < 0 ? path : path.slice(0, end);
  return bare.length > 1 && bare.endsWith("/") ? bare.slice(0, -1) : bare;
}

function deletion(found: Route): Route {
  return found.group === "memory_delete" ? found : route("memory_delete", found.template);
}

function patternRoute(path: string): Route {
  const bare = withoutQueryAndSlash(path);
  const fixed = fixedRoute(bare);
  if (fixed !== undefined) return fixed;
  if (bare.startsWith("/ui/") || bare.startsWith("/docs/")) return route("system", generalTemplate(bare));
  const [root, area, first, second, ...more] = bare.split("/");
  if (root === "" && area === "memory" && first !== undefined && more.length === 0) {
    if (second === undefined && first !== "") return READ_ONE;
    if (first === "history" && second !== undefined && second !== "") return HISTORY;
  }
  return route("other", generalTemplate(bare));
}

/**
 * The route of a record.
 *
 * @param method the record's method; usage records have none and go by their path alone
 * @param path the record's path, of any type
 */
export function routeOf(method: unknown, path: unknown): Route {
  if (typeof path !== "string") return NO_PATH;
  const found = fixedRoute(path) ?? patternRoute(path);
  if (method !== "DELETE" || !path.startsWith("/memory/")) return found;
  return found === READ_ONE ? DELETE_ONE : deletion(found);
}
