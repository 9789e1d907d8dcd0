/** What `check` asks of a database. */
import type { ProbeResult } from "../sink.ts";
import type { Committer } from "./committer.ts";
import type { SqlConnection } from "./connection.ts";
import type { SqlDialect } from "./dialect.ts";
import { reportOn } from "./fault.ts";
import { isPresent, schemaVersion, tablesMissing } from "./schema.ts";

type Run = <Result>(work: (connection: SqlConnection) => Promise<Result>) => Promise<Result>;

interface ProbePorts {
  readonly dialect: SqlDialect;
  readonly committer: Committer;
  /** Whether tables may be made. */
  readonly create: boolean;
}

/** Connects, looks at the tables and tries to write; leaves nothing behind. */
export async function probe(run: Run, { dialect, committer, create }: ProbePorts): Promise<ProbeResult[]> {
  const { name } = dialect.schema;
  const results: ProbeResult[] = [];
  const passed = (what: string, message: string) => results.push({ name: what, ok: true, message });
  let step = "connection";
  try {
    const version = await run((connection) => schemaVersion(connection, dialect));
    passed(step, `the server lets us in`);
    step = "tables";
    if (!isPresent(version, dialect)) {
      const message = create ? `${name} gets its tables at the first start` : tablesMissing(version, dialect);
      results.push({ name: step, ok: create, message });
      return results;
    }
    passed(step, `${name} has its tables`);
    step = "write";
    await run((connection) => committer.tryWriting(connection));
    passed(step, `${name} can be written`);
  } catch (error) {
    results.push({ name: step, ok: false, message: reportOn(error).message });
  }
  return results;
}
