import type { DecryptionConfig, FluxConfig } from "../config/flux-types.ts";
import type { Config } from "../config/types.ts";
import { fluxNamespace } from "../names.ts";
import type { FluxInstanceSpec, KustomizePatch } from "./api.ts";
import { controllerPatches } from "./controller-patches.ts";
import { decryptionSpec } from "./decryption.ts";
import { sourcePatches } from "./source-fields.ts";

/** The root Kustomization, which comes only with the sync: its patches are of the same atomic list as all others. */
const root = { kind: "Kustomization", name: fluxNamespace };

/** A broken commit is retried soon after it was mended, not at the next interval. */
const rootRetryInterval = "30s";

/** instanceSpec is the FluxInstance's specification. Patches of a person come last and have the last word. */
export function instanceSpec({
  flux,
  decryption,
  sync,
}: Pick<Config, "flux" | "decryption" | "sync">): FluxInstanceSpec {
  const { version, registry, imagePullSecret, components, sharding, storage } = flux;
  return {
    distribution: { version, registry, ...(imagePullSecret !== undefined && { imagePullSecret }) },
    components: [...components],
    cluster: clusterOf(flux),
    ...(sharding !== undefined && { sharding }),
    ...(storage !== undefined && { storage }),
    kustomize: {
      patches: [
        rootPatch(decryption),
        ...sourcePatches(sync),
        ...controllerPatches(flux, decryption),
        ...flux.controllerPatches,
      ],
    },
  };
}

function clusterOf(flux: FluxConfig): FluxInstanceSpec["cluster"] {
  const { size, multitenant, networkPolicy, domain, tenantServiceAccount } = flux;
  return {
    type: "kubernetes",
    size,
    multitenant,
    ...(tenantServiceAccount !== undefined && {
      tenantDefaultServiceAccount: tenantServiceAccount,
    }),
    ...(flux.objectLevelWorkloadIdentity && { objectLevelWorkloadIdentity: true }),
    networkPolicy,
    domain,
  };
}

function rootPatch(decryption: DecryptionConfig): KustomizePatch {
  const decrypt = decryptionSpec(decryption);
  const operations = [
    { op: "add", path: "/spec/retryInterval", value: rootRetryInterval },
    ...(decrypt === undefined ? [] : [{ op: "add", path: "/spec/decryption", value: decrypt }]),
  ];
  return { target: root, patch: JSON.stringify(operations) };
}
