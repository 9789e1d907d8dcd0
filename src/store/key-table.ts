/** What keys stand for, in memory: which of them a question is about, and which belong together. */
import type { BucketDimensions } from "./bucket.ts";
import type { BucketSelection, KeyAttribute, KeyValues } from "./bucket-query.ts";

type Value = string | number | null;

/** Keys by the sum that they belong to. */
export interface KeyGroups {
  /** The group of a key, -1 if the key is not selected. */
  groupOf(keyId: number): number;
  /** What the keys of each group have in common. */
  readonly values: readonly KeyValues[];
}

const NOTHING: KeyValues = {
  category: null,
  routeGroup: null,
  urlTemplate: null,
  status: null,
  organization: null,
  key: null,
  agent: null,
  user: null,
  model: null,
  modelSource: null,
};

/** What one attribute is for each key: a number for each different value. */
class Column {
  readonly values: Value[] = [];
  readonly #codeOf = new Map<Value, number>();
  readonly #codes: number[] = [];

  set(keyId: number, value: Value): void {
    let code = this.#codeOf.get(value);
    if (code === undefined) {
      code = this.values.push(value) - 1;
      this.#codeOf.set(value, code);
    }
    this.#codes[keyId] = code;
  }

  codeAt(keyId: number): number {
    return this.#codes[keyId] ?? -1;
  }

  codeOf(value: Value): number | undefined {
    return this.#codeOf.get(value);
  }
}

type Columns = Readonly<Record<KeyAttribute | "keyAlias" | "keyHash", Column>>;

function emptyColumns(): Columns {
  return {
    category: new Column(),
    routeGroup: new Column(),
    urlTemplate: new Column(),
    status: new Column(),
    organization: new Column(),
    key: new Column(),
    keyAlias: new Column(),
    keyHash: new Column(),
    agent: new Column(),
    user: new Column(),
    model: new Column(),
    modelSource: new Column(),
  };
}

/** Keys are numbered from 1 on, without gaps. */
export class KeyTable {
  readonly #columns = emptyColumns();
  #latestId = 0;

  /** The largest number of a key; 0 without keys. */
  get latestId(): number {
    return this.#latestId;
  }

  /** The keys of a selection, apart by these attributes. */
  groups(selection: BucketSelection, attributes: readonly KeyAttribute[]): KeyGroups {
    const isSelected = this.#condition(selection);
    const groupOfKey = new Int32Array(this.#latestId + 1).fill(-1);
    const values: KeyValues[] = [];
    const grouping = new Grouping(attributes.map((attribute) => this.#columns[attribute]));
    for (let keyId = 1; keyId <= this.#latestId; keyId++) {
      if (!isSelected(keyId)) continue;
      const group = grouping.groupOf(keyId);
      groupOfKey[keyId] = group;
      if (group === values.length) values.push(this.#valuesOf(keyId, attributes));
    }
    return { groupOf: (keyId) => groupOfKey[keyId] ?? -1, values };
  }

  /** Says what a key stands for, in the order of `BUCKET_DIMENSION_COLUMNS`. */
  set(keyId: number, dimensions: BucketDimensions): void {
    this.#latestId = Math.max(this.#latestId, keyId);
    const [category, route, template, status, organization, hash, alias, agent, user, model, source] =
      dimensions;
    const values = {
      category,
      routeGroup: route,
      urlTemplate: template,
      status,
      organization,
      agent,
      user,
      model,
    };
    const all = { ...values, modelSource: source, keyAlias: alias, keyHash: hash, key: alias ?? hash };
    for (const [name, value = null] of Object.entries(all))
      this.#columns[name as keyof Columns].set(keyId, value);
  }

  #valuesOf(keyId: number, attributes: readonly KeyAttribute[]): KeyValues {
    const entries = attributes.map((attribute) => {
      const column = this.#columns[attribute];
      return [attribute, column.values[column.codeAt(keyId)]] as const;
    });
    return { ...NOTHING, ...Object.fromEntries(entries) };
  }

  #condition({ includesSystem, filters }: BucketSelection): (keyId: number) => boolean {
    const { agent, user, organization, key, route, model, category } = filters;
    const { routeGroup, keyAlias, keyHash } = this.#columns;
    const wanted = { agent, user, organization, routeGroup: route, model, category };
    const equalities = Object.entries(wanted).flatMap(([name, value]) => {
      const column = this.#columns[name as keyof typeof wanted];
      return value === undefined ? [] : [{ column, code: column.codeOf(value) }];
    });
    const system = includesSystem ? undefined : routeGroup.codeOf("system");
    const alias = key === undefined ? undefined : keyAlias.codeOf(key);
    const hash = key === undefined ? undefined : keyHash.codeOf(key);
    return (keyId) =>
      routeGroup.codeAt(keyId) !== system &&
      (key === undefined || keyAlias.codeAt(keyId) === alias || keyHash.codeAt(keyId) === hash) &&
      equalities.every(({ column, code }) => column.codeAt(keyId) === code);
  }
}

/** Numbers the combinations of values as they come. */
class Grouping {
  readonly #steps: readonly { readonly column: Column; readonly next: Map<number, number> }[];

  constructor(columns: readonly Column[]) {
    this.#steps = columns.map((column) => ({ column, next: new Map() }));
  }

  groupOf(keyId: number): number {
    let group = 0;
    for (const { column, next } of this.#steps) {
      const combination = group * column.values.length + column.codeAt(keyId);
      const known = next.get(combination);
      group = known ?? next.size;
      if (known === undefined) next.set(combination, group);
    }
    return group;
  }
}
