import type { KubernetesObject } from "../object.ts";
import type { Context } from "./context.ts";
import { judgeHelmRelease } from "./helm-release.ts";
import type { Judgement } from "./judgement.ts";
import { judgeKustomization } from "./kustomization.ts";
import { judgeNamespace } from "./namespace.ts";
import { judgeOperatorObject } from "./operator.ts";
import { judgeOther } from "./other.ts";
import { judgeSource } from "./source.ts";

type Judge = (object: KubernetesObject, context: Context) => Judgement | undefined;

/** The judges, by group and kind: other projects use the same kinds. */
const judges: Readonly<Record<string, Judge>> = {
  "helm.toolkit.fluxcd.io/HelmRelease": judgeHelmRelease,
  "kustomize.toolkit.fluxcd.io/Kustomization": judgeKustomization,
  "source.toolkit.fluxcd.io/GitRepository": judgeSource,
  "source.toolkit.fluxcd.io/OCIRepository": judgeSource,
  "source.toolkit.fluxcd.io/Bucket": judgeSource,
  "source.toolkit.fluxcd.io/HelmRepository": judgeSource,
  "source.toolkit.fluxcd.io/HelmChart": judgeSource,
  "source.toolkit.fluxcd.io/ExternalArtifact": judgeOther,
  "fluxcd.controlplane.io/FluxInstance": judgeOperatorObject,
  "fluxcd.controlplane.io/ResourceSet": judgeOperatorObject,
  "fluxcd.controlplane.io/ResourceSetInputProvider": judgeOther,
  "notification.toolkit.fluxcd.io/Receiver": judgeOther,
  "image.toolkit.fluxcd.io/ImageRepository": judgeOther,
  "image.toolkit.fluxcd.io/ImagePolicy": judgeOther,
  "image.toolkit.fluxcd.io/ImageUpdateAutomation": judgeOther,
  "/Namespace": (object, context) =>
    object.metadata.deletionTimestamp === undefined ? undefined : judgeNamespace(object, context),
};

/** judge is what the table of the object's kind says; undefined for a kind that has none. */
export function judge(object: KubernetesObject, context: Context): Judgement | undefined {
  const [group = "", version] = object.apiVersion.split("/");
  return judges[`${version === undefined ? "" : group}/${object.kind}`]?.(object, context);
}
