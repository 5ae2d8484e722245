import type * as pulumi from "@pulumi/pulumi";

import type { Owner } from "../../scripts/lib/owner.ts";
import { inUseLabel } from "../names.ts";
import { type Adopts, adoptsFlux } from "../preflight/adopts.ts";
import type { OwnCluster } from "./source.ts";

/** Claim is what a stack holds of its cluster, as recorded when it came. */
export interface Claim {
  /** Who holds the cluster: this state of this stack. Undefined where that was not recorded. */
  readonly owner: Owner | undefined;
  readonly adopts: Adopts;
  /** Whether fields that others own are taken from them. */
  readonly forced: boolean;
}

interface Props {
  readonly metadata?: {
    readonly name?: unknown;
    readonly annotations?: object;
    readonly labels?: Readonly<Record<string, unknown>>;
  };
}

/**
 * goingWith lets what is in a cluster go with it: a cluster that is deleted is not emptied of them one by one, and in one
 * that takes its place they are made, not changed. Only the mark of a sync has to go before, because Drain drains nothing
 * while it stands.
 */
export function goingWith({
  resource,
  incarnation,
}: Pick<OwnCluster, "resource" | "incarnation">): pulumi.ResourceTransformation {
  return ({ type, props, opts }) => {
    if (!type.startsWith("kubernetes:")) return undefined;
    // The provider works on the new cluster by then: deleted afterwards, what was made there would go.
    const made = { ...opts, replacementTrigger: incarnation, deleteBeforeReplace: true };
    return { props, opts: isMark(props) ? made : { ...made, deletedWith: resource } };
  };
}

function isMark({ metadata }: Props): boolean {
  const [[label, purpose] = []] = Object.entries(inUseLabel);
  return label !== undefined && metadata?.labels?.[label] === purpose;
}

/** The owner of fields of every stack, so that one which takes over from another also removes what only that one set. */
const fieldManager = "flux-bootstrap";

/**
 * transformationsOf makes resources, as an adoption needs, take the fields that others own, and leaves what was adopted
 * where it is when the stack goes.
 */
export function transformationsOf(claim: Claim): pulumi.ResourceTransformation[] {
  const force = claim.forced ? { "pulumi.com/patchForce": "true" } : {};
  return [
    ({ type, props, opts }) => {
      const { metadata } = props as Props;
      if (!type.startsWith("kubernetes:")) return undefined;
      return {
        props:
          metadata === undefined
            ? props
            : { ...props, metadata: annotated(metadata, { ...managerOf(type), ...force }) },
        opts: stays(claim, type, metadata?.name) ? { ...opts, retainOnDelete: true } : opts,
      };
    },
  ];
}

/**
 * Not of a FluxInstance, which names the owner of its sync in the same annotation, nor of a namespace: of two stacks that
 * come at the same moment, the API server refuses the one whose fields another owner has already.
 */
function managerOf(type: string): object {
  if (/:FluxInstance|:Namespace$/.test(type)) return {};
  return { "pulumi.com/patchFieldManager": fieldManager };
}

function annotated(metadata: NonNullable<Props["metadata"]>, more: object): object {
  if (Object.keys(more).length === 0) return metadata;
  return { ...metadata, annotations: { ...metadata.annotations, ...more } };
}

function stays({ adopts }: Claim, type: string, name: unknown): boolean {
  if (type === "kubernetes:helm.sh/v3:Release" || type.endsWith(":FluxInstance")) {
    return adoptsFlux(adopts);
  }
  const [, kind] = /^kubernetes:core\/v1:(Secret|ConfigMap)$/.exec(type) ?? [];
  if (kind === undefined || typeof name !== "string") return false;
  return adopts.objects.some(
    (object) => object.startsWith(`${kind}/`) && object.endsWith(`/${name}`),
  );
}
