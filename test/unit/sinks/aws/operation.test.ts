/**
 * Goal: each operation is sent by the SDK's own command of its name.
 * Method: a stand-in for the SDK's module.
 */
import { expect, test } from "vitest";
import { commandOf } from "../../../../src/sinks/aws/operation.ts";

class PutObjectCommand {
  readonly input: object;

  constructor(input: object) {
    this.input = input;
  }
}

test("a command of the operation's name, with its input", () => {
  const command = commandOf<PutObjectCommand>({ PutObjectCommand }, "PutObject", { Key: "a" });
  expect(command).toBeInstanceOf(PutObjectCommand);
  expect(command.input).toEqual({ Key: "a" });
});

test("an operation that the SDK does not have is an error", () => {
  expect(() => commandOf({ PutObjectCommand }, "GetObject", {})).toThrow("no operation GetObject");
});
