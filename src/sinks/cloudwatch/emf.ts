/**
 * Metrics inside of events: CloudWatch Logs reads them from the member `_aws` of an event, its embedded metric format.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * What metrics and dimensions refer to has to be a member at the top of the event, so they are written there again,
 * under names that no line of the service has. Each value of a dimension makes metrics that are paid for: there is none
 * by user or address, and the number of agents is bounded.
 */
import { picousdToDecimal } from "../../cost/money.ts";
import type { Document } from "../../document/document.ts";
import { type AuditRecord, numberMember, stringMember } from "../../record/record.ts";
import { METRICS, type MetricName, NAMESPACE } from "./metrics.ts";

/** Agents that get metrics of their own; those that come later are counted as `other`. */
const AGENTS_MAX = 50;
const OTHER_AGENTS = "other";
/** As the service writes it for a request that names no agent. */
const NO_AGENT = "-";
/** A dimension's value may have 1,024; a name this long is none, and counted as `other`. */
const AGENT_CHARACTERS_MAX = 200;

/** The members that are added; a line that has one of its own keeps it, and gives no metrics. */
const ADDED_MEMBERS = ["_aws", "Agent", "Category", ...METRICS.map(({ name }) => name)];

/** Each set of dimensions gives metrics of its own: in total, by what was done, and by agent. */
const REQUEST_DIMENSIONS = '[[],["route_group"],["Agent"]]';
const USAGE_DIMENSIONS = '[[],["Category"],["Agent"]]';

/** What follows the timestamp in `_aws`: which members of the event are metrics. */
function directive(dimensions: string, names: readonly MetricName[]): string {
  const metrics = METRICS.filter(({ name }) => names.includes(name));
  const listed = metrics.map(({ name, unit }) => `{"Name":"${name}","Unit":"${unit}"}`).join(",");
  return `,"CloudWatchMetrics":[{"Namespace":"${NAMESPACE}","Dimensions":${dimensions},"Metrics":[${listed}]}]}`;
}

const REQUEST = directive(REQUEST_DIMENSIONS, ["Requests", "Errors"]);
const LLM = directive(USAGE_DIMENSIONS, ["InputTokens", "OutputTokens", "CostUsd"]);
const LLM_UNPRICED = directive(USAGE_DIMENSIONS, ["InputTokens", "OutputTokens"]);
const EMBEDDING = directive(USAGE_DIMENSIONS, ["InputTokens", "CostUsd"]);
const EMBEDDING_UNPRICED = directive(USAGE_DIMENSIONS, ["InputTokens"]);

/** Adds the metrics of documents to their JSON. Remembers the agents it has seen. */
export class MetricEmbedder {
  readonly #agents = new Map<string, string>();

  /**
   * The JSON of `document` with its metrics: requests and errors, or tokens and cost. What has none is returned as it is:
   * other kinds, requests to `system` routes, and lines with a member of the same name as one of those added.
   *
   * @param json of `document`, latin1, ending with its closing brace; only ASCII is added
   */
  embed(document: Document, json: string): string {
    const metrics = metricsOf(document);
    if (metrics === undefined || ADDED_MEMBERS.some((name) => Object.hasOwn(document.record, name)))
      return json;
    const agent = this.#agent(document.record);
    return `${json.slice(0, -1)},"_aws":{"Timestamp":${document.timestampMs}${metrics},"Agent":${agent}}`;
  }

  /** The agent's name as JSON. */
  #agent(record: AuditRecord): string {
    const name = stringMember(record, "agent_id") ?? NO_AGENT;
    const known = this.#agents.get(name);
    if (known !== undefined) return known;
    const value = dimensionValue(name);
    if (value.length > AGENT_CHARACTERS_MAX || this.#agents.size >= AGENTS_MAX) return `"${OTHER_AGENTS}"`;
    const json = JSON.stringify(value);
    this.#agents.set(name, json);
    return json;
  }
}

/** The rest of `_aws` and the values of the metrics; undefined if the document has none. */
function metricsOf({ kind, route, record, cost }: Document): string | undefined {
  if (kind === "request" && route.group !== "system") {
    const isError = (numberMember(record, "status") ?? 0) >= 400;
    return `${REQUEST},"Requests":1,"Errors":${isError ? 1 : 0}`;
  }
  if (cost === undefined) return undefined;
  const isPriced = cost.totalPicousd !== undefined;
  const isLlm = kind === "token_usage";
  const ofLlm = isPriced ? LLM : LLM_UNPRICED;
  const ofEmbedding = isPriced ? EMBEDDING : EMBEDDING_UNPRICED;
  return (
    `${isLlm ? ofLlm : ofEmbedding},"Category":"${cost.category}","InputTokens":${cost.inputTokens}` +
    (isLlm ? `,"OutputTokens":${cost.outputTokens}` : "") +
    (cost.totalPicousd === undefined ? "" : `,"CostUsd":${picousdToDecimal(cost.totalPicousd)}`)
  );
}

/**
 * A text as the value of a dimension: printable ASCII, and not blank. Other characters are written as in a URL.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 */
function dimensionValue(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]+/g, (others) =>
    encodeURIComponent(Buffer.from(others).toString()),
  );
  return printable.trim() === "" ? NO_AGENT : printable;
}
