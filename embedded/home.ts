import { homedir } from "node:os";
import { join } from "node:path";

/**
 * stateHome is the directory that holds embedded clusters and the Pulumi state of their stacks, outside of every
 * checkout: `$FLUX_BOOTSTRAP_HOME`, else `$XDG_STATE_HOME/flux-bootstrap`, else `~/.local/state/flux-bootstrap`.
 */
export function stateHome(environment: NodeJS.ProcessEnv = process.env): string {
  const { FLUX_BOOTSTRAP_HOME: own, XDG_STATE_HOME: state } = environment;
  return own ?? join(state ?? join(homedir(), ".local", "state"), "flux-bootstrap");
}

/** clusterDirectory holds everything of one embedded cluster: data, logs, credentials and records. */
export function clusterDirectory(name: string): string {
  return join(stateHome(), "clusters", name);
}
