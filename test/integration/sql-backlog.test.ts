/**
 * Goal: a backlog lands in a database completely and once, and is counted once, whatever happens on the way.
 * Method: PostgreSQL and MariaDB behind a proxy that cuts connections anywhere; the built daemon, and the server, killed
 * (SIGKILL) while it delivers; tables that refuse some lines. At the end every id and every dead letter is compared with
 * those worked out from the files, and the totals with plain sums. Then the same again without the state folder.
 */
import { afterAll, describe, expect, it } from "vitest";
import { happens, integerBetween } from "../../src/cli/demo/chance.ts";
import { type Random, seededRandom } from "../../src/system/random.ts";
import { Workspace } from "../support/daemon.ts";
import { makeDatabase, type SqlDatabase, sqlServers } from "../support/sql-places.ts";
import { sqlSink } from "../support/sql-sink.ts";
import { type Cut, TcpProxy } from "../support/tcp-proxy.ts";
import { AuditWriter } from "../torture/audit-writer.ts";
import { difference, expectedFates, NO_DIFFERENCE, place } from "../torture/expected-fates.ts";
import { killAgainAndAgain } from "../torture/kill-loop.ts";
import { SCALE } from "../torture/scale.ts";

const FAULT_SHARE = 0.6;
/** What of the bytes that pass counts as a piece of the daemon's work. */
const WORK_BYTES = 64 * 1024;
const PICOUSD_PER_TOKEN = { input: 800_000n, output: 4_000_000n, embedding: 20_000n };

type Line = Readonly<Record<string, unknown>>;

const servers = await sqlServers();
afterAll(async () => {
  for (const [, server] of servers) await server.stop();
});

function cutOf(random: Random): Cut | undefined {
  if (!happens(random, FAULT_SHARE)) return undefined;
  return happens(random, 0.5)
    ? { direction: "to_server", bytes: integerBetween(random, 1, 300_000) }
    : { direction: "to_client", bytes: integerBetween(random, 1, 1200) };
}

/** Makes the tables, and lets them refuse the lines that the writer has marked. */
async function makeTables(database: SqlDatabase): Promise<void> {
  const sink = await sqlSink(database.type, database.configuration);
  await sink.open(new AbortController().signal);
  await sink.close();
  const found =
    database.type === "postgres" ? `POSITION('"refuse_'::bytea IN line)` : `LOCATE('"refuse_', line)`;
  await database.query(`ALTER TABLE ${database.table("record")} ADD CONSTRAINT no CHECK (${found} = 0)`);
}

/** What `usage` must say of these lines. */
function totalsOf(lines: readonly Line[]) {
  const requests = lines.filter(({ method }) => method !== undefined);
  const sum = (type: string, name: string) =>
    lines.filter((line) => line["type"] === type).reduce((total, line) => total + Number(line[name] ?? 0), 0);
  const [input, output] = [sum("token_usage", "input_tokens"), sum("token_usage", "output_tokens")];
  const embedding = sum("embedding_usage", "input_tokens");
  const { input: inputRate, output: outputRate, embedding: embeddingRate } = PICOUSD_PER_TOKEN;
  const picousd = BigInt(input) * inputRate + BigInt(output) * outputRate + BigInt(embedding) * embeddingRate;
  return {
    requests: requests.length,
    errors: requests.filter(({ status }) => Number(status) >= 400).length,
    input_tokens: input + embedding,
    output_tokens: output,
    picousd,
  };
}

function toPicousd(usd: string): bigint {
  const [whole = "", fraction = ""] = usd.split(".");
  return BigInt(whole + fraction.padEnd(12, "0"));
}

describe.each(servers)("into %s", (type, server) => {
  async function deliverBacklog(database: SqlDatabase, workspace: Workspace, proxy: TcpProxy): Promise<void> {
    const random = seededRandom(SCALE.seed);
    proxy.cutOf = () => cutOf(random);
    const writer = new AuditWriter(workspace.auditDirectory, random, SCALE.backlogLines);
    await writer.write(SCALE.backlogLines, 0);
    const progress = () => Math.floor(proxy.bytesToServer / WORK_BYTES);
    const kills = { workspace, writer, random, linesPerKill: 0, progress };
    await killAgainAndAgain({ ...kills, kills: SCALE.backlogKills / 2 });
    await server.killAndRestart();
    await killAgainAndAgain({ ...kills, kills: SCALE.backlogKills / 2 });

    const expected = expectedFates(workspace.auditDirectory);
    expect(expected.lines).toBe(SCALE.backlogLines);
    const isRefused = ({ bytes }: { readonly bytes: Buffer }) => bytes.includes('"refuse_');
    const stored = expected.documents.filter((line) => !isRefused(line));
    const refused = expected.documents.filter(isRefused);
    expect(refused.length).toBeGreaterThan(10);

    const expectComplete = async () => {
      const last = await workspace.run("run", "--once", "--timeout", "10m");
      expect(last, last.stderr.slice(-2000)).toMatchObject({ code: 0 });
      const ids = (await database.rows("record", "id")).map(({ id }) => String(id));
      const wanted = stored.map(({ id }) => id);
      expect(difference(ids, wanted)).toEqual(NO_DIFFERENCE);
      const letters = await workspace.ask<{ items: readonly { file: string; offset: number }[] }>(
        ...["dead-letters", "list"],
      );
      const dead = letters.items.map(({ file, offset }) => place(file, offset));
      const wantedDead = [...expected.broken, ...refused.map(({ file, offset }) => place(file, offset))];
      expect(difference(dead, wantedDead)).toEqual(NO_DIFFERENCE);
      // A question is asked once: whoever asks is told that the connection broke, and asks again.
      proxy.cutOf = () => undefined;
      const { totals } = await workspace.ask<{ totals: Line }>(...["usage", "--all", "--from", "database"]);
      const { picousd, ...counts } = totalsOf(stored.map(({ record }) => record));
      expect(totals).toMatchObject(counts);
      expect(toPicousd(String(totals["total_usd"]))).toBe(picousd);
    };
    await expectComplete();
    expect(Math.min(proxy.cuts.to_client, proxy.cuts.to_server)).toBeGreaterThan(0);

    await workspace.removeState();
    // What is before the database's checkpoint is not even read again, so its dead letters are gone with the state.
    const sums = await database.rows("usage_bucket", "*", "1, 2");
    expect(await workspace.run("run", "--once", "--timeout", "10m")).toMatchObject({ code: 0 });
    expect(await database.rows("usage_bucket", "*", "1, 2")).toEqual(sums);
  }

  it(
    "lands completely and once",
    async () => {
      const database = await makeDatabase(type, server);
      const proxy = await TcpProxy.start(server);
      const workspace = await Workspace.make({
        store: { enabled: false },
        sinks: {
          database: {
            ...{ type, ...database.configuration, host: "127.0.0.1", port: proxy.port },
            batch: { max_records: 200, max_bytes: "64KiB" },
            retry: { initial: "10ms", max: "200ms" },
          },
        },
      });
      try {
        await makeTables(database);
        await deliverBacklog(database, workspace, proxy);
      } finally {
        await workspace.remove();
        await proxy.stop();
        await database.remove();
      }
    },
    SCALE.testTimeoutMs,
  );
});
