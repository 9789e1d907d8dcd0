/** Tables without a server: they know how far a generation was committed, and refuse lines that the test names. */
import { dataFault, EMPTY_TABLES, ScriptedConnection } from "./scripted-connection.ts";

export class ScriptedTables {
  committedOffset: number;
  /** Lines that dead letters were replayed of. */
  replayedOffsets: number[] = [];
  /** A statement with one of these lines is refused. */
  refusedLines: string[] = [];
  /** Every line is refused. */
  refusesAll = false;
  readonly connection: ScriptedConnection;

  constructor(committedOffset = 0) {
    this.committedOffset = committedOffset;
    this.connection = new ScriptedConnection((sql, parameters) => this.#answer(sql, parameters));
  }

  /** Statements that changed something for good: those of transactions that were committed. */
  get committed(): string[] {
    const { log } = this.connection;
    const kept: string[] = [];
    let open: string[] = [];
    for (const entry of log) {
      if (entry === "BEGIN" || entry === "ROLLBACK") open = [];
      else if (entry === "COMMIT") kept.push(...open);
      else open.push(entry);
    }
    return kept;
  }

  #answer(sql: string, parameters: readonly unknown[]): readonly object[] {
    if (/^insert into "mem0_audit"."record"/.test(sql)) {
      const lines = parameters.filter((value) => Buffer.isBuffer(value)).map(String);
      if (this.refusesAll || lines.some((line) => this.refusedLines.includes(line))) throw dataFault();
    }
    if (sql.includes('"source_file"') && sql.includes("for update"))
      return [{ committed_offset: String(this.committedOffset) }];
    if (sql.startsWith('update "mem0_audit"."source_file" set "committed_offset"'))
      this.committedOffset = Number(parameters[0]);
    if (sql.includes('"replayed_line"') && sql.startsWith("select")) {
      const [, offset = 0] = parameters as [string, number];
      const isOne = sql.includes('"line_offset" = ');
      return this.replayedOffsets
        .filter((replayed) => (isOne ? replayed === offset : replayed >= offset))
        .map((replayed) => ({ line_offset: String(replayed) }));
    }
    if (sql.startsWith('insert into "mem0_audit"."replayed_line"'))
      this.replayedOffsets.push(Number(parameters[1]));
    return EMPTY_TABLES(sql, parameters);
  }
}
