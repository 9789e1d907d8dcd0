/** Addresses of the page and of the answers behind it: the same question with something changed. */

/** Parameters to change; undefined removes one. */
export type Changes = Readonly<Record<string, string | undefined>>;

/** The question of the address that the page was asked with, changed. */
export function changed(parameters: URLSearchParams, changes: Changes): URLSearchParams {
  const copy = new URLSearchParams();
  for (const [name, value] of parameters) if (value !== "" && !(name in changes)) copy.append(name, value);
  for (const [name, value] of Object.entries(changes)) if (value !== undefined) copy.append(name, value);
  return copy;
}

/** A relative address: the page may be published below another path. */
export function address(path: string, parameters: URLSearchParams): string {
  const query = parameters.toString();
  return query === "" ? path : `${path}?${query}`;
}

/** The page itself, asked something else. */
export function pageAddress(parameters: URLSearchParams, changes: Changes): string {
  return address("./", changed(parameters, changes));
}
