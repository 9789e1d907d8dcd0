/** The options that all sinks into SQL databases have. */
import { z } from "zod";
import { secret } from "../../system/secret.ts";
import { duration, size } from "../../system/units.ts";
import { batchOptions, retryOptions, tlsOptions } from "../options.ts";

/** What differs between the products, for the options' descriptions and checks. */
interface SqlProduct {
  /** Schemes of its URLs, the usual one first. */
  readonly schemes: readonly string[];
  readonly port: number;
}

/** Where the database is and who we are to it. */
export interface SqlPlace {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
}

interface PlaceOptions {
  readonly url?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly database?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

const batch = batchOptions.extend({
  max_bytes: size({ min: "1KiB", max: "16MiB" })
    .prefault("1MiB")
    .meta({ description: "Bytes of the lines of one transaction." }),
  max_records: z.int().min(1).max(10_000).default(1000).meta({ description: "Lines of one transaction." }),
});

/** The options of a product, as a shape; the whole is checked by {@link checkPlace}. */
export function sqlOptions({ schemes, port }: SqlProduct) {
  const [scheme = ""] = schemes;
  const protocol = new RegExp(`^(?:${schemes.join("|")})$`);
  return {
    url: z
      .url({ protocol, error: `expected a URL like ${scheme}://user@host:${port}/database` })
      .check(({ value, issues }) => {
        if (!/[?#]/.test(value)) return;
        const message = "expected a URL without ? and #: what they would say are options beside it";
        issues.push({ code: "custom", input: value, message });
      })
      .optional()
      .meta({
        description: "Address of the database; instead of `host`, `port` and `database`.",
        examples: [`${scheme}://shipper@db:${port}/audit`],
      }),
    host: z.string().min(1).optional().meta({ description: "Host of the server, instead of `url`." }),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .meta({
        description: `Port of the server, with \`host\`; without it ${port}.`,
      }),
    database: z.string().min(1).optional().meta({ description: "Name of the database, with `host`." }),
    username: z.string().min(1).optional().meta({ description: "User name, if it is not in `url`." }),
    password: secret("Password of the user, if it is not in `url`.").optional(),
    tls: tlsOptions.optional().meta({
      description:
        "TLS; `{}` trusts the system's authorities. Without this option the connection is not encrypted.",
    }),
    create: z.boolean().default(true).meta({
      description: "Whether the tables are made, and brought up to date, by the shipper.",
    }),
    records: z.boolean().default(true).meta({
      description: "Whether whole lines are kept; without them the sums alone.",
    }),
    retention_days: z.int().min(1).max(36_500).optional().meta({
      description: "Records older than so many days are removed; sums never are. Without it none is removed.",
    }),
    batch: batch.prefault({}).meta({ description: "How large one transaction becomes." }),
    retry: retryOptions.prefault({}),
    request_timeout: duration({ min: "1s", max: "10m" })
      .prefault("60s")
      .meta({ description: "How long one transaction may take." }),
  };
}

export type SqlOptions = z.output<z.ZodObject<ReturnType<typeof sqlOptions>>>;

/** Refuses what names no place, or one in two ways. */
export function checkPlace({ value, issues }: z.core.ParsePayload<PlaceOptions>): void {
  const refuse = (path: string, message: string) =>
    void issues.push({ code: "custom", path: [path], input: value, message });
  const { url } = value;
  if (url === undefined) {
    for (const key of ["host", "database", "username"] as const)
      if (value[key] === undefined) refuse(key, `expected ${key}, or a url that says it`);
    return;
  }
  for (const key of ["host", "port", "database"] as const)
    if (value[key] !== undefined) refuse(key, `expected either url or ${key}, found both`);
  const { username, password, pathname } = new URL(url);
  if (pathname.length < 2) refuse("url", "expected the name of a database at its end, found none");
  if (username !== "" && value.username !== undefined)
    refuse("username", "expected it once, found it in url as well");
  if (username === "" && value.username === undefined)
    refuse("username", "expected a user here or in url, found none");
  if (password !== "" && value.password !== undefined)
    refuse("password", "expected it once, found it in url as well");
}

/** The place that checked options name. */
export function placeOf(options: PlaceOptions, defaultPort: number): SqlPlace {
  const url = options.url === undefined ? undefined : new URL(options.url);
  const { host = "", port = defaultPort, database = "", username = "", password = "" } = options;
  if (url === undefined) return { host, port, database, username, password };
  return {
    // Of an IPv6 address the brackets belong to the URL alone.
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? defaultPort : Number(url.port),
    database: decodeURIComponent(url.pathname.slice(1)),
    username: username === "" ? decodeURIComponent(url.username) : username,
    password: password === "" ? decodeURIComponent(url.password) : password,
  };
}

/** The place in words, without the user: it stands in messages. */
export function describePlace({ host, port, database }: SqlPlace): string {
  return `${host}:${port}/${database}`;
}
