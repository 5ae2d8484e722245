import { spawnSync } from "node:child_process";

/**
 * The script that makes a pod of a process: in user, mount and UTS namespaces of its own it sees the ServiceAccount's
 * token, CA and namespace where every pod sees them, and a host name of its own. No root rights are needed
 * where the kernel lets users make namespaces. The directory with name resolution stays visible.
 *
 * Arguments: a scratch directory, the directory of the ServiceAccount, the host name, then the program's.
 */
const script = `
set -e
run=$1; account=$2; host=$3; shift 3
mount -t tmpfs tmpfs "$run"
mkdir -p "$run/secrets/kubernetes.io/serviceaccount"
mount --bind "$account" "$run/secrets/kubernetes.io/serviceaccount"
if [ -d /run/systemd/resolve ]; then
  mkdir -p "$run/systemd/resolve"
  mount --rbind /run/systemd/resolve "$run/systemd/resolve"
fi
mount --rbind "$run" /run
hostname "$host"
exec "$@"
`;

const namespaces = ["--map-root-user", "--mount", "--uts"];

export interface Sandbox {
  /** An empty directory that belongs to the container. */
  readonly scratch: string;
  /** Directory with `token`, `ca.crt` and `namespace`. */
  readonly serviceAccount: string;
  readonly hostName: string;
}

/** Whether this machine lets its users make the namespaces that a pod needs. */
export function sandboxAvailable(): boolean {
  const probe = "mount -t tmpfs tmpfs /run && hostname probe";
  return spawnSync("unshare", [...namespaces, "sh", "-c", probe], { stdio: "ignore" }).status === 0;
}

/** The command that runs `command` inside a sandbox; its process becomes the program's. */
export function sandboxed(
  sandbox: Sandbox,
  command: string,
  programArguments: readonly string[],
): { readonly command: string; readonly arguments: readonly string[] } {
  const { scratch, serviceAccount, hostName } = sandbox;
  return {
    command: "unshare",
    arguments: [
      ...namespaces,
      ...["sh", "-c", script, "sandbox", scratch, serviceAccount, hostName],
      ...[command, ...programArguments],
    ],
  };
}
