/**
 * Goal: whoever reads a fault knows what failed and what to do: above all, which permission is missing.
 * Method: errors as the AWS SDK throws them.
 */
import { expect, test } from "vitest";
import { faultOf } from "../../../../../src/sinks/cloudwatch/setup/fault.ts";

function exception(name: string, message: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $fault: "client", $metadata: { httpStatusCode } });
}

test.each(["AccessDenied", "AccessDeniedException"])("%s names the permission", (name) => {
  const error = exception(name, "User: arn:aws:iam::123456789012:user/me is not authorized", 403);
  const fault = faultOf(error, "cloudwatch:PutDashboard", "CloudWatch", undefined);
  expect(fault.message).toBe(
    "AWS does not allow cloudwatch:PutDashboard: allow this action in the IAM policy of the user or role",
  );
  expect(fault.type).toBe(name);
});

test("other exceptions keep their names, so that a step can tell them apart", () => {
  const error = exception("ResourceNotFoundException", "The specified log group does not exist.");
  const fault = faultOf(error, "logs:DescribeMetricFilters", "CloudWatch Logs", undefined);
  expect(fault.type).toBe("ResourceNotFoundException");
  expect(fault.message).toMatch(/^logs:DescribeMetricFilters failed: .*ResourceNotFoundException/);
});

test("credentials that are not accepted are told as such, without what AWS quotes", () => {
  const error = exception("InvalidSignatureException", "x-amz-security-token: SECRET", 403);
  const { message } = faultOf(error, "logs:PutQueryDefinition", "CloudWatch Logs", undefined);
  expect(message).toContain("check region and secret key");
  expect(message).not.toContain("SECRET");
});

test("a server that cannot be reached is named", () => {
  const error = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
  const { message } = faultOf(error, "cloudwatch:DescribeAlarms", "http://127.0.0.1:1", undefined);
  expect(message).toContain("http://127.0.0.1:1 cannot be reached");
});
