/** What a person can do about an error that is not the document's fault. */

const REMEDIES: Readonly<Record<string, string>> = {
  cluster_block_exception:
    "the index or the cluster is read-only: free disk space or remove the block (index.blocks.*), delivery then goes on by itself",
  index_not_found_exception:
    "create the index, or allow its automatic creation (action.auto_create_index) for the names of the option index",
  index_closed_exception: "open the index again (POST /<index>/_open)",
  media_type_header_exception:
    "the server does not take the media types of Elasticsearch 8: upgrade it to 8.0 or newer",
  invalid_index_name_exception: "change the option index to a name that the server takes",
  security_exception: "give this user the rights to create documents and indices of the option index",
  validation_exception:
    "the server refuses to create the index; if it names shards, raise cluster.max_shards_per_node or delete old indices",
};

/** Before the type: wrong credentials come as a `security_exception` as well as missing rights do. */
const WRONG_CREDENTIALS = "check auth in the configuration of this sink";

const REMEDY_BY_STATUS: Readonly<Record<number, string>> = {
  403: "give this user the rights to create documents and indices of the option index",
  404: "check endpoints and index: the server knows no such path or index",
  407: "the proxy on the way wants credentials",
};

/** What AWS says before a request reaches the search server, in the words of its signature check. */
const REMEDIES_BY_REASON: readonly (readonly [RegExp, string])[] = [
  [/scoped to a valid region/, "set auth.sigv4.region to the region of the domain or collection"],
  [/scoped to correct service/, "set auth.sigv4.service: es for a managed domain, aoss for Serverless"],
  [
    /security token included in the request is (?:expired|invalid)/,
    "renew the AWS credentials; they are read anew at every attempt",
  ],
  [/^Signature (?:expired|not yet current)/, "set the time of this machine by NTP"],
  [
    /request signature we calculated does not match/,
    "check the secret access key, and that nothing between us and AWS changes requests",
  ],
  [
    /^User: (?!anonymous).* is not authorized to perform: (?:es|aoss):/,
    "allow it to this user or role in IAM and in the access policy of the domain",
  ],
  [
    /^Document ID is not supported/,
    "this collection takes no ids of ours: say serverless_collection: time_series, or use a search collection",
  ],
  [
    /^403 Forbidden$/,
    "for a Serverless collection allow it in its data access policy, its network policy and in IAM (aoss:APIAccessAll), and check auth.sigv4.region",
  ],
  [/^(?:Missing Authentication Token|User: anonymous)/, "set auth: AWS expects signed requests (sigv4)"],
];

/** Advice for an error of this type and status, with this reason, as the end of a sentence. */
export function remedyFor(type: string, status: number, reason = ""): string {
  return (
    REMEDIES_BY_REASON.find(([words]) => words.test(reason))?.[1] ??
    (status === 401 ? WRONG_CREDENTIALS : REMEDIES[type]) ??
    REMEDY_BY_STATUS[status] ??
    "see the server's log and the settings of the index (aliases, pipelines, limits); delivery goes on by itself once it is mended"
  );
}
