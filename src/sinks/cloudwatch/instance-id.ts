/**
 * Asks the machine for the id of the EC2 instance that it is: the instance metadata service, version 2.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
import type { Clock } from "../../system/clock.ts";

export interface InstanceIdPorts {
  /** Variables of the process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** For both requests together. Where there is no such service nobody answers at all. */
const TIMEOUT_MS = 1000;
const TOKEN_SECONDS = 60;
/** `i-1234567890abcdef0`; anything else was said by something that is no metadata service. */
const INSTANCE_ID = /^[A-Za-z0-9-]{1,64}$/;

/** Set in the containers of ECS and Kubernetes: several of them share an instance, so its id is no name of theirs. */
const CONTAINER_VARIABLES = ["ECS_CONTAINER_METADATA_URI_V4", "KUBERNETES_SERVICE_HOST"];

/** The id, or undefined if this is no instance, or does not say so within a second. Never rejects. */
export async function instanceIdOf({ environment, clock }: InstanceIdPorts): Promise<string | undefined> {
  if (environment["AWS_EC2_METADATA_DISABLED"]?.toLowerCase() === "true") return undefined;
  if (CONTAINER_VARIABLES.some((name) => environment[name])) return undefined;
  const giveUp = new AbortController();
  const answered = new AbortController();
  void clock.sleep(TIMEOUT_MS, answered.signal).then(() => giveUp.abort());
  try {
    return await ask(endpointOf(environment), giveUp.signal);
  } catch {
    return undefined;
  } finally {
    answered.abort();
  }
}

function endpointOf(environment: InstanceIdPorts["environment"]): string {
  const isIpv6 = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.toLowerCase() === "ipv6";
  const usual = isIpv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  return environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] || usual;
}

async function ask(endpoint: string, signal: AbortSignal): Promise<string | undefined> {
  const token = await request(new URL("/latest/api/token", endpoint), {
    method: "PUT",
    headers: { "x-aws-ec2-metadata-token-ttl-seconds": String(TOKEN_SECONDS) },
    signal,
  });
  if (token === undefined) return undefined;
  const headers = { "x-aws-ec2-metadata-token": token };
  const id = await request(new URL("/latest/meta-data/instance-id", endpoint), { headers, signal });
  return id !== undefined && INSTANCE_ID.test(id) ? id : undefined;
}

/** The text of the answer; undefined if it is no success. */
async function request(url: URL, init: RequestInit): Promise<string | undefined> {
  const answer = await fetch(url, { ...init, redirect: "error" });
  const text = await answer.text();
  return answer.ok ? text : undefined;
}
