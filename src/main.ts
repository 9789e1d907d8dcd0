#!/usr/bin/env node
/** Arguments in, exit code out: the only place that touches the process. */
import process from "node:process";
import { runCommandLine } from "./cli/command-line.ts";
import { openTerminal } from "./cli/terminal.ts";

process.exitCode = await runCommandLine(process.argv.slice(2), openTerminal(process));
