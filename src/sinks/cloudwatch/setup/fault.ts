/** An operation of AWS that failed → one sentence, with the permission that is missing where one is. Pure. */
import { failureOf } from "../failure.ts";
import { isDenied, reportOn } from "../report.ts";
import { AwsFault, type ChangeName, type LookName } from "./aws.ts";

/**
 * @param place what was asked, for the message: `https://logs.example` or `CloudWatch`
 * @param aborted why we ended the request ourselves; undefined if we did not
 */
export function faultOf(
  error: unknown,
  operation: LookName | ChangeName,
  place: string,
  aborted: "aborted" | "timeout" | undefined,
): AwsFault {
  const failure = failureOf(error, place, aborted);
  const message = isDenied(failure)
    ? `AWS does not allow ${operation}: allow this action in the IAM policy of the user or role`
    : `${operation} failed: ${reportOn(failure).message}`;
  return new AwsFault(failure.name, message);
}
