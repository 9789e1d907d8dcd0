/** The cost object as JSON text, as it is appended to a usage record. */
import { asciiJson } from "../record/ascii-json.ts";
import type { Cost, CostCategory } from "./cost.ts";
import { picousdToDecimal } from "./money.ts";

const MODEL_PARTS_MAX = 1000;

const CATEGORY_PARTS: Readonly<Record<CostCategory, string>> = {
  llm: '{"category":"llm","currency":"USD","input_usd":',
  embedding: '{"category":"embedding","currency":"USD","input_usd":',
  system: '{"category":"system","currency":"USD","input_usd":',
};

/** The members that say what was priced and how. They are the same in millions of records: kept per model. */
interface ModelPart extends Pick<Cost, "modelSource" | "priceId" | "status"> {
  readonly json: string;
}

const modelParts = new Map<string, ModelPart>();

/** A model's name as JSON in ASCII. Half of a surrogate pair becomes U+FFFD: it has no place in UTF-8. */
function modelJson(model: string): string {
  return asciiJson(model.replace(/\p{Surrogate}/gu, "\ufffd"));
}

function modelPart(cost: Cost): string {
  const known = modelParts.get(cost.model);
  if (
    known !== undefined &&
    known.priceId === cost.priceId &&
    known.modelSource === cost.modelSource &&
    known.status === cost.status
  ) {
    return known.json;
  }
  const priceId = cost.priceId === undefined ? "" : `,"price_id":"${cost.priceId}"`;
  const json = `,"model":${modelJson(cost.model)},"model_source":"${cost.modelSource}"${priceId},"status":"${cost.status}"`;
  if (modelParts.size >= MODEL_PARTS_MAX) modelParts.clear();
  modelParts.set(cost.model, {
    priceId: cost.priceId,
    modelSource: cost.modelSource,
    status: cost.status,
    json,
  });
  return json;
}

function amounts({ inputPicousd, outputPicousd, totalPicousd }: Cost): string {
  if (inputPicousd === undefined || outputPicousd === undefined || totalPicousd === undefined) {
    return 'null,"output_usd":null,"total_usd":null,"total_picousd":null';
  }
  return `${picousdToDecimal(inputPicousd)},"output_usd":${picousdToDecimal(outputPicousd)},"total_usd":${picousdToDecimal(totalPicousd)},"total_picousd":${totalPicousd}`;
}

/** What a usage record says beside its cost; where there is none, it stands here. */
function estimatedCounts({ calls, inputTokens }: Cost): string {
  return (calls > 0 ? `,"calls":${calls}` : "") + (inputTokens > 0 ? `,"input_tokens":${inputTokens}` : "");
}

/**
 * Writes the cost object: ASCII, no white space. Amounts are written as their exact decimals, which every
 * reader of JSON takes as the nearest double. Where the amount is unknown all four are null.
 */
export function costJson(cost: Cost): string {
  let json = CATEGORY_PARTS[cost.category] + amounts(cost) + modelPart(cost);
  if (cost.quality.length > 0) json += `,"quality":["${cost.quality.join('","')}"]`;
  if (cost.quality.includes("estimated")) json += estimatedCounts(cost);
  if (cost.lowerBoundUsd !== undefined) json += `,"lower_bound_usd":${cost.lowerBoundUsd}`;
  return `${json}}`;
}
