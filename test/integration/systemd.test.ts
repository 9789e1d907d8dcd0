/**
 * Goal: the unit is one that systemd accepts and finds well locked in, and systemd hears what the daemon tells it.
 * Method: systemd's own tools on the unit; the real systemd-notify against a datagram socket that python3 opens,
 * since Node cannot. What is missing on this machine is skipped, unless MEM0_TEST_REQUIRE_SYSTEMD=1.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serviceNotifier } from "../../src/daemon/systemd.ts";
import { silentLog } from "../../src/system/log.ts";

const UNIT = "deploy/systemd/mem0-audit-shipper.service";

/** `systemd-analyze security` gives 0 (locked in) to 10 (unsafe); its threshold is in tenths. */
const EXPOSURE_TENTHS_MAX = 15;

function isMissing(...tools: readonly string[]): boolean {
  const missing = tools.filter((tool) => spawnSync(tool, ["--version"]).status !== 0);
  if (missing.length === 0) return false;
  const message = `the unit is not tested, because there is no ${missing.join(" and no ")}`;
  if (process.env["MEM0_TEST_REQUIRE_SYSTEMD"] === "1") throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
  return true;
}

const unit = readFileSync(UNIT, "utf8");

describe.skipIf(isMissing("systemd-analyze"))("the unit", () => {
  let folder: string;
  let path: string;
  beforeAll(() => {
    // With this machine's node: systemd-analyze checks that the program is there.
    folder = mkdtempSync(join(tmpdir(), "mem0-unit-"));
    path = join(folder, basename(UNIT));
    writeFileSync(path, unit.replace("/usr/bin/node", process.execPath));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("has no mistake", () => {
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", path], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it("is locked in", () => {
    const { status, stdout } = spawnSync(
      "systemd-analyze",
      ["security", "--offline=true", "--no-pager", `--threshold=${EXPOSURE_TENTHS_MAX}`, path],
      { encoding: "utf8" },
    );
    expect(stdout).toContain("Overall exposure level");
    expect(status).toBe(0);
  });
});

it("the unit gives the daemon more time to stop than the daemon takes", () => {
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(20);
  expect(unit).toMatch(/^Type=notify$/m);
  expect(unit).toMatch(/^NotifyAccess=all$/m);
  expect(unit).toMatch(/^ExecReload=\/bin\/kill -HUP \$MAINPID$/m);
});

describe.skipIf(isMissing("systemd-notify", "python3"))("systemd-notify", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mem0-notify-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Opens the socket as systemd does, and resolves with what `tell` sends to it. */
  async function received(tell: (socket: string) => Promise<void>): Promise<string> {
    const path = join(folder, "socket");
    const script = [
      "import array, os, socket, sys",
      "listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)",
      "listener.bind(sys.argv[1])",
      "print('ready', flush=True)",
      "while True:",
      "    data, ancillary, _, _ = listener.recvmsg(4096, 4096)",
      // The barrier: systemd-notify waits until its end of a pipe is closed.
      "    for _, _, fds in ancillary: [os.close(fd) for fd in array.array('i', fds)]",
      "    if data == b'BARRIER=1': break",
      "    print(data.decode(), flush=True)",
    ].join("\n");
    const systemd = spawn("python3", ["-c", script, path], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => systemd.once("close", resolve));
    let heard = "";
    systemd.stdout.setEncoding("utf8").on("data", (text: string) => {
      heard += text;
    });
    await new Promise((resolve) => systemd.stdout.once("data", resolve));
    await tell(path);
    await ended;
    rmSync(path);
    return heard.replace("ready\n", "");
  }

  it.each([
    ["ready", "READY=1\n"],
    ["reloading", "RELOADING=1\n"],
    ["stopping", "STOPPING=1\n"],
  ] as const)("tells systemd that the daemon is %s", async (state, message) => {
    const heard = await received((socket) =>
      serviceNotifier({ PATH: process.env["PATH"], NOTIFY_SOCKET: socket }, silentLog)(state),
    );
    expect(heard).toBe(message);
  });
});
