// The cloud of one embedded cluster: node main.ts <cluster>
import { readFileSync } from "node:fs";

import { Cluster } from "../../scripts/lib/cluster.ts";
import { kubeconfigFile } from "../cluster/credentials.ts";
import { layoutOf } from "../cluster/layout.ts";
import { Cloud } from "./cloud.ts";

const [name = ""] = process.argv.slice(2);
const layout = layoutOf(name);

const report = (line: string) => {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
};

const cloud = new Cloud({
  cluster: new Cluster(readFileSync(kubeconfigFile(layout, "cloud"), "utf8"), "cloud"),
  addresses: layout.addresses,
  volumes: layout.volumes,
  report,
});

const stop = () => {
  cloud.stop();
  process.exit(0);
};
process.once("SIGTERM", stop);
process.once("SIGINT", stop);

await cloud.start();
report("ready");
