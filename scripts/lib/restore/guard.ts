// Runs one command with a private kubeconfig: node guard.ts <grace in ms> <program> <argument>…
//
// It outlives whoever started it by just as long as it takes to end the command and remove the file: when its stdin
// closes, for whatever reason, it ends the command's whole process group. KUBECONFIG_CONTENT is the kubeconfig.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [, , grace = "0", program = "", ...programArguments] = process.argv;
const { KUBECONFIG_CONTENT: kubeconfig = "", ...environment } = process.env;

const directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-restore-"));
process.once("exit", () => {
  rmSync(directory, { recursive: true, force: true });
});
const file = join(directory, "kubeconfig");
writeFileSync(file, kubeconfig, { mode: 0o600 });

const command = spawn(program, programArguments, {
  detached: true,
  env: { ...environment, KUBECONFIG: file },
  stdio: ["ignore", "inherit", "inherit"],
});

function signalGroup(name: NodeJS.Signals): void {
  try {
    if (command.pid !== undefined) process.kill(-command.pid, name);
  } catch {
    // None of the group is left.
  }
}

command.once("error", (error: NodeJS.ErrnoException) => {
  process.stderr.write(`${program} cannot be run: ${error.code ?? "unknown error"}\n`);
  process.exit(127);
});
command.once("exit", (code) => {
  signalGroup("SIGKILL");
  process.exit(code ?? 137);
});

const end = () => {
  signalGroup("SIGTERM");
  setTimeout(() => {
    signalGroup("SIGKILL");
  }, Number(grace));
};
process.stdin.once("close", end).resume();
for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(name, end);
