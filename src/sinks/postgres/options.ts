/** The options of a sink of type `postgres`. */
import { z } from "zod";
import { checkPlace, sqlOptions } from "../sql/options.ts";

export const POSTGRES_PORT = 5432;

export const postgresOptions = z
  .strictObject({
    ...sqlOptions({ schemes: ["postgres", "postgresql"], port: POSTGRES_PORT }),
    schema: z
      .string()
      .regex(/^[a-z_][a-z0-9_]{0,62}$/, "expected lower-case letters, digits and _, at most 63")
      .default("mem0_audit")
      .meta({ description: "Schema that the tables are in; made if it is not there." }),
  })
  .check(checkPlace);
export type PostgresOptions = z.output<typeof postgresOptions>;
