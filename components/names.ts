import { createHash } from "node:crypto";

/** The namespace of flux-operator and Flux. The operator names the sync objects after it. */
export const fluxNamespace = "flux-system";

/** The only name that flux-operator watches. */
export const fluxInstanceName = "flux";

/** The name of the Helm release and of the Deployment it makes. */
export const operatorName = "flux-operator";

/** The Secret with the age keys that decrypt what is in Git. */
export const sopsSecretName = "sops-age";

/** The Secret with the credentials of the source, when the program makes it; for a kind of them with its name behind it. */
export const sourceSecretName = "flux-system";

/** The ConfigMap with what the program knows of the cluster and Git does not. */
export const runtimeInfoName = "flux-runtime-info";

/** The label that tells whose namespace it is. */
export const stackLabel = "flux-bootstrap.dev/stack";

/** The label of the mark that a stack leaves in its cluster for as long as its sync is in use. */
export const inUseLabel = { "flux-bootstrap.dev/purpose": "in-use" } as const;

/** The annotation of the namespace that tells when the stack may be destroyed. */
export const expiryAnnotation = "flux-bootstrap.dev/expires-at";

/** Flux reconciles at once what uses a Secret or ConfigMap with this label when that changes. */
export const watchedByFlux = { "reconcile.fluxcd.io/watch": "Enabled" } as const;

/** Names this stack among all stacks that can meet in one cluster. */
export interface StackName {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
}

const longestLabel = 63;

/** stackLabelValue is `organization.project.stack`; what a label cannot hold is replaced by a digest. */
export function stackLabelValue({ organization, project, stack }: StackName): string {
  const full = `${organization}.${project}.${stack}`;
  if (full.length <= longestLabel && /^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/.test(full)) return full;
  const digest = createHash("sha256").update(full).digest("hex").slice(0, 12);
  const readable = full.replaceAll(/[^\w.-]/g, "_").replace(/^[^A-Za-z0-9]+/, "");
  return `${readable.slice(0, longestLabel - digest.length - 1)}-${digest}`;
}
