import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** ConnectionRecord says how to reach an embedded cluster: `connection.json`, as `npm start` writes it. */
export interface ConnectionRecord {
  readonly name: string;
  readonly id: string;
  /** The path of a kubeconfig. */
  readonly kubeconfig: string;
  readonly gitUrl: string;
  /** Host and port of the OCI registry with the charts. */
  readonly registry: string;
  /** The chart of flux-operator, relative to the project. */
  readonly operatorChart: string;
}

/** connectionDirectory is where the records of an embedded cluster are. */
export function connectionDirectory(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const { FLUX_BOOTSTRAP_HOME: own, XDG_STATE_HOME: state } = environment;
  const home = own ?? join(state ?? join(homedir(), ".local", "state"), "flux-bootstrap");
  return join(home, "clusters", name);
}

/** What an embedded cluster's record and kubeconfig say, or undefined when there is no such cluster. */
export function readConnectionRecord(name: string) {
  try {
    const path = join(connectionDirectory(name), "connection.json");
    const record = JSON.parse(readFileSync(path, "utf8")) as ConnectionRecord;
    return { record, kubeconfig: readFileSync(record.kubeconfig, "utf8") };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
