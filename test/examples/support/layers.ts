import { z } from "zod";
import { idOf, type Manifest, pathIn, render } from "./fleet.ts";

const duration = z.string().regex(/^([0-9]+(ms|s|m|h))+$/);
const Reference = z.object({ name: z.string(), namespace: z.string().optional() });
const Layer = z.strictObject({
  sourceRef: z.strictObject({
    kind: z.literal("GitRepository"),
    name: z.literal("flux-system"),
    namespace: z.literal("flux-system").optional(),
  }),
  serviceAccountName: z.string().optional(),
  path: z.string(),
  interval: duration,
  retryInterval: duration,
  timeout: duration,
  prune: z.literal(true),
  wait: z.boolean().default(false),
  dependsOn: z.array(Reference).default([]),
  decryption: z.unknown().optional(),
  postBuild: z.unknown().optional(),
});
export const Release = z.object({
  chart: z.object({ spec: z.object({ chart: z.string(), sourceRef: z.unknown() }) }).optional(),
  chartRef: z.object({ kind: z.string(), name: z.string() }).optional(),
  interval: duration,
  timeout: duration,
  install: z.object({ strategy: z.object({ name: z.literal("RetryOnFailure") }) }),
  upgrade: z.object({ remediation: z.object({ retries: z.int().min(1) }) }),
  dependsOn: z.array(Reference).default([]),
  serviceAccountName: z.string().optional(),
  values: z.looseObject({ serviceType: z.string().optional(), storage: z.string().optional() }),
});

function layersIn(all: readonly Manifest[]) {
  return all
    .filter(({ apiVersion }) => apiVersion.startsWith("kustomize.toolkit.fluxcd.io/"))
    .map((manifest) => {
      const spec = Layer.parse(manifest["spec"]);
      const { name, namespace } = manifest.metadata;
      const content = render(pathIn(spec.path));
      return { id: idOf(manifest), name, namespace, spec, manifests: content };
    });
}

/** The layers that the cluster starts with. */
export const layers = layersIn(render("clusters/dev"));
/** The Kustomizations of the tenants, which a layer makes. */
export const tenants = layersIn(layers.flatMap((layer) => layer.manifests));
/** Every Kustomization with what it applies. */
export const rendered = [...layers, ...tenants];
export const manifests = rendered.flatMap((layer) => layer.manifests);
export const releases = manifests
  .filter(({ kind }) => kind === "HelmRelease")
  .map((manifest) => ({
    id: idOf(manifest),
    namespace: String(manifest.metadata.namespace),
    spec: Release.parse(manifest["spec"]),
  }));
