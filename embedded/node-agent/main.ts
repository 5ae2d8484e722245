// The node agent of one embedded cluster: node main.ts <cluster> <toolchain's bin> <operator's data>
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Cluster } from "../../scripts/lib/cluster.ts";
import { apiServerCertificate, kubeconfigFile } from "../cluster/credentials.ts";
import { layoutOf } from "../cluster/layout.ts";
import { type ProcessRecord, stopProcesses } from "../cluster/process.ts";
import { writeAtomically } from "../cluster/record.ts";
import { NodeAgent } from "./agent.ts";
import { sandboxAvailable } from "./sandbox.ts";
import { ServiceProxy } from "./service-proxy.ts";

const [name = "", bin = "", operatorData = ""] = process.argv.slice(2);
const layout = layoutOf(name);
const podProcesses = join(layout.pods, "processes.json");

const report = (line: string) => {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
};

function readJson<T>(path: string, otherwise: T): T {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T) : otherwise;
}

// An agent that was killed leaves its programs behind; nobody else may answer for their pods.
await stopProcesses(readJson<ProcessRecord[]>(podProcesses, []));

const sandbox = sandboxAvailable();
if (!sandbox) report("this machine refuses user namespaces: pods run without them");

const agent: NodeAgent = new NodeAgent({
  cluster: new Cluster(readFileSync(kubeconfigFile(layout, "node-agent"), "utf8"), "node-agent"),
  bin,
  operatorData,
  pods: layout.pods,
  authority: readFileSync(apiServerCertificate(layout), "utf8"),
  sandbox,
  proxy: await ServiceProxy.listen(),
  report,
  processesChanged: () => {
    writeAtomically(podProcesses, JSON.stringify(agent.processes));
  },
});
agent.start();
report("ready");

const stop = () => {
  void agent.stop(5).then(() => process.exit(0));
};
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
