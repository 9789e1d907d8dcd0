/** What a person can do about an error that is not the document's fault. */

const REMEDIES: Readonly<Record<string, string>> = {
  cluster_block_exception:
    "the index or the cluster is read-only: free disk space or remove the block (index.blocks.*), delivery then goes on by itself",
  index_not_found_exception:
    "create the index, or allow its automatic creation (action.auto_create_index) for the names of the option index",
  index_closed_exception: "open the index again (POST /<index>/_open)",
  invalid_index_name_exception: "change the option index to a name that the server takes",
  security_exception: "give this user the rights to create documents and indices of the option index",
  validation_exception:
    "the server refuses to create the index; if it names shards, raise cluster.max_shards_per_node or delete old indices",
};

const REMEDY_BY_STATUS: Readonly<Record<number, string>> = {
  401: "check auth in the configuration of this sink",
  403: "give this user the rights to create documents and indices of the option index",
  404: "check endpoints and index: the server knows no such path or index",
  407: "the proxy on the way wants credentials",
};

/** Advice for an error of this type and status, as the end of a sentence. */
export function remedyFor(type: string, status: number): string {
  return (
    REMEDIES[type] ??
    REMEDY_BY_STATUS[status] ??
    "see the server's log and the settings of the index (aliases, pipelines, limits); delivery goes on by itself once it is mended"
  );
}
