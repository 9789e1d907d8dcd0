/** Whether indices are mapped so that usage can be added up in them. */
import { UsageFault } from "../../../usage/source.ts";
import { member } from "../answer.ts";
import { FIELD_TYPES } from "./fields.ts";
import type { IndexReader } from "./reader.ts";

/**
 * Makes sure of it for the indices that the reader's pattern matches and that are `ours`. Rejects with a UsageFault
 * that names an index, a field, and what to do.
 *
 * @returns the other indices that the pattern matches
 */
export async function requireMapping(
  reader: IndexReader,
  ours: (index: string) => boolean,
): Promise<readonly string[]> {
  const capabilities = await reader.fieldCaps(Object.keys(FIELD_TYPES));
  const indices = namesIn(capabilities);
  const first = indices.find(ours);
  if (first === undefined)
    throw new UsageFault(
      `there is no index ${reader.pattern} that this user may read: nothing was delivered there yet, or rights or the option index are wrong`,
    );
  for (const [field, expected] of Object.entries(FIELD_TYPES)) {
    const byType = member(member(capabilities, "fields"), field) ?? { unmapped: {} };
    for (const [type, found] of Object.entries(byType)) {
      // Where all indices agree, none is named.
      const index = Object.hasOwn(found, "indices") ? namesIn(found).find(ours) : first;
      if (index === undefined || expected.includes(type)) continue;
      const fault = type === "unmapped" ? "not mapped" : `${type} instead of ${expected[0]}`;
      throw new UsageFault(
        `the index ${index} cannot be added up, since its field ${field} is ${fault}: it was made without the index ` +
          "template of this program, so put that and index its documents again, or ask with --from audit-dir",
      );
    }
  }
  return indices.filter((index) => !ours(index));
}

function namesIn(answer: unknown): readonly string[] {
  const names = member(answer, "indices");
  return Array.isArray(names) ? names.map(String) : [];
}
