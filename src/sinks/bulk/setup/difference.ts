/** Compares what a server shows with what it should be. Servers add defaults, and write numbers and booleans as texts. */
import { member } from "../answer.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** `value` if it is an object, else an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** True if `found` holds everything that `wanted` says. Lists are equal in length and order. */
export function covers(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(found) &&
      found.length === wanted.length &&
      wanted.every((item, index) => covers(found[index], item))
    );
  }
  if (!isObject(wanted)) return String(found) === String(wanted);
  return (
    isObject(found) && Object.entries(wanted).every(([name, value]) => covers(member(found, name), value))
  );
}

/** The members of both; where both speak, `stronger` holds. */
export function merged(weaker: unknown, stronger: JsonObject): JsonObject {
  const strengthened = Object.entries(stronger).map(([name, value]) => [
    name,
    isObject(value) ? merged(member(weaker, name), value) : value,
  ]);
  return { ...objectOf(weaker), ...Object.fromEntries(strengthened) };
}

/** A copy that lacks the member `name`. */
export function without(value: unknown, name: string): JsonObject {
  const { [name]: _removed, ...others } = objectOf(value);
  return others;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
