import {
  Bucket,
  GitRepository,
  HelmChart,
  HelmRelease,
  HelmRepository,
  ImageRepository,
  ImageUpdateAutomation,
  Kustomization,
  OCIRepository,
  Receiver,
  type Resource,
} from "../kinds.ts";
import type { ConditionedStatus, KubernetesObject } from "../object.ts";

/** Canary is an object that makes one controller prove that it reconciles one kind. */
export interface Canary {
  readonly resource: Resource;
  readonly spec: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

export const purposeLabel = "flux-bootstrap.dev/purpose";
export const requestedAt = "reconcile.fluxcd.io/requestedAt";

const ArtifactGenerator: Resource = {
  apiVersion: "source.extensions.fluxcd.io/v1beta1",
  kind: "ArtifactGenerator",
  plural: "artifactgenerators",
  namespaced: true,
};

const interval = "1h";
const url = "https://canary.invalid";

function suspended(resource: Resource, spec: object): Canary {
  return { resource, spec: { suspend: true, ...spec } };
}

/**
 * The canaries of each controller. All but two are suspended: a controller answers those without network, source or
 * chart. An ImageUpdateAutomation is never answered while suspended, so its source does not exist instead; an
 * ArtifactGenerator is suspended by annotation.
 */
export const canaries: Readonly<Record<string, readonly Canary[]>> = {
  // source-controller runs one reconciler a kind, each with its own watch.
  "source-controller": [
    suspended(GitRepository, { interval, url }),
    suspended(OCIRepository, { interval, url: "oci://canary.invalid/none" }),
    suspended(HelmRepository, { interval, url }),
    suspended(HelmChart, {
      interval,
      chart: "none",
      sourceRef: { kind: "HelmRepository", name: "none" },
    }),
    suspended(Bucket, { interval, bucketName: "none", endpoint: "canary.invalid" }),
  ],
  "kustomize-controller": [
    suspended(Kustomization, {
      interval,
      prune: false,
      path: "./",
      sourceRef: { kind: "GitRepository", name: "none" },
    }),
  ],
  "helm-controller": [
    suspended(HelmRelease, { interval, chartRef: { kind: "OCIRepository", name: "none" } }),
  ],
  "notification-controller": [
    suspended(Receiver, {
      type: "generic",
      secretRef: { name: "none" },
      resources: [{ kind: "GitRepository", name: "none" }],
    }),
  ],
  "image-reflector-controller": [
    suspended(ImageRepository, { interval, image: "canary.invalid/none" }),
  ],
  "image-automation-controller": [
    {
      resource: ImageUpdateAutomation,
      spec: {
        interval,
        sourceRef: { kind: "GitRepository", name: "none" },
        git: { commit: { author: { email: "canary@canary.invalid" } } },
      },
    },
  ],
  "source-watcher": [
    {
      resource: ArtifactGenerator,
      annotations: { "source.extensions.fluxcd.io/reconcile": "disabled" },
      spec: {
        sources: [{ alias: "none", kind: "GitRepository", name: "none" }],
        artifacts: [{ name: "none", copy: [{ from: "@none/**", to: "@artifact/" }] }],
      },
    },
  ],
};

/** newToken is unique and fits into an object's name: `gate-<milliseconds>-<random>`. */
export function newToken(now = Date.now()): string {
  return `gate-${now}-${Math.random().toString(36).slice(2, 8).padEnd(6, "0")}`;
}

/** tokenTime is the time at which a token was made, in milliseconds; undefined for a foreign token. */
export function tokenTime(token: string): number | undefined {
  const milliseconds = Number(/^gate-(\d+)-/.exec(token)?.[1]);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** canaryObject is the canary that asks for `token` from its first moment on. */
export function canaryObject(
  canary: Canary,
  at: {
    readonly name: string;
    readonly namespace: string;
    readonly token: string;
    readonly labels?: Readonly<Record<string, string>>;
  },
): KubernetesObject {
  const { apiVersion, kind } = canary.resource;
  return {
    apiVersion,
    kind,
    metadata: {
      name: at.name,
      namespace: at.namespace,
      labels: { [purposeLabel]: "canary", ...at.labels },
      annotations: { ...canary.annotations, [requestedAt]: at.token },
    },
    spec: canary.spec,
  };
}

/** handledToken is the last token that a controller says it handled. */
export function handledToken(object: KubernetesObject): string | undefined {
  return (object.status as ConditionedStatus | undefined)?.lastHandledReconcileAt;
}
