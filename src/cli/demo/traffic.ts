/**
 * Plausible traffic of a memory service: an endless run of audit lines in the order of their times.
 *
 * It depends on the given chance and start alone, so that a test or a benchmark can have the same lines again.
 */
import type { Random } from "../../system/random.ts";
import { auditFileName, requestLine, retrievalDetailLine, tokenUsageLine } from "./audit-line.ts";
import { AGENTS, type Agent, MEMORIES, OPERATIONS, type Operation, QUERIES } from "./cast.ts";
import { happens, integerBetween, longTailed, pick, pickEvenly, timeToNext, uuid } from "./chance.ts";

export interface TrafficOptions {
  readonly random: Random;
  /** When the first line may come, Unix milliseconds. */
  readonly startMs: number;
  /** Client requests, on average over a day; health checks come besides. */
  readonly requestsPerMinute: number;
  /** How many of the searches leave a line with query and results: the service's default is none. */
  readonly detailShare?: number;
}

/** One line, without its newline, and the file that it belongs to. */
export interface TrafficLine {
  /** Unix microseconds, the line's `ts`. Strictly ascending. */
  readonly timeUs: number;
  readonly fileName: string;
  readonly text: string;
}

const HEALTH_INTERVAL_US = 30_000_000;
const MINUTE_US = 60_000_000;
/** A usage line is written this long before its request line. */
const USAGE_LEAD_US = { min: 280, max: 620 };
/** The service's token counter counts overlapping requests several times: then it logs this many calls. */
const OVER_COUNT = { probability: 0.08, callsMin: 3, callsMax: 20 };
const INCIDENT = { probability: 0.0004, lengthUsMin: 20_000_000, lengthUsMax: 150_000_000, failing: 0.45 };
/** Memory ids that requests ask for again and again. */
const KNOWN_IDS = 150;

/** How busy the hours of the day (UTC+8) are, around 1. */
function busyness(timeUs: number): number {
  const hour = (timeUs / (60 * MINUTE_US) + 8) % 24;
  return 1 - 0.75 * Math.cos(((hour - 3) / 24) * 2 * Math.PI);
}

/** A spell in which many requests fail with one status. */
interface Incident {
  readonly status: number;
  readonly endUs: number;
}

class Service {
  readonly #options: TrafficOptions;
  readonly #memoryIds: readonly string[];
  #incident: Incident = { status: 500, endUs: 0 };
  #lastUs: number;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#memoryIds = Array.from({ length: KNOWN_IDS }, () => uuid(options.random));
    this.#lastUs = options.startMs * 1000;
  }

  healthCheck(timeUs: number): TrafficLine {
    const elapsedMs = longTailed(this.#options.random, 2, 0.7);
    const anonymous = { ip: "127.0.0.1", agentId: "-", userId: "-" };
    return this.#write(timeUs, (at) =>
      requestLine({ timeUs: at, method: "GET", path: "/health", status: 200, elapsedMs, ...anonymous }),
    );
  }

  /** The lines of one request, its own last. */
  *request(timeUs: number): Generator<TrafficLine> {
    const { random } = this.#options;
    const operation = pick(random, OPERATIONS);
    const agent = pick(random, AGENTS);
    const status = this.#status(operation, timeUs);
    if (status === 200 && operation.leavesDetail && happens(random, this.#options.detailShare ?? 0)) {
      yield this.#detail(operation, agent, timeUs);
    }
    if (status === 200 && operation.llmCalls) {
      yield this.#usage(operation, operation.llmCalls, agent, timeUs);
    }
    const isNamed = operation.namedBy !== "nobody";
    const path = operation.path.replace("{id}", () => pickEvenly(random, this.#memoryIds));
    const elapsedMs =
      status === 200 ? longTailed(random, operation.elapsedMs, 0.6) : longTailed(random, 5, 0.8);
    const leadUs = integerBetween(random, USAGE_LEAD_US.min, USAGE_LEAD_US.max);
    yield this.#write(timeUs + leadUs, (at) =>
      requestLine({
        timeUs: at,
        method: operation.method,
        path,
        status,
        elapsedMs,
        ip: agent.ip,
        agentId: isNamed ? agent.agentId : "-",
        userId: isNamed ? agent.userId : "-",
      }),
    );
  }

  #status(operation: Operation, timeUs: number): number {
    const { random } = this.#options;
    if (happens(random, INCIDENT.probability)) {
      const lengthUs = integerBetween(random, INCIDENT.lengthUsMin, INCIDENT.lengthUsMax);
      this.#incident = { status: pickEvenly(random, [429, 500]), endUs: timeUs + lengthUs };
    }
    if (timeUs < this.#incident.endUs && happens(random, INCIDENT.failing)) return this.#incident.status;
    return operation.failures.find(({ probability }) => happens(random, probability))?.status ?? 200;
  }

  #usage(
    operation: Operation,
    usualCalls: { readonly min: number; readonly max: number },
    { agentId, userId, inputTokens }: Agent,
    timeUs: number,
  ): TrafficLine {
    const { random } = this.#options;
    const llmCalls = happens(random, OVER_COUNT.probability)
      ? integerBetween(random, OVER_COUNT.callsMin, OVER_COUNT.callsMax)
      : integerBetween(random, usualCalls.min, usualCalls.max);
    const tokens = {
      inputTokens: longTailed(random, inputTokens * llmCalls, 0.25),
      outputTokens: longTailed(random, 75 * llmCalls, 0.6),
    };
    return this.#write(timeUs, (at) =>
      tokenUsageLine({ timeUs: at, path: operation.path, agentId, userId, llmCalls, ...tokens }),
    );
  }

  #detail(operation: Operation, { agentId, userId }: Agent, timeUs: number): TrafficLine {
    const { random } = this.#options;
    const query = pickEvenly(random, QUERIES);
    const results = Array.from({ length: integerBetween(random, 0, 5) }, () => ({
      id: pickEvenly(random, this.#memoryIds),
      memory: pickEvenly(random, MEMORIES),
      score: integerBetween(random, 3500, 9700) / 10_000,
    }));
    return this.#write(timeUs, (at) =>
      retrievalDetailLine({ timeUs: at, path: operation.path, agentId, userId, query, results }),
    );
  }

  /** Dates a line no earlier than those before it. */
  #write(timeUs: number, text: (timeUs: number) => string): TrafficLine {
    this.#lastUs = Math.max(this.#lastUs + 1, Math.round(timeUs));
    return { timeUs: this.#lastUs, fileName: auditFileName(this.#lastUs), text: text(this.#lastUs) };
  }
}

/** The lines from `startMs` on, without end: take as many as are wanted. */
export function* traffic(options: TrafficOptions): Generator<TrafficLine, never> {
  const service = new Service(options);
  const gapUs = MINUTE_US / options.requestsPerMinute;
  let healthUs = options.startMs * 1000;
  let requestUs = healthUs;
  for (;;) {
    if (healthUs <= requestUs) {
      yield service.healthCheck(healthUs);
      healthUs += HEALTH_INTERVAL_US;
    } else {
      yield* service.request(requestUs);
      requestUs += timeToNext(options.random, gapUs / busyness(requestUs));
    }
  }
}
