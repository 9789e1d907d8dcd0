/**
 * Goal: one connection at a time, made when it is needed, and a client that leaves sending again to the lane.
 * Method: connections that count; settings as they are handed to a client.
 */
import { describe, expect, it } from "vitest";
import { AwsConnection, clientSettings, pauseOf } from "../../../../src/sinks/aws/connection.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const TLS = { ca_file: "", cert_file: "", key_file: "", verify: true };

describe("a connection", () => {
  function counted(fails = false) {
    const made: { destroyed: boolean }[] = [];
    const connection = new AwsConnection(async () => {
      const one = { destroyed: false };
      made.push(one);
      if (fails) throw new Error("no");
      const destroy = () => {
        one.destroyed = true;
      };
      return { client: { destroy } };
    });
    return { made, connection };
  }

  it("is made once, and again after it was closed", async () => {
    const { made, connection } = counted();
    expect(made).toHaveLength(0);
    expect(await connection.get()).toBe(await connection.get());
    await connection.close();
    await connection.get();
    expect(made).toEqual([{ destroyed: true }, { destroyed: false }]);
  });

  it("that never came about is closed, too, and tried again", async () => {
    const { made, connection } = counted(true);
    await expect(connection.get()).rejects.toThrow("no");
    await connection.close();
    await expect(connection.get()).rejects.toThrow("no");
    expect(made).toHaveLength(2);
  });
});

describe("the settings of a client", () => {
  it("send once, and leave to the SDK what is not configured", async () => {
    const settings = await clientSettings({ tls: TLS }, 3);
    expect(settings).toMatchObject({ maxAttempts: 1, requestHandler: { httpAgent: { maxSockets: 3 } } });
    expect(settings).not.toHaveProperty("region");
    expect(settings).not.toHaveProperty("endpoint");
  });

  it("go where they are told to", async () => {
    const place = { region: "eu-west-1", endpoint: "https://logs.example", tls: TLS };
    expect(await clientSettings(place, 1)).toMatchObject({
      region: "eu-west-1",
      endpoint: "https://logs.example",
    });
  });
});

it("the service's wish for a pause is in its headers", () => {
  const clock = new VirtualClock();
  expect(pauseOf({ "retry-after": "7" }, clock)).toEqual({ retryAfterMs: 7000 });
  expect(pauseOf({}, clock)).toEqual({});
  expect(pauseOf(undefined, clock)).toEqual({});
});
