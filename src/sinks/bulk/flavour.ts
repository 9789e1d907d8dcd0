/** The two products that speak the bulk protocol: where they differ, and how to tell one from the other. */
import { type Answer, member, readJson } from "./answer.ts";
import type { FlatObjectType } from "./template.ts";

export interface Flavour {
  readonly product: "OpenSearch" | "Elasticsearch";
  /** The `type` of its sinks. */
  readonly type: "opensearch" | "elasticsearch";
  /** The oldest version that takes all that we send. */
  readonly versionMin: readonly [major: number, minor: number];
  /** Its mapping type for an object with any members. */
  readonly flatObject: FlatObjectType;
  /** True if its newer versions know `include_source_on_error`. */
  readonly canHideSource: boolean;
  /** True if it tells a user what he may do (`_has_privileges`). */
  readonly tellsPrivileges: boolean;
}

export const OPENSEARCH: Flavour = {
  product: "OpenSearch",
  type: "opensearch",
  // The first with the type flat_object.
  versionMin: [2, 7],
  flatObject: "flat_object",
  canHideSource: false,
  tellsPrivileges: false,
};

export const ELASTICSEARCH: Flavour = {
  product: "Elasticsearch",
  type: "elasticsearch",
  // The first that takes the media types of version 8.
  versionMin: [8, 0],
  flatObject: "flattened",
  canHideSource: true,
  tellsPrivileges: true,
};

/** What a server says of itself. */
export interface ServerIdentity {
  /** Undefined if it does not tell, or is neither. */
  readonly product: Flavour["product"] | undefined;
  readonly version: string | undefined;
  /** Elastic's own service without servers: its version says nothing, and some settings are not allowed there. */
  readonly isServerless: boolean;
}

/** Reads an answer to `GET /`, which may also be a refusal: Elasticsearch signs every answer by a header. */
export function identityOf(root: Answer): ServerIdentity {
  const version = member(readJson(root.body), "version");
  const number = member(version, "number");
  const isServerless = member(version, "build_flavor") === "serverless";
  return {
    product: productOf(root, version),
    version: typeof number === "string" && !isServerless ? number.slice(0, 40) : undefined,
    isServerless,
  };
}

function productOf(root: Answer, version: unknown): Flavour["product"] | undefined {
  if (root.headers["x-elastic-product"] === "Elasticsearch") return "Elasticsearch";
  const distribution = member(version, "distribution");
  if (distribution === "opensearch") return "OpenSearch";
  // Behind a gateway that strips headers.
  return distribution === undefined && typeof member(version, "number") === "string"
    ? "Elasticsearch"
    : undefined;
}

/** A product with its version: `Elasticsearch 8.19.2`, `Elasticsearch Serverless`. */
export function describeIdentity({ product, version, isServerless }: ServerIdentity): string {
  return [product, isServerless ? "Serverless" : version].filter(Boolean).join(" ");
}

/** What to say if the server is the other product; undefined if it is the right one or does not tell. */
export function describeMistake(identity: ServerIdentity, flavour: Flavour): string | undefined {
  if (identity.product === undefined || identity.product === flavour.product) return undefined;
  const { type } = identity.product === "OpenSearch" ? OPENSEARCH : ELASTICSEARCH;
  return `this is ${describeIdentity(identity)}, not ${flavour.product}: write type: ${type}`;
}
