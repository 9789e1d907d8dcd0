#!/usr/bin/env node
/** Arguments in, exit code out: the only place that touches the process. */
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runCommandLine } from "./cli/command-line.ts";
import { openTerminal } from "./cli/terminal.ts";

// Of what is young next to nothing survives: to share its collection out among threads takes twice the CPU time.
setFlagsFromString("--no-parallel-scavenge");
// What lives long is small and dies in crowds, a batch at a time: the heap need not grow to a multiple before it is collected.
setFlagsFromString("--heap-growing-percent=50");

process.exitCode = await runCommandLine(process.argv.slice(2), openTerminal(process));
