/**
 * Goal: the stream's name says which machine writes, and is one that CloudWatch Logs takes, whatever the machine is called.
 * Method: templates and machines, ordinary and hostile.
 */
import { describe, expect, it } from "vitest";
import { datedStreamName, streamNameOf } from "../../../../src/sinks/cloudwatch/stream-name.ts";

const INSTANCE = { instanceId: async () => "i-0abc", hostname: "host-7" };
const ELSEWHERE = { instanceId: async () => undefined, hostname: "host-7" };

describe("streamNameOf", () => {
  it.each([
    ["{instance_id}", "i-0abc", "host-7"],
    ["{hostname}", "host-7", "host-7"],
    ["audit/{hostname}/{instance_id}", "audit/host-7/i-0abc", "audit/host-7/host-7"],
    ["{instance_id}-{date}", "i-0abc-{date}", "host-7-{date}"],
    ["fixed", "fixed", "fixed"],
    ["{other}", "{other}", "{other}"],
  ])("fills %s with %s, elsewhere with %s", async (template, onInstance, elsewhere) => {
    expect(await streamNameOf(template, INSTANCE)).toBe(onInstance);
    expect(await streamNameOf(template, ELSEWHERE)).toBe(elsewhere);
  });

  it("asks for the instance only if the template wants it", async () => {
    const instanceId = () => Promise.reject(new Error("asked"));
    expect(await streamNameOf("{hostname}", { ...INSTANCE, instanceId })).toBe("host-7");
  });

  it("replaces what a name must not have", async () => {
    expect(await streamNameOf("a:b*{hostname}", { ...ELSEWHERE, hostname: "h:*" })).toBe("a-b-h--");
  });

  it("does not fill in again what a name brings along", async () => {
    expect(await streamNameOf("{hostname}", { ...INSTANCE, hostname: "$&{instance_id}" })).toBe(
      "$&{instance_id}",
    );
  });

  it("has a name even where the host has none", async () => {
    expect(await streamNameOf("{instance_id}", { ...ELSEWHERE, hostname: "" })).toBe("unknown-host");
  });

  it("is never longer than 512 characters, not even with its dates", async () => {
    const hostname = "h".repeat(600);
    expect(await streamNameOf("{hostname}", { ...ELSEWHERE, hostname })).toBe("h".repeat(512));
    const name = await streamNameOf("{date}/{hostname}/{date}", { ...ELSEWHERE, hostname });
    expect(datedStreamName(name, "2026-04-03")).toBe(`2026-04-03/${"h".repeat(491)}2026-04-03`);
  });
});

describe("datedStreamName", () => {
  it("fills in the day", () => {
    expect(datedStreamName("i-0abc/{date}", "2026-04-03")).toBe("i-0abc/2026-04-03");
    expect(datedStreamName("i-0abc", "2026-04-03")).toBe("i-0abc");
  });
});
