/**
 * Dead letters on their way back: read again, delivered under their old ids, and forgotten once they are stored.
 *
 * It works beside a running daemon and may be repeated or broken off at any moment: a document that the
 * destination has already is recognised by its id, and a letter goes only after its document was acknowledged.
 */
import type { Payload } from "../batch/batch.ts";
import type { Config } from "../config/load.ts";
import type {
  DeadLetterDatabase,
  DeadLetterFacts,
  DeadLetterSelection,
} from "../lane/dead-letter-database.ts";
import type { DeadLetters } from "../lane/dead-letters.ts";
import type { Clock } from "../system/clock.ts";
import type { Files } from "../system/files.ts";
import type { Log } from "../system/log.ts";
import type { Random } from "../system/random.ts";
import { dayInName, type Generation } from "../tail/generation.ts";
import { LetterReader } from "./letter-reader.ts";
import { deliverPatiently } from "./patient-delivery.ts";
import { openReplaySink, WatchedSink } from "./replay-target.ts";
import { documentRules } from "./rules.ts";
import type { StateFolder } from "./state-folder.ts";

/** Of a line of which only what redaction left was kept. */
const GONE = "the audit files no longer hold the line, and what this lane keeps was not kept with the letter";

export interface ReplayPorts {
  readonly letters: DeadLetterDatabase;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Ends it early: what was not acknowledged by then stays. */
  readonly stop: AbortSignal;
}

/** Why letters of a sink stay, in one sentence without contents of lines. */
export interface ReplayRemark {
  readonly sink: string;
  readonly reason: string;
  letters: number;
}

/** What became of the letters. */
export class ReplayReport {
  /** Stored now, or there before: these letters are gone. */
  replayed = 0;
  /** Refused once more, or still no document. */
  stillRefused = 0;
  /** Nobody judged them: the sink is unavailable or unknown, or the line is lost. */
  failed = 0;
  /** Each reason once. */
  readonly remarks: ReplayRemark[] = [];

  stays(fate: "stillRefused" | "failed", sink: string, reason: string, letters = 1): void {
    this[fate] += letters;
    const known = this.remarks.find((remark) => remark.sink === sink && remark.reason === reason);
    if (known === undefined) this.remarks.push({ sink, reason, letters });
    else known.letters += letters;
  }
}

/** Sends the selected letters again, each to its sink. Rejects if the dead letters cannot be changed. */
export async function replay(
  config: Config,
  state: StateFolder,
  selection: DeadLetterSelection,
  ports: ReplayPorts,
): Promise<ReplayReport> {
  const report = new ReplayReport();
  const rules = documentRules(config);
  const reader = new LetterReader(config, rules, ports.files);
  for (const [name, letters] of groupBy(ports.letters.facts(selection), ({ sink }) => sink)) {
    const sink = await openReplaySink(name, config, state, ports);
    if (typeof sink === "string") {
      report.stays("failed", name, sink, letters.length);
      continue;
    }
    try {
      await new SinkReplay(name, new WatchedSink(sink), reader, report, ports).run(letters);
    } finally {
      await sink.close();
    }
  }
  return report;
}

/** The replay of one sink's letters. */
class SinkReplay {
  readonly #name: string;
  readonly #sink: WatchedSink;
  readonly #reader: LetterReader;
  readonly #report: ReplayReport;
  readonly #ports: ReplayPorts;
  /** Why nothing more is sent. */
  #givenUp: string | undefined;

  constructor(
    name: string,
    sink: WatchedSink,
    reader: LetterReader,
    report: ReplayReport,
    ports: ReplayPorts,
  ) {
    this.#name = name;
    this.#sink = sink;
    this.#reader = reader;
    this.#report = report;
    this.#ports = ports;
  }

  async run(letters: readonly DeadLetterFacts[]): Promise<void> {
    for (const ofGeneration of groupBy(letters, ({ generationId }) => generationId).values()) {
      await this.#runGeneration(ofGeneration.toSorted((one, other) => one.offset - other.offset));
    }
  }

  async #runGeneration(letters: readonly DeadLetterFacts[]): Promise<void> {
    const generation = generationOf(letters);
    let builder = this.#sink.payloadBuilder();
    let added: DeadLetterFacts[] = [];
    for (const facts of letters) {
      if (this.#ports.stop.aborted) this.#givenUp = "interrupted";
      if (this.#givenUp !== undefined) {
        this.#report.stays("failed", this.#name, this.#givenUp);
        continue;
      }
      const [letter] = this.#ports.letters.list({ sink: this.#name, id: facts.id });
      if (letter === undefined) continue; // Somebody else has replayed or purged it by now.
      const read = await this.#reader.read(letter, generation);
      if (read.outcome !== "document") {
        this.#report.stays(read.outcome, this.#name, read.reason);
        continue;
      }
      if (builder.skips?.(read.document)) {
        this.#report.stays("failed", this.#name, GONE);
        continue;
      }
      if (!builder.add(read.document)) {
        await this.#settle(generation, added, builder.take());
        builder = this.#sink.payloadBuilder();
        builder.add(read.document);
        added = [];
      }
      added.push(facts);
    }
    await this.#settle(generation, added, builder.take());
  }

  /** Delivers a payload as a lane would, but not for ever, and forgets the letters that have arrived. */
  async #settle(generation: Generation, letters: readonly DeadLetterFacts[], payload: Payload | undefined) {
    if (payload === undefined) return;
    const { clock, random, stop } = this.#ports;
    const refused = new Set<string>();
    const deadLetters = this.#refusals(refused);
    const { accepted, trouble } = await deliverPatiently(
      { generation, payload },
      { name: this.#name, sink: this.#sink, deadLetters, clock, random, stop },
    );
    const replayed = letters.filter(({ offset }) => accepted.has(offset));
    this.#ports.letters.removeAll(
      this.#name,
      replayed.map(({ id }) => id),
    );
    this.#report.replayed += replayed.length;
    const unjudged = letters.filter(({ id, offset }) => !refused.has(id) && !accepted.has(offset));
    if (unjudged.length === 0) return;
    const reason = trouble?.message ?? "interrupted";
    this.#report.stays("failed", this.#name, reason, unjudged.length);
    // What blocks one file's index need not block that of another; a server that is down is down for all.
    if (trouble?.outcome !== "blocked") this.#givenUp = reason;
  }

  /** Takes letters that are refused again: they are there already. */
  #refusals(refused: Set<string>): DeadLetters {
    return {
      add: async (letters) => {
        this.#ports.letters.refusedAgain(letters);
        for (const { id, type, reason } of letters) {
          refused.add(id);
          this.#report.stays("stillRefused", this.#name, `refused again: ${type}: ${reason}`);
        }
      },
      count: (sink) => this.#ports.letters.total({ sink }),
    };
  }
}

/** The generation of these letters, as far as documents and ids go by it. */
function generationOf([first]: readonly DeadLetterFacts[]): Generation {
  const { generationId: id = "", file: name = "" } = first ?? {};
  return { id, name, day: dayInName(name), firstLineSha256: "", number: 0 };
}

function groupBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
