import { listOf, read, textOf } from "../../classify/field.ts";
import { findCondition, type KubernetesObject } from "../../object.ts";
import { type Key, keyFrom, keyOf } from "../../tree/owner.ts";
import type { DrainField } from "./drain-node.ts";
import type { Blocker } from "./drain-plan.ts";
import { describeCommand } from "./next-command.ts";
import { groupOf, type SceneIndex } from "./scene-index.ts";

/** serverBlockers are what makes the API server refuse or miss a deletion. */
export function serverBlockers(
  { scene, index }: DrainField,
  going: readonly KubernetesObject[],
): Blocker[] {
  const unread = (scene.unread ?? []).map(({ apiVersion, kind, message }) => ({
    key: keyFrom(kind, undefined, "*"),
    problem: `(${apiVersion}) cannot be listed, so nobody knows where there is one: ${message}`,
    next: `kubectl get ${kind.toLowerCase()} --all-namespaces`,
    refuses: false,
  }));
  return [...deafWebhooks(index, going), ...absentServers(index), ...unread];
}

function deafWebhooks(index: SceneIndex, going: readonly KubernetesObject[]): Blocker[] {
  const targets = new Map(going.map((object) => [targetOf(object), object]));
  const configurations = [
    ...index.ofKind("ValidatingWebhookConfiguration"),
    ...index.ofKind("MutatingWebhookConfiguration"),
  ];
  return configurations.flatMap((configuration) => {
    const deaf = listOf(read(configuration, "webhooks")).find(
      (webhook) => blocks(webhook, targets) && isDeaf(index, webhook),
    );
    if (deaf === undefined) return [];
    return [
      {
        key: keyOf(configuration),
        problem: `asks ${serviceOf(deaf)} before a deletion, which has no endpoint: webhook ${textOf(read(deaf, "name"))} refuses it`,
        next: describeCommand(configuration),
        refuses: false,
      },
    ];
  });
}

/** blocks tells whether a webhook that does not answer refuses the deletion of one of the targets. */
function blocks(webhook: unknown, targets: ReadonlyMap<string, KubernetesObject>): boolean {
  if ((read(webhook, "failurePolicy") ?? "Fail") !== "Fail") return false;
  return listOf(read(webhook, "rules")).some(
    (rule) =>
      includes(rule, "operations", "DELETE") &&
      [...targets.values()].some(
        (object) =>
          includes(rule, "apiGroups", groupOf(object.apiVersion)) &&
          (includes(rule, "resources", pluralOf(object.kind)) ||
            includes(rule, "resources", "*/*")),
      ),
  );
}

function targetOf({ apiVersion, kind }: KubernetesObject): string {
  return `${groupOf(apiVersion)}/${kind}`;
}

function includes(rule: unknown, field: string, wanted: string): boolean {
  const values = listOf(read(rule, field));
  return values.includes("*") || values.includes(wanted);
}

/** As every kind of Kubernetes and Flux forms it. */
function pluralOf(kind: string): string {
  const word = kind.toLowerCase();
  if (/(s|x|ch)$/.test(word)) return `${word}es`;
  return word.endsWith("y") && !/[aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** Only a service of the cluster can be looked at. */
function isDeaf(index: SceneIndex, webhook: unknown): boolean {
  const { name, namespace } = serviceAt(webhook);
  if (name === "") return false;
  const slices = index
    .inNamespace(namespace)
    .filter(
      ({ kind, metadata }) =>
        kind === "EndpointSlice" && metadata.labels?.["kubernetes.io/service-name"] === name,
    );
  return !slices.some((slice) =>
    listOf(read(slice, "endpoints")).some(
      (endpoint) => read(endpoint, "conditions", "ready") !== false,
    ),
  );
}

/** serviceAt is the Service that a webhook asks; its name is empty for one at a URL. */
export function serviceAt(webhook: unknown): { readonly name: string; readonly namespace: string } {
  const service = read(webhook, "clientConfig", "service");
  return { name: textOf(read(service, "name")), namespace: textOf(read(service, "namespace")) };
}

function serviceOf(webhook: unknown): Key {
  const { name, namespace } = serviceAt(webhook);
  return keyFrom("Service", namespace, name);
}

function absentServers(index: SceneIndex): Blocker[] {
  return index
    .ofKind("APIService")
    .filter((server) => findCondition(server, "Available")?.status === "False")
    .map((server) => ({
      key: keyOf(server),
      problem: `does not answer (${findCondition(server, "Available")?.reason ?? ""}), so that no namespace can be emptied`,
      next: describeCommand(server),
      refuses: false,
    }));
}
