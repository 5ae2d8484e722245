import type { KubernetesObject } from "../../object.ts";
import { shellWord } from "../../report/text.ts";
import { groupOf } from "./scene-index.ts";

/** describeCommand shows the object, whatever other kinds have its name. */
export function describeCommand({ apiVersion, kind, metadata }: KubernetesObject): string {
  const { name, namespace } = metadata;
  const group = groupOf(apiVersion);
  const resource = group === "" ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
  const at = namespace === undefined ? "" : `-n ${namespace} `;
  return `kubectl ${at}describe ${resource} ${shellWord(name)}`;
}
