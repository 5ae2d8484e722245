// What a user's restore program does to a cluster, small: node store.ts restore | verify | inspect | hang | cling
//
// `restore` writes the file BACKUP.data into ConfigMap shop/data of the cluster of KUBECONFIG and `verify` reads it back.
// `inspect` prints what its surroundings are like. `hang` tells the port HANG_PORT that it is there, and
// stays; `cling` does so even when it is told to end.
import { readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string } }[];
}

const { BACKUP = "", KUBECONFIG = "", HANG_PORT = "0" } = process.env;
const [, , step = ""] = process.argv;

const stored = () => readFileSync(`${BACKUP}.data`, "utf8").trim();

function configMaps(): string {
  const { clusters } = JSON.parse(readFileSync(KUBECONFIG, "utf8")) as Kubeconfig;
  return `${clusters[0]?.cluster.server ?? ""}/api/v1/namespaces/shop/configmaps`;
}

if (step === "restore") {
  const metadata = { name: "data", namespace: "shop" };
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { data: stored() } };
  await fetch(configMaps(), { method: "POST", body: JSON.stringify(object) });
} else if (step === "verify") {
  const answer = await fetch(`${configMaps()}/data`);
  const { data } = (await answer.json()) as { data?: { data: string } };
  process.stdout.write(`read back ${data?.data ?? "nothing"}\n`);
  if (data?.data !== stored()) process.exitCode = 3;
} else if (step === "inspect") {
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  const inherited = Object.keys(process.env).filter((name) => /^KUBECONFIG|^PULUMI/.test(name));
  process.stdout.write(`${mode(KUBECONFIG)} ${mode(dirname(KUBECONFIG))} ${inherited.join()}\n`);
} else {
  const socket = connect(Number(HANG_PORT), "127.0.0.1");
  socket.write(`${KUBECONFIG}\n`);
  if (step === "cling") process.on("SIGTERM", () => undefined);
}
