import { fileURLToPath } from "node:url";

import { stderrLog as log } from "../scripts/lib/log.ts";
import { clusterNames, clusterStatus } from "./cluster/status.ts";
import { showLogs } from "./cluster/logs.ts";
import { startCluster } from "./cluster/start.ts";
import { deleteCluster, stopCluster } from "./cluster/stop.ts";
import { run } from "./pulumi/run.ts";
import { ensureToolchain } from "./toolchain/build.ts";
import { down, environmentOf, up } from "./up.ts";

const help = `The embedded environment: a real Kubernetes control plane and the real Flux on loopback.

  npm start                            build what is missing, start the cluster, pulumi up
  npm run down                         pulumi destroy, delete the cluster
  npm run shell [-- COMMAND...]        a shell, or one command, with pulumi, kubectl and helm set up
  npm run embedded -- start [NAME]     start a cluster without Pulumi
  npm run embedded -- stop [NAME]      stop it, keep its data
  npm run embedded -- delete [NAME]    stop it, remove its data
  npm run embedded -- status [NAME]    what runs
  npm run embedded -- logs [NAME] [PROGRAM]
                                       the end of the logs of its programs
  npm run toolchain                    build the toolchain only

NAME is dev unless given. Exit codes: 0 done, 1 failed, 2 wrong use; up, down and shell end as their command does.`;

const checkout = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

type Verb = (name: string, rest: readonly string[]) => Promise<number>;

const ending = new AbortController();
const { signal } = ending;
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    ending.abort(new Error(`ended by ${name}; run the command again to go on from here`));
  });
}

// Whoever reads the status may stop reading, as head does.
process.stdout.on("error", () => process.exit());

const done = async (work: Promise<unknown>) => {
  await work;
  return 0;
};

const verbs: Readonly<Record<string, Verb>> = {
  up: (name) => up({ checkout, name, log, signal }),
  down: (name) => down({ checkout, name, log, signal }),
  start: async (name) => {
    const toolchain = await ensureToolchain({ log, signal });
    return done(startCluster({ name, toolchain, checkout, log }));
  },
  stop: (name) => done(stopCluster(name, log)),
  delete: (name) => done(deleteCluster(name, log)),
  status: (name, rest) => Promise.resolve(status(rest.length === 0 ? clusterNames() : [name])),
  logs: (name, rest) => {
    showLogs(name, rest[1], log);
    return Promise.resolve(0);
  },
  toolchain: () => done(ensureToolchain({ log, signal })),
};

function status(names: readonly string[]): number {
  for (const name of names) {
    const cluster = clusterStatus(name);
    if (cluster === undefined) {
      log.fail(`there is no embedded cluster ${name}. Run: npm run embedded -- start ${name}`);
      return 1;
    }
    process.stdout.write(`${name}: ${cluster.state}, kubeconfig ${cluster.kubeconfig}\n`);
    for (const { name: program, pid, running } of cluster.processes) {
      process.stdout.write(`  ${program.padEnd(24)} ${running ? `pid ${pid}` : "ended"}\n`);
    }
    for (const address of cluster.bill.addresses) process.stdout.write(`  address ${address}\n`);
    for (const volume of cluster.bill.volumes) process.stdout.write(`  volume ${volume}\n`);
  }
  if (names.length === 0) process.stdout.write("no embedded cluster\n");
  return 0;
}

async function shell(command: readonly string[]): Promise<number> {
  const pulumi = await environmentOf({ checkout, name: "dev", log, signal });
  const [program, ...rest] = command;
  if (program !== undefined) return run(pulumi, [program, ...rest]);
  log.line("pulumi, kubectl and helm work on the embedded environment here; leave with exit");
  return run(pulumi, [process.env["SHELL"] ?? "/bin/sh"]);
}

async function main([verb = "help", ...rest]: readonly string[]): Promise<number> {
  if (verb === "shell") return shell(rest);
  const name = rest[0] ?? "dev";
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) {
    log.fail(`the name must be lower-case letters, digits and dashes, got "${name}". Try: dev`);
    return 2;
  }
  const run = verbs[verb];
  if (run !== undefined) return run(name, rest);
  log.line(help);
  return verb === "help" ? 0 : 2;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  log.fail(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
