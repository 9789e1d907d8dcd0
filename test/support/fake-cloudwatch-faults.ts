/** How the CloudWatch double misbehaves, and at which request. */
import { pickEvenly } from "../../src/cli/demo/chance.ts";
import type { Random } from "../../src/system/random.ts";
import { ServiceRefusal } from "./fake-cloudwatch-rules.ts";

/** Answered by the service, before anything is stored. */
const REFUSALS = {
  throttled: () => new ServiceRefusal("ThrottlingException", "Rate exceeded"),
  limit_exceeded: () => new ServiceRefusal("LimitExceededException", "Resource limit exceeded."),
  unavailable: () => new ServiceRefusal("ServiceUnavailableException", "Service unavailable", 500),
  internal_failure: () => new ServiceRefusal("InternalFailure", "Internal failure", 500),
  too_large: () => new ServiceRefusal("RequestEntityTooLargeException", "Request is too large", 413),
  invalid_parameter: () => new ServiceRefusal("InvalidParameterException", "A parameter is not valid."),
  data_already_accepted: () =>
    new ServiceRefusal(
      "DataAlreadyAcceptedException",
      "The given batch of log events has already been accepted.",
    ),
  unrecognized_client: () =>
    new ServiceRefusal(
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
    ),
  expired_token: () =>
    new ServiceRefusal("ExpiredTokenException", "The security token included in the request is expired"),
} as const;

/** Done by the connection, or by something between the client and the service. */
const BREAKAGES = [
  /** Not stored: a proxy's error page. */
  "bad_gateway_html",
  /** Not stored: something that is no CloudWatch Logs says 200, with a page, without a body, or with JSON of its own. */
  "ok_html",
  "ok_empty",
  "ok_json",
  /** Not stored: the connection ends. */
  "cut_before_storing",
  /** Not stored: no answer ever comes. */
  "hang",
  /** Stored, then the connection ends without an answer. */
  "answer_lost",
  /** Stored, then the connection ends in the middle of the answer. */
  "cut_in_answer",
  /** Stored, then a proxy says 502. */
  "bad_gateway_after_storing",
  /** Stored, then the service says that it is unavailable. */
  "unavailable_after_storing",
  /** Stored, and no answer ever comes. */
  "hang_after_storing",
] as const;

export type CloudWatchFault = keyof typeof REFUSALS | "access_denied" | (typeof BREAKAGES)[number];

/** Faults after which a client cannot know whether its events are stored, though they are. */
export const AMBIGUOUS_FAULTS = [
  ...(["answer_lost", "cut_in_answer", "bad_gateway_after_storing", "unavailable_after_storing"] as const),
] satisfies CloudWatchFault[];

/** Answers of 200 that are not the service's: nothing is stored. */
export const FALSE_ANSWERS = ["ok_html", "ok_empty", "ok_json"] as const satisfies CloudWatchFault[];

/** Faults that pass by themselves and leave nothing stored. */
export const HARMLESS_FAULTS = [
  ...(["throttled", "unavailable", "internal_failure", "bad_gateway_html", "cut_before_storing"] as const),
] satisfies CloudWatchFault[];

/** The fault of the next request for this operation, `PutLogEvents`. */
export type CloudWatchPlan = (operation: string) => CloudWatchFault | "none";

/** These faults, one for each request for `operation`, then none. */
export function faultsOf(
  operation: string,
  ...faults: readonly (CloudWatchFault | "none")[]
): CloudWatchPlan {
  const rest = [...faults];
  return (asked) => (asked === operation ? (rest.shift() ?? "none") : "none");
}

/** This fault at every request, or at every one for these operations. */
export function always(fault: CloudWatchFault, ...operations: readonly string[]): CloudWatchPlan {
  return (asked) => (operations.length === 0 || operations.includes(asked) ? fault : "none");
}

/** `share` of all requests have one of these faults, each as likely. */
export function someFaults(
  random: Random,
  share: number,
  faults: readonly CloudWatchFault[],
): CloudWatchPlan {
  return () => (random.next() < share ? pickEvenly(random, faults) : "none");
}

/** What the service says for this fault instead of doing anything; undefined for those of the connection. */
export function refusalOf(fault: CloudWatchFault | "none", operation: string): ServiceRefusal | undefined {
  if (fault === "access_denied") return accessDenied(operation);
  return Object.hasOwn(REFUSALS, fault) ? REFUSALS[fault as keyof typeof REFUSALS]() : undefined;
}

function accessDenied(operation: string): ServiceRefusal {
  return new ServiceRefusal(
    "AccessDeniedException",
    `User: arn:aws:iam::123456789012:user/shipper is not authorized to perform: logs:${operation} on resource: ` +
      `arn:aws:logs:eu-west-1:123456789012:log-group:* because no identity-based policy allows the logs:${operation} action`,
  );
}
