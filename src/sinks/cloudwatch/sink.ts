/** The sink of type `cloudwatch`. */
import assert from "node:assert/strict";
import type { Batch, Payload } from "../../batch/batch.ts";
import { DocumentWriter } from "../../document/write.ts";
import type { Clock } from "../../system/clock.ts";
import { deliveryLimits } from "../options.ts";
import type { DeliveryLimits, DeliveryReport, OpenReport, ProbeResult, Sink, Verdict } from "../sink.ts";
import type { SinkContext } from "../table.ts";
import { refusalAfter, refusalBefore } from "./acceptance.ts";
import { CloudWatchPayloadBuilder } from "./builder.ts";
import { AwsLogs } from "./client.ts";
import { Destination } from "./destination.ts";
import { MetricEmbedder } from "./emf.ts";
import type { KeptName } from "./kept-name.ts";
import type { Logs, LogsFailure } from "./logs.ts";
import type { CloudWatchOptions } from "./options.ts";
import { ownStream } from "./own-stream.ts";
import { CloudWatchPayload } from "./payload.ts";
import { probe } from "./probe.ts";
import { ReadBack } from "./read-back.ts";
import { isDenied, reportOn, reportOnPut } from "./report.ts";
import { datedStreamName } from "./stream-name.ts";
import { TimedLogs } from "./timed-logs.ts";

const STORED: Verdict = { verdict: "stored" };
const DUPLICATE: Verdict = { verdict: "duplicate" };

/** Makes the sink. Nothing is sent yet. */
export async function createCloudWatchSink(options: CloudWatchOptions, context: SinkContext): Promise<Sink> {
  return new CloudWatchSink(
    options,
    context,
    new AwsLogs(options, context.clock),
    ownStream(options, context),
  );
}

export class CloudWatchSink implements Sink {
  readonly limits: DeliveryLimits;
  readonly #options: CloudWatchOptions;
  readonly #clock: Clock;
  readonly #labels: SinkContext["labels"];
  readonly #logs: TimedLogs;
  readonly #name: KeptName;
  readonly #destination: Destination;
  readonly #readBack: ReadBack;
  /** One for the sink: which agents get metrics of their own is decided once. */
  readonly #metrics = new MetricEmbedder();

  constructor(
    options: CloudWatchOptions,
    { clock, labels }: Pick<SinkContext, "clock" | "labels">,
    logs: Logs,
    name: KeptName,
  ) {
    const { log_group, create, retention_days } = options;
    this.limits = deliveryLimits(options);
    this.#options = options;
    this.#clock = clock;
    this.#labels = labels;
    this.#logs = new TimedLogs(logs, clock);
    this.#name = name;
    this.#destination = new Destination(this.#logs, {
      group: log_group,
      create,
      retentionDays: retention_days,
    });
    this.#readBack = new ReadBack(this.#logs, clock, log_group, options.read_back);
  }

  payloadBuilder(): CloudWatchPayloadBuilder {
    const writer = new DocumentWriter({ labels: this.#labels, withEventId: true });
    if (this.#options.metrics === "none")
      return new CloudWatchPayloadBuilder((document) => writer.json(document), this.limits);
    return new CloudWatchPayloadBuilder(
      (document) => this.#metrics.embed(document, writer.json(document)),
      this.limits,
    );
  }

  async open(signal: AbortSignal): Promise<OpenReport> {
    const notKept = await this.#name.keep();
    const ready = await this.#destination.ensure(await this.#streamOfToday(), signal);
    if (ready.outcome !== "ready") return ready;
    const warnings = [...(notKept === undefined ? [] : [notKept]), ...ready.warnings];
    return { outcome: "ready", ...(warnings.length > 0 && { warning: warnings.join("; ") }) };
  }

  async deliver(payload: Payload, batch: Batch, signal: AbortSignal): Promise<DeliveryReport> {
    assert(payload instanceof CloudWatchPayload, "a payload of another sink");
    const stream = datedStreamName(await this.#name.get(), payload.day);
    const ready = await this.#destination.ensure(stream, signal);
    if (ready.outcome !== "ready") return ready;
    if (ready.isNew) this.#readBack.isNew(stream);
    const present = await this.#readBack.present(stream, payload, batch, signal);
    if ("ok" in present) return reportOnReading(present);

    const verdicts = this.#verdictsBefore(payload, present);
    const indices = chronological(payload, verdicts);
    if (indices.length === 0) return judged(verdicts);
    const answer = await this.#logs.send(
      "PutLogEvents",
      {
        logGroupName: this.#options.log_group,
        logStreamName: stream,
        logEvents: indices.map((index) => ({
          timestamp: payload.timestampMs(index),
          message: payload.message(index),
        })),
      },
      signal,
    );
    if (answer.ok) {
      const rejected = answer.output.rejectedLogEventsInfo;
      for (const [place, index] of indices.entries())
        verdicts[index] = refusalAfter(place, rejected) ?? STORED;
      return judged(verdicts);
    }
    if (answer.mayBeDone) this.#readBack.doubt(batch);
    if (answer.name === "DataAlreadyAcceptedException")
      return judged(verdicts.map((verdict) => verdict ?? DUPLICATE));
    if (answer.name === "ResourceNotFoundException") this.#destination.forget(stream);
    const canBeMade = this.#options.create && !ready.isDenied;
    return reportOnPut(answer, { eventCount: indices.length, canBeMade });
  }

  async probe(signal: AbortSignal): Promise<readonly ProbeResult[]> {
    return probe(
      {
        logs: this.#logs,
        group: this.#options.log_group,
        stream: await this.#streamOfToday(),
        canCreate: this.#options.create,
        readsBack: this.#options.read_back.max > 0,
        nowMs: () => this.#clock.nowMs(),
      },
      signal,
    );
  }

  close(): Promise<void> {
    return this.#logs.close();
  }

  /** What is known before anything is sent; undefined for documents that have to be sent. */
  #verdictsBefore(payload: CloudWatchPayload, present: ReadonlySet<number>): (Verdict | undefined)[] {
    const { nowMs } = this.#logs;
    const { retentionMs } = this.#destination;
    return Array.from({ length: payload.count }, (_, index) => {
      if (present.has(index)) return DUPLICATE;
      const event = { timestampMs: payload.timestampMs(index), bytes: payload.eventBytes(index) };
      return refusalBefore(event, nowMs, retentionMs);
    });
  }

  async #streamOfToday(): Promise<string> {
    const today = new Date(this.#clock.nowMs()).toISOString().slice(0, 10);
    return datedStreamName(await this.#name.get(), today);
  }
}

/** The documents without a verdict by their time, as the service wants them; those of the same time as in the file. */
function chronological(payload: CloudWatchPayload, verdicts: readonly (Verdict | undefined)[]): number[] {
  const indices = verdicts.flatMap((verdict, index) => (verdict === undefined ? [index] : []));
  return indices.sort((one, other) => payload.timestampMs(one) - payload.timestampMs(other));
}

function judged(verdicts: readonly (Verdict | undefined)[]): DeliveryReport {
  const all = verdicts.map((verdict) => {
    assert(verdict !== undefined, "a document without a verdict");
    return verdict;
  });
  if (all.every((verdict) => verdict === STORED)) return { outcome: "stored" };
  return { outcome: "judged", verdicts: all };
}

function reportOnReading(failure: LogsFailure): DeliveryReport {
  const report = reportOn(failure);
  if (!isDenied(failure)) return report;
  const message = `${failure.message}: allow logs:GetLogEvents, by which lines that were sent before are recognised; or say read_back: {max: 0ms}, then some may be there twice`;
  return { ...report, message };
}
