import { listOf, read, textOf } from "../../classify/field.ts";
import type { KubernetesObject } from "../../object.ts";
import type { Key } from "../../tree/owner.ts";
import type { DrainField } from "./drain-node.ts";
import type { Address } from "./drain-plan.ts";
import type { Inventories } from "./inventories.ts";
import { gatewayGroup, traceOf } from "./tracing.ts";

/** addressesOf are the addresses that are released with each node. */
export function addressesOf(
  field: DrainField,
  inventories: Inventories,
): ReadonlyMap<Key, Address[]> {
  const addresses = new Map<Key, Address[]>();
  for (const object of addressed(field)) {
    const trace = traceOf(field, inventories, object);
    if (trace === undefined) continue;
    const known = addresses.get(trace.node) ?? [];
    addresses.set(trace.node, [...known, addressOf(object, trace.madeFor)]);
  }
  return addresses;
}

function addressed({ index }: DrainField): KubernetesObject[] {
  const balanced = index
    .ofKind("Service", "")
    .filter(({ spec }) => read(spec, "type") === "LoadBalancer");
  return [
    ...balanced,
    ...index.ofKind("Ingress", "networking.k8s.io"),
    ...index.ofKind("Gateway", gatewayGroup),
  ];
}

function addressOf(
  { apiVersion, kind, metadata, status }: KubernetesObject,
  madeFor?: Key,
): Address {
  const { name, namespace = "", uid = "" } = metadata;
  const ingress = listOf(read(status, "loadBalancer", "ingress")).map((one) =>
    textOf(read(one, "ip") ?? read(one, "hostname")),
  );
  const gateway = listOf(read(status, "addresses")).map((one) => textOf(read(one, "value")));
  const hosts = [...ingress, ...gateway].filter((host) => host !== "");
  const address = { kind, apiVersion, namespace, name, uid, hosts };
  return madeFor === undefined ? address : { ...address, madeFor };
}
