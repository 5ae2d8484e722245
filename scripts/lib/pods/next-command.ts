import type { KubernetesObject } from "../object.ts";
import type { Trouble } from "./trouble.ts";

/** nextCommand is the one command that shows a person more about the trouble. */
export function nextCommand({ kind, metadata }: KubernetesObject, trouble: Trouble): string {
  const kubectl = `kubectl -n ${metadata.namespace ?? "default"}`;
  const { container, log, blames = "" } = trouble;
  const [blamedKind, , blamed = ""] = blames.split("/");
  if (blamedKind === "Node") return `kubectl describe node ${blamed}`;
  if (blamedKind === "PersistentVolumeClaim") return `${kubectl} describe pvc ${blamed}`;
  if (kind === "Pod" && log !== undefined && container !== undefined) {
    const previous = log === "previous" ? " --previous" : "";
    return `${kubectl} logs ${metadata.name} -c ${container.name} --tail=50${previous}`;
  }
  return `${kubectl} describe ${kind.toLowerCase()} ${metadata.name}`;
}
