import type { FluxConfig } from "../config/types.ts";
import { fluxNamespace, sopsSecretName } from "../names.ts";
import type { FluxInstanceSpec, KustomizePatch } from "./api.ts";

/** The root Kustomization, which comes only with the sync: its patches are of the same atomic list as all others. */
const root = { kind: "Kustomization", name: fluxNamespace };

/** A broken commit is retried soon after it was mended, not at the next interval. */
const rootRetryInterval = "30s";

/** instanceSpec is the FluxInstance's specification; `decryption` says whether there are age keys. */
export function instanceSpec(flux: FluxConfig, decryption: boolean): FluxInstanceSpec {
  const { version, registry, components, size, multitenant, networkPolicy, domain } = flux;
  return {
    distribution: { version, registry },
    components: [...components],
    cluster: { type: "kubernetes", size, multitenant, networkPolicy, domain },
    kustomize: { patches: [rootPatch(decryption), ...flux.controllerPatches] },
  };
}

function rootPatch(decryption: boolean): KustomizePatch {
  const decrypt = { provider: "sops", secretRef: { name: sopsSecretName } };
  const operations = [
    { op: "add", path: "/spec/retryInterval", value: rootRetryInterval },
    ...(decryption ? [{ op: "add", path: "/spec/decryption", value: decrypt }] : []),
  ];
  return { target: root, patch: JSON.stringify(operations) };
}
