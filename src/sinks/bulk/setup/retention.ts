/**
 * Deleting indices after some days: by a policy of ISM (OpenSearch), a policy of ILM (Elasticsearch), or the
 * lifecycle that a data stream has by itself (Elasticsearch).
 *
 * A policy holds for indices that are made after it; none is attached to what is there already, since that would
 * delete data at once.
 *
 * Sources: opensearch.org "ISM API" and "Policies"; elastic.co "Create or update lifecycle policy", "Data stream
 * lifecycle".
 */
import { member } from "../answer.ts";
import { covers } from "./difference.ts";
import { formatDays } from "./options.ts";
import type { StepDefinition } from "./step.ts";
import type { TemplateLifecycle } from "./template-step.ts";

const OWNER = "mem0-audit-shipper";
/** Above policies for a wider pattern, as with index templates. */
const ISM_PRIORITY = 210;

export interface RetentionSubject {
  /** Names the policy: that of the index template. */
  readonly name: string;
  /** Matches the indices, or is the name of the data stream. */
  readonly pattern: string;
  readonly retentionMs: number;
  readonly isDataStream: boolean;
}

/** How indices come to be deleted. */
export interface Retention {
  /** Makes the policy; undefined if none is needed. */
  readonly policy: StepDefinition | undefined;
  /** What new indices need in their template. */
  readonly lifecycle: TemplateLifecycle | undefined;
}

/** By an ISM policy. It attaches itself to new indices by its `ism_template`. */
export function ismRetention(subject: RetentionSubject): Retention {
  return { policy: ismStep(subject), lifecycle: undefined };
}

function ismStep(subject: RetentionSubject): StepDefinition {
  const path = `/_plugins/_ism/policies/${encodeURIComponent(subject.name)}`;
  const policy = ismPolicy(subject);
  return {
    title: `ISM policy "${subject.name}" ${effectOf(subject)}`,
    right: "manage ISM policies",
    examine: async (ask) => {
      const finding = await ask(path);
      if (finding.outcome === "unsupported") return skipped("ISM");
      const body = { policy };
      if (finding.outcome === "missing") {
        return { state: "missing", requests: [{ operation: `PUT ${path}`, body }] };
      }
      const found = member(finding.body, "policy");
      if (!String(member(found, "description")).includes(OWNER)) return refused("ISM policy");
      if (covers(found, policy)) return { state: "present" };
      const sequenceNumber = member(finding.body, "_seq_no");
      const condition = `if_seq_no=${sequenceNumber}&if_primary_term=${member(finding.body, "_primary_term")}`;
      return { state: "different", requests: [{ operation: `PUT ${path}?${condition}`, body }] };
    },
  };
}

function ismPolicy({ pattern, retentionMs, isDataStream }: RetentionSubject) {
  const retention = formatDays(retentionMs);
  // The index that a data stream writes into cannot be deleted, so there a new one is begun every day.
  const live = isDataStream
    ? { actions: [{ rollover: { min_index_age: "1d" } }], conditions: { min_rollover_age: retention } }
    : { actions: [], conditions: { min_index_age: retention } };
  return {
    description: `Audit logs of the mem0 Memory Service, deleted after ${retention}; managed by ${OWNER}`,
    default_state: "live",
    states: [
      {
        name: "live",
        actions: live.actions,
        transitions: [{ state_name: "deleted", conditions: live.conditions }],
      },
      { name: "deleted", actions: [{ delete: {} }], transitions: [] },
    ],
    ism_template: [{ index_patterns: [pattern], priority: ISM_PRIORITY }],
  };
}

/** By an ILM policy. New indices follow it by a setting in their template, which a server without ILM would refuse. */
export function ilmRetention(subject: RetentionSubject): Retention {
  const { name } = subject;
  return {
    policy: ilmStep(subject),
    lifecycle: {
      isSupported: async (ask) => (await ask(ilmPath(name))).outcome !== "unsupported",
      members: { settings: { index: { lifecycle: { name } } } },
    },
  };
}

function ilmStep(subject: RetentionSubject): StepDefinition {
  const path = ilmPath(subject.name);
  const policy = {
    phases: {
      hot: { min_age: "0ms", actions: {} },
      delete: { min_age: formatDays(subject.retentionMs), actions: { delete: {} } },
    },
    _meta: { description: "Audit logs of the mem0 Memory Service", managed_by: OWNER },
  };
  return {
    title: `ILM policy "${subject.name}" ${effectOf(subject)}`,
    right: "manage ILM",
    examine: async (ask) => {
      const finding = await ask(path);
      if (finding.outcome === "unsupported") return skipped("ILM");
      const requests = [{ operation: `PUT ${path}`, body: { policy } }];
      if (finding.outcome === "missing") return { state: "missing", requests };
      const found = member(member(finding.body, subject.name), "policy");
      if (member(member(found, "_meta"), "managed_by") !== OWNER) return refused("ILM policy");
      return covers(found, policy) ? { state: "present" } : { state: "different", requests };
    },
  };
}

/** By the lifecycle that a data stream has by itself, in Elasticsearch 8.11 or newer and in Serverless. */
export function dataStreamRetention({ retentionMs }: RetentionSubject): Retention {
  const members = { lifecycle: { data_retention: formatDays(retentionMs) } };
  return { policy: undefined, lifecycle: { isSupported: async () => true, members } };
}

function ilmPath(name: string): string {
  return `/_ilm/policy/${encodeURIComponent(name)}`;
}

function effectOf({ retentionMs }: RetentionSubject): string {
  return `that deletes indices after ${formatDays(retentionMs)}`;
}

function skipped(feature: string) {
  const message = `this server has no ${feature}, so nothing is deleted by itself: delete old indices by other means, or leave out setup.retention`;
  return { state: "skipped" as const, message };
}

function refused(thing: string) {
  const message = `there is an ${thing} of this name that ${OWNER} did not make: delete or rename it, or leave out setup.retention`;
  return { state: "refused" as const, message };
}
