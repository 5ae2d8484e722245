import { embedded, existing, type Values } from "../../support/settings.ts";
import type { Effects } from "./effects.ts";

/** One change of one setting, and what it does to each resource of a stack that is up. */
export interface Flip {
  /** The setting's path. */
  readonly key: string;
  /** Which change of it, where there are several. */
  readonly what?: string;
  readonly from: Values;
  readonly to: Values;
  readonly effects: Effects;
  /** The guarded resources that this change replaces or deletes, because that is what it asks for. */
  readonly asksFor?: readonly string[];
  /** What a person has to know besides. */
  readonly but?: string;
  /** Whether the settings are refused, so that nothing happens. */
  readonly refused?: boolean;
}

/** What no change may replace or delete unless it asks for just that. */
export const guarded: readonly string[] = [
  "cluster-identity",
  "kubernetes",
  "flux-operator-namespace",
  "flux-operator-release",
  "flux-credentials-age",
  "flux-credentials-source",
  "flux-credentials-ssh",
  "flux-credentials-github-app",
  "flux-credentials-registry",
  "flux-credentials-bucket",
  "flux-credentials-deploy-key",
  "flux-credentials-runtime-info",
  "flux-instance-object",
  "drain-script",
  "flux-sync-in-use",
  "flux-sync-patch",
];

/** What several changes have in common. */
const gateAgain: Effects = {
  "post-bootstrap-script": "replace",
  "reconcile-gate-script": "replace",
};
export const fluxChanges: Effects = { "flux-instance-object": "update", ...gateAgain };
export const syncChanges: Effects = {
  "flux-sync-patch": "update",
  "post-bootstrap-script": "replace",
};
export const sourceChanges: Effects = { ...syncChanges, "flux-sync-probe": "replace" };
export const bootstrapNoted: Effects = { "post-bootstrap-script": "update" };
export const everyScriptNoted: Effects = {
  "drain-script": "update",
  "flux-operator-crds": "update",
  "flux-sync-probe": "update",
  "post-bootstrap-script": "update",
  "reconcile-gate-script": "update",
};

export const inDev = (settings: Values): Values => ({ ...embedded, ...settings });
export const inProd = (settings: Values): Values => ({ ...existing, ...settings });
