export const helm = "helm.toolkit.fluxcd.io/v2";

/** An object as the API serves it, in namespace `apps`. */
export function object(kind: string, name: string, more: object = {}) {
  const metadata = { name, namespace: "apps" };
  return { apiVersion: kind === "HelmRelease" ? helm : "v1", kind, metadata, ...more };
}

export const release = (name: string, more: object = {}) => object("HelmRelease", name, more);
/** What `kubectl get … -o json` prints, as an object. */
export const list = (...items: object[]) => ({
  apiVersion: "v1",
  items,
  kind: "List",
  metadata: { resourceVersion: "" },
});
/** As kubectl prints it. */
export const json = (value: object) => JSON.stringify(value, undefined, 4);
