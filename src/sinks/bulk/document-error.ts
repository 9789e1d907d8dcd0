/** Whose fault an error of one document is. */
import type { DocumentError } from "../sink.ts";
import { remedyFor } from "./remedy.ts";
import { scrubReason } from "./scrub.ts";

/**
 * Error types that are a document's own fault: sent again it is refused again.
 *
 * OpenSearch: org.opensearch.index.mapper.MapperParsingException and StrictDynamicMappingException;
 * Elasticsearch from 8.8 on: org.elasticsearch.index.mapper.DocumentParsingException.
 */
const DOCUMENT_ERROR_TYPES: ReadonlySet<string> = new Set([
  "mapper_parsing_exception",
  "document_parsing_exception",
  "strict_dynamic_mapping_exception",
]);

/**
 * One more comes with a type that also stands for faults of the server, `illegal_argument_exception`: a term beyond
 * Lucene's limit of 32766 bytes (org.apache.lucene.index.IndexWriter.MAX_TERM_LENGTH).
 */
const IMMENSE_TERM = /^Document contains at least one immense term /;

/** The error of a document that was refused. `type` and `reason` are the server's; the reason is scrubbed here. */
export function documentError(status: number, type: string, reason: string): DocumentError {
  const isDocumentFault = status === 400 && (DOCUMENT_ERROR_TYPES.has(type) || IMMENSE_TERM.test(reason));
  const scrubbed = scrubReason(type, reason);
  return {
    type,
    reason: isDocumentFault ? scrubbed : `${scrubbed} (${status}): ${remedyFor(type, status, reason)}`,
    isDocumentFault,
  };
}
