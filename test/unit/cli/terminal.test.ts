/**
 * Goal: the terminal writes where it should, survives a reader that goes away, and hands signals on.
 * Method: a stand-in for the process with streams and events of its own.
 */
import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { openTerminal, type TerminalProcess } from "../../../src/cli/terminal.ts";

class FakeProcess extends EventEmitter {
  readonly env = { NAME: "value" };
  readonly written: string[] = [];
  readonly exits: number[] = [];
  readonly stdout = this.#stream("out");
  readonly stderr = this.#stream("err");

  exit(code: number): void {
    this.exits.push(code);
  }

  #stream(name: string): Writable {
    return new Writable({
      write: (chunk, _encoding, done) => {
        this.written.push(`${name}:${chunk}`);
        done();
      },
    });
  }
}

function open() {
  const process = new FakeProcess();
  const clock = { nowMs: 0, monotonicMs: () => clock.nowMs };
  return { process, clock, terminal: openTerminal(process as unknown as TerminalProcess, clock) };
}

test("text goes to standard output and standard error", () => {
  const { process, terminal } = open();
  terminal.out("a");
  terminal.err("b");
  expect(process.written).toEqual(["out:a", "err:b"]);
  expect(terminal).toMatchObject({ environment: { NAME: "value" }, isInteractive: false, columns: 80 });
});

test("once the reader of standard output is gone, what is written is dropped in silence", () => {
  const { process, terminal } = open();
  process.stdout.emit("error", Object.assign(new Error("gone"), { code: "EPIPE" }));
  terminal.out("a");
  terminal.err("b");
  expect(process.written).toEqual(["err:b"]);
});

test("another failure of standard output is not hidden", () => {
  const { process } = open();
  const failure = Object.assign(new Error("broken"), { code: "EIO" });
  expect(() => process.stdout.emit("error", failure)).toThrow(failure);
});

test("a signal reaches its listeners until they leave", () => {
  const { process, terminal } = open();
  let reloads = 0;
  const leave = terminal.onSignal("SIGHUP", () => reloads++);
  process.emit("SIGHUP");
  process.emit("SIGHUP");
  expect(reloads).toBe(2);
  leave();
  expect(process.listenerCount("SIGHUP")).toBe(0);
  expect(process.exits).toEqual([]);
});

test("a second signal to stop, of either kind, exits at once", () => {
  const { process, terminal, clock } = open();
  let stops = 0;
  terminal.onSignal("SIGTERM", () => stops++);
  terminal.onSignal("SIGINT", () => stops++);
  process.emit("SIGTERM");
  expect(process.exits).toEqual([]);
  clock.nowMs = 300;
  process.emit("SIGINT");
  expect(process.exits).toEqual([130]);
});

test("a signal that arrives twice at the same moment, as under npm, is one", () => {
  const { process, terminal, clock } = open();
  let stops = 0;
  terminal.onSignal("SIGINT", () => stops++);
  process.emit("SIGINT");
  clock.nowMs = 20;
  process.emit("SIGINT");
  expect(stops).toBe(1);
  expect(process.exits).toEqual([]);
});
