/** Resource addresses one collection of the Kubernetes API. */
export interface Resource {
  /** `v1`, `apps/v1`, `helm.toolkit.fluxcd.io/v2`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

function namespaced(apiVersion: string, kind: string, plural?: string): Resource {
  return { apiVersion, kind, plural: plural ?? `${kind.toLowerCase()}s`, namespaced: true };
}

function clusterScoped(apiVersion: string, kind: string): Resource {
  return { ...namespaced(apiVersion, kind), namespaced: false };
}

const source = "source.toolkit.fluxcd.io/v1";
const image = "image.toolkit.fluxcd.io/v1";
const operator = "fluxcd.controlplane.io/v1";

export const Namespace = clusterScoped("v1", "Namespace");
export const Pod = namespaced("v1", "Pod");
export const Secret = namespaced("v1", "Secret");
export const ConfigMap = namespaced("v1", "ConfigMap");
export const Event = namespaced("v1", "Event");
export const Node = clusterScoped("v1", "Node");
export const Deployment = namespaced("apps/v1", "Deployment");
export const ReplicaSet = namespaced("apps/v1", "ReplicaSet");
export const StatefulSet = namespaced("apps/v1", "StatefulSet");
export const DaemonSet = namespaced("apps/v1", "DaemonSet");
export const Job = namespaced("batch/v1", "Job");
export const PersistentVolumeClaim = namespaced("v1", "PersistentVolumeClaim");
export const PersistentVolume = clusterScoped("v1", "PersistentVolume");
export const Lease = namespaced("coordination.k8s.io/v1", "Lease");
export const CustomResourceDefinition = clusterScoped(
  "apiextensions.k8s.io/v1",
  "CustomResourceDefinition",
);

export const FluxInstance = namespaced(operator, "FluxInstance");
export const FluxReport = namespaced(operator, "FluxReport");
export const ResourceSet = namespaced(operator, "ResourceSet");
export const ResourceSetInputProvider = namespaced(operator, "ResourceSetInputProvider");

export const Kustomization = namespaced("kustomize.toolkit.fluxcd.io/v1", "Kustomization");
export const HelmRelease = namespaced("helm.toolkit.fluxcd.io/v2", "HelmRelease");
export const Receiver = namespaced("notification.toolkit.fluxcd.io/v1", "Receiver");
export const GitRepository = namespaced(source, "GitRepository", "gitrepositories");
export const OCIRepository = namespaced(source, "OCIRepository", "ocirepositories");
export const Bucket = namespaced(source, "Bucket");
export const HelmRepository = namespaced(source, "HelmRepository", "helmrepositories");
export const HelmChart = namespaced(source, "HelmChart");
export const ExternalArtifact = namespaced(source, "ExternalArtifact");
export const ImageRepository = namespaced(image, "ImageRepository", "imagerepositories");
export const ImagePolicy = namespaced(image, "ImagePolicy", "imagepolicies");
export const ImageUpdateAutomation = namespaced(image, "ImageUpdateAutomation");

/** The kinds that fetch what Flux applies. */
export const sourceKinds: readonly Resource[] = [
  GitRepository,
  OCIRepository,
  Bucket,
  HelmRepository,
  HelmChart,
];
