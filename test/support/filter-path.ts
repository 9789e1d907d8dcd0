/** The query parameter `filter_path` of OpenSearch: which parts of an answer are sent. */

type Pattern = readonly string[];

function namePattern(segment: string): RegExp {
  return new RegExp(`^${segment.split("*").map(escapeText).join(".*")}$`);
}

function escapeText(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}

/** What is left of `value`; undefined if nothing is. Lists are looked through, and lose what is left empty. */
function keep(value: unknown, patterns: readonly Pattern[]): unknown {
  if (patterns.some((pattern) => pattern.length === 0)) return value;
  if (Array.isArray(value)) {
    const kept = value.map((entry) => keep(entry, patterns)).filter((entry) => entry !== undefined);
    return kept.length > 0 ? kept : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const members = Object.entries(value).flatMap(([name, member]) => {
    const deeper = patterns.flatMap(([head = "", ...rest]) => (namePattern(head).test(name) ? [rest] : []));
    const kept = deeper.length > 0 ? keep(member, deeper) : undefined;
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return members.length > 0 ? Object.fromEntries(members) : undefined;
}

/** Applies `filter_path` (`errors,items.*.status`); null or an empty text keeps everything. */
export function filterPath(answer: object, parameter: string | null): unknown {
  if (!parameter) return answer;
  return (
    keep(
      answer,
      parameter.split(",").map((path) => path.split(".")),
    ) ?? {}
  );
}
