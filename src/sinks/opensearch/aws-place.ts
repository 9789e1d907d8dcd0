/** What the address of a managed domain or a Serverless collection tells about it. */

export interface AwsPlace {
  readonly region: string;
  /** The name that requests are signed for: `es` for a domain, `aoss` for Serverless. */
  readonly service: string;
}

/** `search-logs-abc.us-east-1.es.amazonaws.com`, `abc.us-east-1.aoss.amazonaws.com`; China ends otherwise. */
const AWS_HOST = /\.([a-z0-9-]+)\.(es|aoss)\.amazonaws\.com(?:\.cn)?$/;

/** The place that an endpoint names; undefined for a host name of one's own. */
export function awsPlace(endpoint: string): AwsPlace | undefined {
  if (!URL.canParse(endpoint)) return undefined;
  const [, region, service] = AWS_HOST.exec(new URL(endpoint).hostname) ?? [];
  return region === undefined || service === undefined ? undefined : { region, service };
}
