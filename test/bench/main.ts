// npm run bench: what this program costs, on a cluster of its own. Each figure is compared with its bound, and the program's
// start with that of the bare SDK.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { deleteCluster } from "../../embedded/cluster/stop.ts";
import { ensureToolchain } from "../../embedded/toolchain/build.ts";
import { GitRepository } from "../../scripts/lib/kinds.ts";
import { stderrLog as log } from "../../scripts/lib/log.ts";
import { type CommandResult, Embedded } from "../support/embedded.ts";
import { nodeArguments } from "../support/node-arguments.ts";
import { type Figure, kept, table } from "./figures.ts";

const startRuns = 5;
/** The kinds of cluster with which the program is started. */
const programs = ["embedded", "aks", "eks"] as const;
const gateRuns = 20;
const idleRuns = 3;

interface Start {
  readonly milliseconds: number;
  readonly megabytes: number;
}

function programStarts(cache: string): Figure[] {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const program = fileURLToPath(new URL("program-start.ts", import.meta.url));
  const start = (what: string) => {
    // The first run of each fills the cache and does not count.
    const env = { ...process.env, NODE_COMPILE_CACHE: cache };
    const output = execFileSync(process.execPath, [...nodeArguments, program, what], {
      cwd: root,
      encoding: "utf8",
      env,
    });
    // The program's own messages come before.
    return JSON.parse(output.trim().split("\n").at(-1) ?? "") as Start;
  };
  for (const what of [...programs, "sdk"]) start(what);
  // In turns, because machines drift.
  const rounds = Array.from({ length: startRuns }, () => ({
    sdk: start("sdk"),
    own: programs.map((kind) => start(kind)),
  }));
  const seconds = (found: Start | undefined) => (found?.milliseconds ?? Number.NaN) / 1000;
  return [
    { name: "Pulumi SDK alone", runs: rounds.map(({ sdk }) => seconds(sdk)), unit: "s" },
    ...programs.flatMap((kind, index): Figure[] => {
      const own = rounds.map((round) => round.own[index]);
      const megabytes = own.map((found) => found?.megabytes ?? Number.NaN);
      return [
        { name: `program start, ${kind}`, runs: own.map(seconds), unit: "s", bound: 0.8 },
        { name: `program memory, ${kind}`, runs: megabytes, unit: "MB", bound: 150 },
      ];
    }),
  ];
}

/** Seconds that the command took. Throws when it failed. */
async function timed(run: () => Promise<CommandResult>): Promise<number> {
  const started = Date.now();
  const { code, output } = await run();
  if (code !== 0) throw new Error(output);
  return (Date.now() - started) / 1000;
}

async function repeat(times: number, run: () => Promise<number>): Promise<number[]> {
  const runs: number[] = [];
  while (runs.length < times) runs.push(await run());
  return runs;
}

async function lifecycle(): Promise<Figure[]> {
  const started = Date.now();
  const embedded = await Embedded.start();
  const up = await timed(() => embedded.up());
  const reconciled = (Date.now() - started) / 1000;
  const sync = { resource: GitRepository, name: "flux-system", namespace: "flux-system" };
  const source = await embedded.cluster.get(sync);
  const attached = (Date.parse(source?.metadata.creationTimestamp ?? "") - started) / 1000;
  log.done(`up in ${up}s`);
  const idle = await repeat(idleRuns, () => timed(() => embedded.up()));
  const preview = await repeat(idleRuns, () => timed(() => embedded.pulumi(["preview"])));
  const gates = await repeat(gateRuns, () => gate(embedded));
  const destroyed = Date.now();
  await timed(() => embedded.destroy());
  await deleteCluster(embedded.name, log);
  const down = (Date.now() - destroyed) / 1000;
  return [
    { name: "nothing to sync attached", runs: [attached], unit: "s", bound: 40 },
    { name: "nothing to the whole fleet Ready", runs: [reconciled], unit: "s", bound: 100 },
    { name: "up without changes", runs: idle, unit: "s", bound: 15 },
    { name: "preview without changes", runs: preview, unit: "s", bound: 5 },
    { name: "gate, controllers up", runs: gates, unit: "s", bound: 2 },
    { name: "destroy and delete", runs: [down], unit: "s", bound: 60 },
  ];
}

/** The gate as a process of its own, with nothing but the kubeconfig. */
async function gate(embedded: Embedded): Promise<number> {
  const controllers = ["source", "kustomize", "helm", "notification"];
  const environment = {
    KUBECONFIG_CONTENT: readFileSync(embedded.path("kubeconfig"), "utf8"),
    CLUSTER_UID: await embedded.cluster.uid(),
    FLUX_NAMESPACE: "flux-system",
    GATE_COMPONENTS: controllers.map((name) => `${name}-controller`).join(","),
    GATE_TIMEOUT: "30s",
  };
  return timed(() => embedded.run(["node", "scripts/gate.ts"], environment));
}

await ensureToolchain({ log });
const home = mkdtempSync(join(tmpdir(), "flux-bootstrap-bench-"));
try {
  process.env["FLUX_BOOTSTRAP_HOME"] = home;
  const figures = [...programStarts(join(home, "node-compile-cache")), ...(await lifecycle())];
  process.stdout.write(`${table(figures)}\n`);
  process.exitCode = figures.every(kept) ? 0 : 1;
} finally {
  await deleteCluster("dev", log);
  rmSync(home, { recursive: true, force: true });
}
